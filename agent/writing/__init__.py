"""Findings to sentences, and sentences to their proof."""
