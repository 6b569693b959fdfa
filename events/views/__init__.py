"""Pages of the catalogue: public, the same bytes for everybody."""
