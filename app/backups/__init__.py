"""Backups: made, restored, and what is on record verified."""
