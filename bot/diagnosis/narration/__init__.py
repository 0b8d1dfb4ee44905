"""The explanation in a model's words: what it is told, what it may look up and cost, and what of it is believed."""
