"""The demo shop: a seeded world with known causes."""
