"""Events: dated political acts between two actors."""
