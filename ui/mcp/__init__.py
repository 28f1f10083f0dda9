"""The analyst as tools of the Model Context Protocol."""
