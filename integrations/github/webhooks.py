"""Webhooks of GitHub (docs.github.com/webhooks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.ports.pipelines import Hint
from integrations.kit.deliveries import check_signature, found, required

WHO = "GitHub"
RUN = {"workflow_run": ("workflow_run", "id"), "workflow_job": ("workflow_job", "run_id")}
COMMIT = {
    "workflow_run": ("workflow_run", "head_sha"),
    "workflow_job": ("workflow_job", "head_sha"),
    "deployment_status": ("deployment", "sha"),
    "status": ("sha",),
}


class GitHubWebhooks:
    """secret: as set at the webhook."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def verify(self, headers: Mapping[str, str], raw: bytes) -> None:
        check_signature(self._secret, raw, headers.get("x-hub-signature-256", ""), WHO)

    def read(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Hint | None:
        event = required(headers, "x-github-event", WHO)
        delivery = required(headers, "x-github-delivery", WHO)
        if event not in COMMIT:
            return None
        run = found(body, *RUN[event]) if event in RUN else ""
        repository = found(body, "repository", "full_name")
        return Hint("github", delivery, event, repository, run, found(body, *COMMIT[event]))
