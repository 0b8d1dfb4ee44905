"""Pipelines as processes of this machine."""
