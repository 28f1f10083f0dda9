"""Figures and quotes with what proves them."""
