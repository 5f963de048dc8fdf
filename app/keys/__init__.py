"""API keys: who may do what, stored hashed."""
