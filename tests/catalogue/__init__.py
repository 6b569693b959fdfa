"""The catalogue at scale: made up, and imported from files of real teams and grounds."""
