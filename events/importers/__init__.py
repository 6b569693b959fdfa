"""Reading what promoters and leagues publish into the catalogue."""
