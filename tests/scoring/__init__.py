"""Tests of the pure scoring room."""
