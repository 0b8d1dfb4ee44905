"""What an answer means that is no success, as an error with a sentence for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.errors import IntegrationError, NotFound, SignalboxError
from bot.ports.pipelines import VendorBusy

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, GONE, TOO_MANY, SERVER_ERROR = 401, 403, 404, 410, 429, 500
USUAL_WAIT, LONGEST_WAIT = 30.0, 3600.0
LONGEST_WORDS = 200
A_YEAR = 366 * 86_400


@dataclass(frozen=True, slots=True)
class Answerer:
    """name: as people know it. remedy: names the setting of its token and what that must be allowed."""

    name: str
    remedy: str


def refusal(who: Answerer, status: int, headers: Mapping[str, str], body: bytes, what: str) -> SignalboxError:
    """Of an answer that is no success. what: what was read or changed, as it stands in a sentence."""
    if status == TOO_MANY or status >= SERVER_ERROR or (status == FORBIDDEN and _is_rate_limit(headers)):
        return busy(who.name, status, retry_after(headers))
    if status == UNAUTHORIZED:
        return _no(who, status, f"{who.name} does not accept the token. {who.remedy}")
    if status == FORBIDDEN:
        return _no(who, status, f"{who.name} does not allow {what}{_said(body)}. {who.remedy}")
    if status in {NOT_FOUND, GONE}:
        return NotFound(f"{who.name} does not know {what}, or its token may not see it.")
    return _no(who, status, f"{who.name} refused {what} ({status}){_said(body)}.")


def busy(name: str, status: int, wait: float) -> VendorBusy:
    why = "asks for a pause" if status in {TOO_MANY, FORBIDDEN} else f"has trouble ({status})"
    return VendorBusy(f"{name} {why}: again in {wait:.0f} s.", vendor=name, status=status, retry_after=wait)


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds: as the headers say (RFC 9110 Retry-After, or when a rate limit resets), else usual.

    A reset is a unix time (GitHub, GitLab) or so many seconds from now (Datadog, the IETF draft on RateLimit headers).
    """
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    asked = headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return _within(float(asked))
    if at := _date(asked):
        return _within((at - now).total_seconds())
    reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
    if reset.isascii() and reset.isdigit():
        return _within(float(reset) - (now.timestamp() if float(reset) > A_YEAR else 0))
    return USUAL_WAIT


def _within(seconds: float) -> float:
    return min(max(seconds, 1.0), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _is_rate_limit(headers: Mapping[str, str]) -> bool:
    """GitHub says 403 for these too (docs.github.com/rest, rate limits)."""
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"


def _no(who: Answerer, status: int, sentence: str) -> IntegrationError:
    return IntegrationError(sentence, vendor=who.name, status=status)


def _said(body: bytes) -> str:
    try:
        words = _words(json.loads(body))
    except ValueError:
        return ""
    line = " ".join(words.split())[:LONGEST_WORDS].rstrip(".")
    return f": {line}" if line else ""


def _words(body: Any) -> str:
    """A vendor's own words: `message` or `error`, in whatever it wraps them."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(_words(each) for each in body)
    if not isinstance(body, dict):
        return ""
    named = [_words(body[key]) for key in ("message", "error", "detail") if key in body]
    named = named or [_words(body[key]) for key in ("errors",) if key in body]
    return " ".join(named) if named else "; ".join(f"{key} {_words(value)}" for key, value in body.items())
