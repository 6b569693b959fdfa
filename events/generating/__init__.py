"""A catalogue of any size for measuring: made up, but shaped like a real one."""
