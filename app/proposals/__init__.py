"""Proposals: what actors could do together, with everything dated that bears on it."""
