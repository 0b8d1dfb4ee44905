"""What Jenkins tells: the JSON of its notification plugin, sent with a token of ours in the header X-Signalbox-Token.

It numbers no deliveries, so one is known by the build and the phase that it tells of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.errors import UsageError
from bot.ports.webhooks import Hint
from integrations.jenkins.reading import QUEUE
from integrations.kit.deliveries import check_token, found

WHO = "Jenkins"


class JenkinsWebhooks:
    """secret: what the job sends as X-Signalbox-Token."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def verify(self, headers: Mapping[str, str], raw: bytes) -> None:  # noqa: ARG002 - the body is not signed
        check_token(self._secret, headers.get("x-signalbox-token", ""), WHO)

    def read(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Hint | None:  # noqa: ARG002 - all is inside
        number, page = found(body, "build", "number"), found(body, "build", "url") or found(body, "url")
        if not number or not page:
            raise UsageError("A delivery of Jenkins has build.number and build.url; this one has not.")
        phase = found(body, "build", "phase")
        queue = found(body, "build", "queue_id")
        job = "/".join(re.findall(r"job/([^/]+)", page))
        run = f"{QUEUE}{queue}" if queue else number
        return Hint("jenkins", f"{job} {number} {phase}", phase, job, run, found(body, "build", "scm", "commit"))
