"""Weights of local chat models: which are known, where they come from, whether they are whole."""
