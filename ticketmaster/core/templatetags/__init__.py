"""What the templates of pages call."""
