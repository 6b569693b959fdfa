"""A believable catalogue for a laptop: invented artists in invented houses of real cities."""
