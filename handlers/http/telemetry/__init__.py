"""Pages about what services send: /telemetry/services, /telemetry/traces, /telemetry/logs."""

from handlers.http.telemetry.routes import Pages, router

__all__ = ["Pages", "router"]
