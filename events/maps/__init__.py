"""Seat maps: makers of layouts, their versions, and the drawing that pages and apps get."""
