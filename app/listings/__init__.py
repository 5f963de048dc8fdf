"""Listings: the ranking index, and the ranked lists that are read from it."""
