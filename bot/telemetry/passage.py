"""Did a request reach a service? As far as its trace tells. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.ports.telemetry import Span
from bot.telemetry.lost_context import may_call


def passed_by(spans: Sequence[Span], services: Collection[str]) -> bool:
    """Whether it certainly reached none of `services`: nothing of them is in the trace, and no call went unanswered
    that may have been to one of them. A trace that nobody has tells nothing.
    """
    if not spans or any(span.service in services for span in spans):
        return False
    answered = {span.parent_id for span in spans if span.kind == "server"}
    unanswered = [span for span in spans if span.kind == "client" and span.span_id not in answered]
    return not any(may_call(span, service) for span in unanswered for service in services)
