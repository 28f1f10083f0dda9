"""Products with little history, forecast as others like them began."""
