"""The history made ready: what was not observed, what stands out."""
