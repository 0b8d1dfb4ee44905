"""A GitHub App that answers deployment protection rules (docs.github.com, creating custom deployment protection rules).

It shows who it is with a JSON Web Token that it signs, for which it is given a token of its installation for an hour.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import structlog
from pydantic import SecretStr

from bot.errors import IntegrationError, UsageError
from bot.ports.pipelines import RunState
from bot.ports.protection import HeldRun, Verdict
from integrations.github.pipelines import API
from integrations.github.reading import state_of
from integrations.github.shapes import DeploymentStatus, InstallationToken, WorkflowRun
from integrations.kit.credentials import bearer
from integrations.kit.vendor import Vendor, segment, segments

log = structlog.get_logger(__name__)
T = TypeVar("T")

REMEDY = "Check the GitHub App: it needs Deployments (read and write) and Actions (read), and to be installed there."
PERMISSIONS = {"deployments": "write", "actions": "read"}
UNAUTHORIZED, UNPROCESSABLE = 401, 422
LONGEST_COMMENT = 1024
EARLIER, SIGNED_FOR, SPARE = timedelta(seconds=60), timedelta(minutes=9), timedelta(minutes=5)
"""How far GitHub's clock may be behind ours; how long a signature holds (ten minutes at most); how long before its end
a token is not used any more.
"""
STATES = {
    "success": RunState.SUCCEEDED,
    "inactive": RunState.SUCCEEDED,  # another one has come after it
    "failure": RunState.FAILED,
    "error": RunState.FAILED,
    "in_progress": RunState.RUNNING,
    "queued": RunState.QUEUED,
    "pending": RunState.QUEUED,
}


class GitHubApp:
    """private_key: PEM, as GitHub made it. installation: the number at the end of the address of its settings page."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        app_id: str,
        private_key: SecretStr,
        installation: str,
        base_url: str = API,
    ) -> None:
        self._http, self._base_url = http, base_url
        self._app_id, self._private_key, self._installation = app_id, private_key, installation
        self._kept: InstallationToken | None = None

    async def answer(self, held: HeldRun, verdict: Verdict, comment: str) -> None:
        body = {"environment_name": held.environment, "comment": comment[:LONGEST_COMMENT]}
        body |= {"state": verdict} if verdict else {}
        path, what = f"{_run(held)}/deployment_protection_rule", f"an answer to run {held.run} of {held.repository}"

        async def post(vendor: Vendor) -> None:
            await vendor.change(path, what, json=body)

        try:
            await self._authorized(post)
        except IntegrationError as error:
            if error.status != UNPROCESSABLE:
                raise
            log.info("a run waits for no answer any more", run=held.run, reason=error.user_message)

    async def state(self, held: HeldRun) -> RunState:
        """What the deployment's last status says; where it has not ended, the run may have been cancelled."""
        path = f"/repos/{segments(held.repository)}/deployments/{segment(held.deployment)}/statuses"
        what = f"deployment {held.deployment} of {held.repository}"
        seen = await self._authorized(lambda vendor: vendor.read(path, what, list[DeploymentStatus], {"per_page": 1}))
        state = STATES.get(seen[0].state, RunState.WAITING) if seen else RunState.WAITING
        if state.ended:
            return state
        run = await self._authorized(lambda vendor: vendor.read(_run(held), f"run {held.run}", WorkflowRun))
        ended = state_of(run.status, run.conclusion)
        return ended if ended.ended else state

    async def permissions(self) -> Mapping[str, str]:
        """What its token allows. Raises UsageError when the key is none, and IntegrationError."""
        return (await self._token()).permissions

    async def _authorized(self, call: Callable[[Vendor], Awaitable[T]]) -> T:
        """What is refused for its token was not carried out: once more, with a new one."""
        try:
            return await call(self._vendor((await self._token()).token))
        except IntegrationError as error:
            if error.status != UNAUTHORIZED:
                raise
        self._kept = None
        return await call(self._vendor((await self._token()).token))

    async def _token(self) -> InstallationToken:
        kept = self._kept
        if kept is None or kept.expires_at - SPARE <= datetime.now(UTC):
            path = f"/app/installations/{segment(self._installation)}/access_tokens"
            vendor, what = self._vendor(self._signed()), f"the installation {self._installation} of the App"
            kept = await vendor.ask(path, what, InstallationToken, json={"permissions": PERMISSIONS})
            self._kept = kept
        return kept

    def _signed(self) -> str:
        import jwt  # noqa: PLC0415 - brings cryptography, which takes its time to load

        now = datetime.now(UTC)
        claims = {"iat": now - EARLIER, "exp": now + SIGNED_FOR, "iss": self._app_id}
        try:
            return jwt.encode(claims, self._private_key.get_secret_value(), algorithm="RS256")
        except (jwt.InvalidKeyError, ValueError, TypeError) as error:
            raise UsageError("GITHUB_APP_PRIVATE_KEY is no RSA key: copy the PEM file that GitHub made.") from error

    def _vendor(self, token: str) -> Vendor:
        credentials = {
            **bearer(SecretStr(token)),
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return Vendor(self._http, name="GitHub", base_url=self._base_url, credentials=credentials, remedy=REMEDY)


def _run(held: HeldRun) -> str:
    return f"/repos/{segments(held.repository)}/actions/runs/{segment(held.run)}"
