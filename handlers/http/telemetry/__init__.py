"""Pages about what services send: /telemetry/services, /telemetry/traces, /telemetry/logs."""

from handlers.http.telemetry.routes import TelemetryPages, router

__all__ = ["TelemetryPages", "router"]
