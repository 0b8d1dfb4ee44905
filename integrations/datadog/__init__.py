"""Datadog: logs, spans, rates and resources of services, and marks for what was deployed."""
