"""Entente: lists and scores cooperation proposals between political actors."""

__version__ = "0.1.0"
