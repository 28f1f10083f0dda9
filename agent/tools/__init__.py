"""What is asked of the lake and of a run: facts, and records of them."""
