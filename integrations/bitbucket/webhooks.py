"""Webhooks of Bitbucket Cloud (support.atlassian.com, manage webhooks).

No event says that a pipeline has ended: commit statuses and spans come close.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from bot.ports.webhooks import Hint
from integrations.kit.deliveries import check_signature, found, required

WHO = "Bitbucket"
STATUSES = frozenset({"repo:commit_status_created", "repo:commit_status_updated"})
SPAN = "pipeline:span_created"
PIPELINE = "pipeline.uuid"


class BitbucketWebhooks:
    """secret: as set at the webhook."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def verify(self, headers: Mapping[str, str], raw: bytes) -> None:
        check_signature(self._secret, raw, headers.get("x-hub-signature", ""), WHO)

    def read(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Hint | None:
        event = required(headers, "x-event-key", WHO)
        delivery = required(headers, "x-request-uuid", WHO)
        repository = found(body, "repository", "full_name")
        if event in STATUSES:
            named = found(body, "commit_status", "commit", "hash")
            linked = found(body, "commit_status", "links", "commit", "href").rpartition("/")[2]
            return Hint("bitbucket", delivery, event, repository, commit=named or linked)
        if event == SPAN and (run := _pipeline(body)):
            return Hint("bitbucket", delivery, event, repository, run=run)
        return None


def _pipeline(body: Mapping[str, Any]) -> str:
    """The pipeline that a span belongs to, as the API writes it: in braces."""
    for attribute in _attributes(body):
        if found(attribute, "key") == PIPELINE and (uuid := found(attribute, "value", "stringValue")):
            return f"{{{uuid.strip('{}')}}}"
    return ""


def _attributes(body: Mapping[str, Any]) -> Iterator[Any]:
    for resource in _list(body, "resourceSpans"):
        for scope in _list(resource, "scopeSpans"):
            for span in _list(scope, "spans"):
                yield from _list(span, "attributes")


def _list(value: Any, name: str) -> list[Any]:
    inside = value.get(name) if isinstance(value, Mapping) else None
    return inside if isinstance(inside, list) else []
