"""Failing tests whose cause is known because we broke it: the sample shop with one fault at a time."""
