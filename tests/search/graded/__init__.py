"""The graded query list: a small real catalogue, what people ask it, and what they should get."""
