"""Two runs side by side: panels between them, cells that changed, the change shared out."""
