"""Failures kept as files with a known cause, and how often the ranking is right on them."""
