"""Feeds of coded events: importing, retracting, and the dyad-days that scores rest on."""
