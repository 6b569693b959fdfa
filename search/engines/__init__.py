"""The engines behind one search request."""
