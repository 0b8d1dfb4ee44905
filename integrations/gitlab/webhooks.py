"""Webhooks of GitLab (docs.gitlab.com/user/project/integrations/webhooks). The secret comes as it is, unhashed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.ports.webhooks import Hint
from integrations.kit.deliveries import check_token, found, required

WHO = "GitLab"


class GitLabWebhooks:
    """secret: the webhook's secret token."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def verify(self, headers: Mapping[str, str], raw: bytes) -> None:  # noqa: ARG002 - the body is not signed
        check_token(self._secret, headers.get("x-gitlab-token", ""), WHO)

    def read(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Hint | None:
        """Repeats of a delivery share the Idempotency-Key, which older instances do not send."""
        delivery = headers.get("idempotency-key") or required(headers, "x-gitlab-event-uuid", WHO)
        event, repository = found(body, "object_kind"), found(body, "project", "path_with_namespace")
        if event == "pipeline":
            run, commit = found(body, "object_attributes", "id"), found(body, "object_attributes", "sha")
        elif event == "build":
            run, commit = found(body, "pipeline_id"), found(body, "sha")
        elif event == "deployment":
            run, commit = "", found(body, "commit_url").rpartition("/")[2] or found(body, "short_sha")
        else:
            return None
        return Hint("gitlab", delivery, event, repository, run, commit)
