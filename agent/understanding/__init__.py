"""Questions to plans: names, times, intents."""
