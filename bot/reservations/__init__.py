"""Who holds which environment, and who is next."""
