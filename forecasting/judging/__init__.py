"""How good forecasts are: the past forecast as if it were not known."""
