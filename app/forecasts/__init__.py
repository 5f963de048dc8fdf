"""Forecasts of what actors do to each other: what is learned of feeds, and what it says."""
