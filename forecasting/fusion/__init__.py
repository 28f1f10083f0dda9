"""What numbers missed and words may tell: a small network over several kinds of signals."""
