"""Forecasts of products, categories and the total that agree."""
