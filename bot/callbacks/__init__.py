"""Telling a pipeline by HTTP that its turn has come, or that it will not come."""
