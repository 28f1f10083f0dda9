"""Is all still well: fresh data, forecasts that hold, models that know what they see."""
