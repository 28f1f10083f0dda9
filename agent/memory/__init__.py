"""What was asked and answered: kept, gone on with, and answered again."""
