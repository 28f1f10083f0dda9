"""What each language needs to say an answer and to check it."""
