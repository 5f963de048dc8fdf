"""Revisions: the append-only record of every change of the catalogue."""
