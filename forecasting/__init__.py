"""What will happen, and why: experts, backtests, contributions."""
