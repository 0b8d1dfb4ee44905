"""API tokens: what they look like, what they allow, and when they hold. Pure.

A token is `sbx_<id>_<secret>`. The secret is 256 random bits, so one round of SHA-256 keeps it: there is no dictionary
to try against it, as there is against a password. The prefix lets scanners of repositories and logs find a leaked one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.errors import Forbidden, SignalboxError, UsageError
from bot.similar import did_you_mean, nearest
from bot.values import PIPELINE

ID_LENGTH, SECRET_LENGTH = 10, 52
SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last use is known: a pipeline that renews each minute must not write each minute."""

_TOKEN = re.compile(rf"sbx_([a-z2-7]{{{ID_LENGTH}}})_([a-z2-7]{{{SECRET_LENGTH}}})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
Standing = Literal["active", "expired", "revoked"]


class Scope(StrEnum):
    """What a token may be used for."""

    RESERVATIONS_READ = "reservations:read"
    RESERVATIONS_WRITE = "reservations:write"
    RESERVATIONS_PRIORITY = "reservations:priority"
    CALENDAR_READ = "calendar:read"
    DEPLOYMENTS_READ = "deployments:read"
    DEPLOYMENTS_WRITE = "deployments:write"
    DEPLOYMENTS_OVERRIDE = "deployments:override"
    RUNS_READ = "runs:read"
    RUNS_WRITE = "runs:write"
    TELEMETRY_READ = "telemetry:read"
    TELEMETRY_WRITE = "telemetry:write"

    @property
    def says(self) -> str:
        return _SAYS[self]


_SAYS = {
    Scope.RESERVATIONS_READ: "See environments, who holds them and who waits.",
    Scope.RESERVATIONS_WRITE: "Reserve, renew and release in the token's own name; includes reservations:read.",
    Scope.RESERVATIONS_PRIORITY: "Ask for the rank of a hotfix or an incident; comes beside reservations:write.",
    Scope.CALENDAR_READ: "Read the calendar of bookings and freezes.",
    Scope.DEPLOYMENTS_READ: "See what runs where, what was deployed, and whether now is safe.",
    Scope.DEPLOYMENTS_WRITE: "Deploy, report how it ended, and roll back; includes deployments:read.",
    Scope.DEPLOYMENTS_OVERRIDE: "Set the gate aside, with a reason; comes beside deployments:write.",
    Scope.RUNS_READ: "See runs of test suites, and how they went.",
    Scope.RUNS_WRITE: "Run suites, and send what they report; includes runs:read.",
    Scope.TELEMETRY_READ: "Look at logs, traces and rates of services.",
    Scope.TELEMETRY_WRITE: "Send logs, traces and metrics over OTLP.",
}
_INCLUDES = {
    Scope.RESERVATIONS_WRITE: frozenset({Scope.RESERVATIONS_READ}),
    Scope.DEPLOYMENTS_WRITE: frozenset({Scope.DEPLOYMENTS_READ}),
    Scope.RUNS_WRITE: frozenset({Scope.RUNS_READ}),
}


class NotAuthenticated(SignalboxError):
    """No token, or none that holds."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """Everything that is known of a token but its secret. Times are aware UTC.

    id: the part between the underscores, never secret. digest: SHA-256 of the whole token, in hex.
    team: of the catalog; mates may extend and release what the pipeline holds. owner: a Slack user id, who is asked
    when somebody wants to know. used: to about five minutes; None before the first use. services, environments: of the
    catalog, which it may deploy, and where; all of them when empty.
    """

    id: str
    name: str
    digest: str
    scopes: frozenset[Scope]
    created: datetime
    team: str | None = None
    owner: str | None = None
    used: datetime | None = None
    expires: datetime | None = None
    revoked: datetime | None = None
    services: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()

    @property
    def principal(self) -> str:
        """Who holds what this token reserves."""
        return f"{PIPELINE}{self.name}"

    def allows(self, scope: Scope) -> bool:
        return scope in self.scopes or any(scope in _INCLUDES.get(own, ()) for own in self.scopes)

    def need(self, scope: Scope) -> None:
        """Raises Forbidden."""
        if not self.allows(scope):
            wanted = " ".join(
                f"--scope {each}" for each in sorted({*self.scopes, scope} - _INCLUDES.get(scope, frozenset()))
            )
            raise Forbidden(f"The token {self.name} lacks the scope {scope}. Create one with {wanted}.")

    def need_place(self, environment: str, service: str) -> None:
        """To deploy that service there. Raises Forbidden."""
        if (self.services and service not in self.services) or (
            self.environments and environment not in self.environments
        ):
            raise Forbidden(f"The token {self.name} deploys {self.place}, not {environment}/{service}.")

    @property
    def place(self) -> str:
        """What it may deploy, and where: `orders, payments in integration`, `every service in every environment`."""
        what, where = ", ".join(sorted(self.services)), ", ".join(sorted(self.environments))
        return f"{what or 'every service'} in {where or 'every environment'}"

    def standing(self, now: datetime) -> Standing:
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"

    def check(self, now: datetime) -> None:
        """Raises NotAuthenticated when it holds no more."""
        if (standing := self.standing(now)) != "active":
            raise NotAuthenticated(f"The token {self.name} is {standing}. Create another: signalbox token create.")


@dataclass(frozen=True, slots=True)
class Presented:
    """A token as it came with a request, well formed and not yet believed."""

    id: str
    digest: str

    def opens(self, digest: str) -> bool:
        """In constant time."""
        return hmac.compare_digest(self.digest.encode(), digest.encode())


def read(text: str) -> Presented:
    """Raises NotAuthenticated when `text` has not the form of a token."""
    if not (found := _TOKEN.fullmatch(text)):
        raise NotAuthenticated("That is no token of Signalbox: it looks like sbx_<id>_<secret>, copied whole.")
    return Presented(found[1], digest_of(text))


def written(id: str, secret: str) -> str:
    return f"sbx_{id}_{secret}"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def checked_name(text: str) -> str:
    """Raises UsageError."""
    if not _NAME.fullmatch(text):
        raise UsageError(
            "A token's name has letters, digits, dots, hyphens and underscores, 60 at most, and starts with a letter "
            "or digit: it is who people see on the board, such as payments-deploy."
        )
    return text


def scopes_of(texts: Iterable[str]) -> frozenset[Scope]:
    """One scope each, or several with commas or spaces. Raises UsageError that names all, or the one that was meant."""
    words = [word for text in texts for word in re.split(r"[,\s]+", text) if word]
    if not words:
        raise UsageError("Say what the token may do, with --scope:\n" + _every_scope())
    return frozenset(map(_scope, words))


def _scope(word: str) -> Scope:
    try:
        return Scope(word.casefold())
    except ValueError:
        near = did_you_mean(nearest(word, list(Scope)))
        raise UsageError(f"There is no scope {word[:60]}.{near} There are:\n{_every_scope()}") from None


def _every_scope() -> str:
    return "\n".join(f"  {scope:<23}{scope.says}" for scope in Scope)
