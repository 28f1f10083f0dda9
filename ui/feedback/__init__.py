"""What visitors think of answers."""
