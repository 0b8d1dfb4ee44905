"""Datadog: logs, spans and rates of services, and marks for what was deployed."""
