"""What the operator of the sample shop knows of versions: it serves them as a repository would its commits."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

import httpx
from pydantic import BaseModel

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import LONGEST_DIFF, Commit, Comparison, Diff, VendorBusy
from integrations.kit.diffs import whole_lines

VENDOR = "the sample shop"
PATIENCE = 5.0


class Told(BaseModel):
    """A commit as the operator tells it."""

    hash: str
    subject: str
    author: str
    login: str
    email: str
    at: datetime
    version: str = ""

    def commit(self) -> Commit:
        known = {"login": self.login, "email": self.email, "at": self.at, "version": self.version}
        return Commit(self.hash, self.subject, self.author, **known)


class Compared(BaseModel):
    """Newest first."""

    commits: list[Told]
    total: int


class Changed(BaseModel):
    files: list[str]
    text: str


class ShopVersions:
    """Implements Changes. A repository is named as the service is."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    async def commit(self, repository: str, ref: str) -> Commit | None:
        answer = await self._get(f"/commits/{repository}/{ref}")
        return None if answer is None else Told.model_validate_json(answer).commit()

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        answer = await self._get(f"/compare/{repository}", base=base, head=head)
        if answer is None:
            raise NotFound(f"{repository} does not have both {base} and {head}.")
        found = Compared.model_validate_json(answer)
        return Comparison(base, head, tuple(each.commit() for each in found.commits), found.total)

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        answer = await self._get(f"/commits/{repository}/{commit}/diff")
        if answer is None:
            raise NotFound(f"{repository} has no commit {commit}.")
        found = Changed.model_validate_json(answer)
        return Diff(tuple(found.files), whole_lines(found.text, limit), len(found.text) <= limit)

    async def _get(self, path: str, **query: str) -> bytes | None:
        """None when there is no such thing. Raises VendorBusy, IntegrationError."""
        try:
            async with httpx.AsyncClient(base_url=self._base_url, timeout=PATIENCE, trust_env=False) as http:
                answer = await http.get(httpx.URL(path=path), params=query)
        except httpx.HTTPError as error:
            sentence = "The sample shop does not answer."
            raise VendorBusy(sentence, vendor=VENDOR, status=0, retry_after=PATIENCE) from error
        if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
            return None
        if not answer.is_success:
            status = answer.status_code
            raise IntegrationError(f"The sample shop answered {status}.", vendor=VENDOR, status=status)
        return answer.content
