"""Recommendations: the use case, from a question to a ranked, explained answer."""
