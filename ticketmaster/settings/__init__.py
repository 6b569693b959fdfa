"""Settings: base for all, then dev, test and prod. Every value comes from the environment."""
