"""Domains: the tree of policy fields that proposals are filed under."""
