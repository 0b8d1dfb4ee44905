"""Every metric of ours, declared in one place. Names follow prometheus.io/docs/practices/naming."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry(auto_describe=True)

LOOP_FAILURES = Counter(
    "signalbox_loop_failures", "Times a supervised loop ended with an error", ["loop"], registry=REGISTRY
)
LOOP_UP = Gauge(
    "signalbox_loop_up", "1 while a supervised loop runs, 0 while it waits to be restarted", ["loop"], registry=REGISTRY
)
JOBS_RELAYED = Counter("signalbox_jobs_relayed", "Job rows handed to the work queue", ["job"], registry=REGISTRY)
JOB_SECONDS = Histogram("signalbox_job_seconds", "How long a background job ran", ["job", "outcome"], registry=REGISTRY)
FIRINGS = Counter(
    "signalbox_calendar_firings",
    "Slots of the calendar, by what this process did with them",
    ["job", "outcome"],
    registry=REGISTRY,
)
REQUESTS_REFUSED = Counter(
    "signalbox_requests_refused",
    "Requests refused before they were read: bad signature, too late, repeated",
    ["reason"],
    registry=REGISTRY,
)
HINTS = Counter(
    "signalbox_webhook_hints",
    "What CI providers said of runs and commits, by whether a deployment under way may be meant",
    ["provider", "outcome"],
    registry=REGISTRY,
)
ARRIVALS = Counter(
    "signalbox_arrivals", "Payloads taken from the inbox, by what became of them", ["outcome"], registry=REGISTRY
)
REFUSALS = Counter("signalbox_refusals", "Expected errors, by their kind", ["error"], registry=REGISTRY)
FAULTS = Counter("signalbox_faults", "Unexpected errors, by their kind", ["error"], registry=REGISTRY)
PROJECTION_FAULTS = Counter(
    "signalbox_projection_faults", "Committed events of which nobody could be told", ["event"], registry=REGISTRY
)
OUTBOX_PENDING = Gauge("signalbox_outbox_pending", "Notices not yet delivered", registry=REGISTRY)
DELIVERIES = Counter("signalbox_deliveries", "Notices handed to the chat, by outcome", ["outcome"], registry=REGISTRY)
TELEMETRY_ITEMS = Counter(
    "signalbox_telemetry_items",
    "Spans, log lines and counts sent by services, by what became of them; for `repeated`, requests",
    ["signal", "outcome"],
    registry=REGISTRY,
)
TELEMETRY_REFUSED = Counter(
    "signalbox_telemetry_requests_refused",
    "Requests with telemetry that were refused whole, by why",
    ["signal", "reason"],
    registry=REGISTRY,
)
TELEMETRY_WAITING = Gauge("signalbox_telemetry_waiting", "Rows of telemetry not yet written", registry=REGISTRY)

NARRATIVES = Counter(
    "signalbox_narratives", "Diagnoses for which a model was asked, by what came of it", ["outcome"], registry=REGISTRY
)
MODEL_TOKENS = Counter(
    "signalbox_model_tokens", "Tokens that models read and wrote, by kind", ["kind"], registry=REGISTRY
)
MODEL_DOLLARS = Counter(
    "signalbox_model_dollars",
    "What models cost, by the prices that were set; the most where that is not known",
    registry=REGISTRY,
)
MODEL_ROUNDS = Counter("signalbox_model_rounds", "Questions to models", registry=REGISTRY)
MODEL_DROPPED = Counter(
    "signalbox_model_statements_dropped", "Statements of models that rested on no evidence", registry=REGISTRY
)


def exposition() -> bytes:
    """All of them in Prometheus' text format."""
    return generate_latest(REGISTRY)
