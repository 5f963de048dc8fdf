"""Profiles: named sets of criterion weights, built in or kept in the catalogue."""
