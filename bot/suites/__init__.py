"""Suites: what is run, by whom, under which lease, against which versions, and what came of it."""
