"""What becomes of alerts: who looks after them, who was told, what they are watched on."""
