"""Whose service is it? Evidence of a failure, and services ranked by it: statistics, offline, explained."""
