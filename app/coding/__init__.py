"""Coded political events, pure: the code books, and the formats in which feeds publish them."""
