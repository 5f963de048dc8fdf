"""Entente: lists and scores cooperation proposals between political actors."""
