"""Every way in for a person."""
