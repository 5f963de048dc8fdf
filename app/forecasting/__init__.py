"""Forecasts of who acts towards whom, learned from coded events. Pure."""
