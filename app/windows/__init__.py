"""Windows of opportunity over all proposals: a list by closing day, and a calendar."""
