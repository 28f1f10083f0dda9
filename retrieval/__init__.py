"""Found again by meaning: passages, vectors, search."""
