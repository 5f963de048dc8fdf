"""Roll-ups of files of feeds, larger than memory if need be: made, and taken into service."""
