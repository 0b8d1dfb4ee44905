"""The embedded source of logs, traces and metrics: what services send over OTLP, kept for a while, and asked for."""
