"""Webhooks of GitHub (docs.github.com/webhooks)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.errors import UsageError
from bot.ports.protection import HeldRun
from bot.ports.webhooks import Hint
from integrations.github.pipelines import API
from integrations.kit.deliveries import check_signature, found, required

WHO = "GitHub"
RUN = {"workflow_run": ("workflow_run", "id"), "workflow_job": ("workflow_job", "run_id")}
COMMIT = {
    "workflow_run": ("workflow_run", "head_sha"),
    "workflow_job": ("workflow_job", "head_sha"),
    "deployment_status": ("deployment", "sha"),
    "status": ("sha",),
}


RULE = "deployment_protection_rule"
_CALLBACK = re.compile(r"/repos/(?P<repository>[^/]+/[^/]+)/actions/runs/(?P<run>\d+)/deployment_protection_rule")


class GitHubWebhooks:
    """secret: as set at the webhook. base_url: of the API; what would be called elsewhere is refused."""

    def __init__(self, secret: SecretStr, base_url: str = API) -> None:
        self._secret, self._base_url = secret, base_url.rstrip("/")

    def verify(self, headers: Mapping[str, str], raw: bytes) -> None:
        check_signature(self._secret, raw, headers.get("x-hub-signature-256", ""), WHO)

    def read(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Hint | HeldRun | None:
        event = required(headers, "x-github-event", WHO)
        delivery = required(headers, "x-github-delivery", WHO)
        if event == RULE and found(body, "action") == "requested":
            return self._held(delivery, body)
        if event not in COMMIT:
            return None
        run = found(body, *RUN[event]) if event in RUN else ""
        repository = found(body, "repository", "full_name")
        return Hint("github", delivery, event, repository, run, found(body, *COMMIT[event]))

    def _held(self, delivery: str, body: Mapping[str, Any]) -> HeldRun:
        """Of the address to call back only the run is taken: what is called is below our own root."""
        address, repository = found(body, "deployment_callback_url"), found(body, "repository", "full_name")
        root, _, _ = address.partition("/repos/")
        named = _CALLBACK.fullmatch(address.removeprefix(root))
        if root != self._base_url or named is None or named["repository"].casefold() != repository.casefold():
            raise UsageError(
                f"A delivery of {WHO} has a deployment_callback_url of {self._base_url}; this one has not."
            )
        environment, deployment = found(body, "environment"), found(body, "deployment", "id")
        if not environment or not deployment:
            raise UsageError(f"A delivery of {WHO} has environment and deployment.id; this one has not.")
        ref = found(body, "deployment", "sha") or found(body, "deployment", "ref")
        page = f"{found(body, 'repository', 'html_url')}/actions/runs/{named['run']}"
        login = found(body, "deployment", "creator", "login") or found(body, "sender", "login")
        return HeldRun("github", delivery, repository, environment, named["run"], deployment, ref, login, page)
