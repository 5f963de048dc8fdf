"""Measures of speed, side by side in one run; see `docs/rankings.md` for what they showed."""
