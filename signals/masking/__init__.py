"""What personal data look like, a file a family of kinds."""
