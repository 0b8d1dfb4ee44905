"""What a message that somebody else wrote points at: services, traces, runs, cases, and when. As data: nothing in it is
a command, and nothing that the catalog does not know is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from bot.grammar.suite_names import SuiteNames

LONGEST, MOST = 20_000, 10
"""Characters that are read, and things of each kind that are kept."""

OLDEST = timedelta(days=1)
"""A time in it that is longer before the message is of something else."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")
_TRACE = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])", re.IGNORECASE)
_RUN = re.compile(r"(?<![A-Za-z0-9])R[A-Z2-7]{8}(?![A-Za-z0-9])")
_CASE = re.compile(r"(?<![A-Za-z0-9])C[A-Z2-7]{8}(?![A-Za-z0-9])")
_PAGE_OF = re.compile(r"/(?:runs|cases)/\Z")
ABROAD = {"UTC": 0, "GMT": 0, "Z": 0, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7}
"""Hours from UTC of names of zones that alerts write, of those that mean one zone only."""

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
_MOMENT = re.compile(
    rf"(?<![\w:.-])(?:(?P<day>\d{{4}}-\d\d-\d\d)[T ])?{_CLOCK}"
    rf"(?: ?(?P<zone>{'|'.join(ABROAD)})(?![\w:])| ?(?P<ahead>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?![\d:]))"
)
SKEW = timedelta(minutes=5)
"""Clocks of who wrote it and of Slack differ by less."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Each in the order in which it is mentioned. services, environments: as the catalog writes them. at: when what it
    tells of happened.
    """

    at: datetime
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


def mentioned(text: str, names: SuiteNames, sent: datetime) -> Mentioned:
    """sent: when the message was, aware UTC. A run or a case counts only as the address of its page: its id alone may
    be a Slack channel's, or nobody's.
    """
    read = text[:LONGEST]
    said = [found.group() for found in _NAME.finditer(read)]
    services = (known.name for word in said if (known := names.service(word)))
    return Mentioned(
        _at(read, sent),
        _first(services),
        _first(filter(None, map(names.environment, said))),
        _first(found.group().lower() for found in _TRACE.finditer(read)),
        _first(found.group() for found in _RUN.finditer(read) if _is_page(read, found.start())),
        _first(found.group() for found in _CASE.finditer(read) if _is_page(read, found.start())),
    )


def _is_page(text: str, at: int) -> bool:
    return bool(_PAGE_OF.search(text[max(0, at - 10) : at]))


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MOST]


def _at(text: str, sent: datetime) -> datetime:
    """The earliest time in it that says its zone, within a day before it was sent."""
    times = (_moment(found, sent) for found in _MOMENT.finditer(text))
    near = [at for at in times if at is not None and sent - OLDEST <= at <= sent]
    return min(near, default=sent)


def _moment(found: re.Match[str], sent: datetime) -> datetime | None:
    """Without a day it is of the one on which it was sent, or of the day before where that is still to come. Then
    `12:03-13:00` is from one time to another, and no zone.
    """
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if not found["day"] and found["ahead"] == "-":
        return None
    try:
        zone = _zone(found)
        day = date.fromisoformat(found["day"]) if found["day"] else sent.astimezone(zone).date()
        at = datetime.combine(day, time(hour, minute, second), zone).astimezone(UTC)
        if found["day"] or at <= sent:
            return at
        return sent if at <= sent + SKEW else at - timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _zone(found: re.Match[str]) -> timezone:
    """Raises ValueError where it is none."""
    if found["zone"]:
        return timezone(timedelta(hours=ABROAD[found["zone"]]))
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return timezone(-ahead if found["ahead"] == "-" else ahead)
