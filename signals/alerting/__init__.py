"""Alerts: what is unusual in what people write, told once, with its quotes."""
