"""What forecasts said against what came, and what the models were taught against what comes now."""
