"""From failures to causes: what is the same failure, whose it is, and what people said about it. Pure rules."""
