"""Scoring, pure: facts of a day to values, scores, ranks and reasons."""
