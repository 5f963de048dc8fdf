"""Scorecards: each day's default ranking as served, and how past ranks did."""
