"""Labelled texts, and how the sentiment model learns from them."""
