"""Diagnoses as people see them."""
