"""What the tabs of the page show, as plain functions from a workspace to HTML."""
