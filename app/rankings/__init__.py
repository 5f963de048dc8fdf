"""Rankings: own weights, methods, robustness, what would change a rank and what changed it."""
