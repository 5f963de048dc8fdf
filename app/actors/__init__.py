"""Actors: states, organisations, bodies, persons and groups, and how people name them."""
