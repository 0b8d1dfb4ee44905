"""Runs of suites in words."""
