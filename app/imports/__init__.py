"""Imports: the catalogue file format, its checks, and the one way it is written to the database."""
