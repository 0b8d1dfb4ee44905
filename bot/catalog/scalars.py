"""One scalar at a time: text to a typed value. Each raises ValueError with a sentence that names the fix."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs] - it ships none

from bot.catalog.suite_values import Hold, Retry, WhenHeld
from bot.catalog.values import WEEKDAYS, Gate
from bot.patterns import LinearPattern
from bot.similar import did_you_mean, nearest

LONGEST_NAME = 64
LONGEST_HISTORY = timedelta(days=60)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MASK_NAME = re.compile(r"[a-z]{1,12}")
_DURATION = re.compile(r"(?=[0-9])(?:([0-9]{1,4})d)?(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m?)?")
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_SLACK_PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]{2,20}")
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CHANNEL = re.compile(r"#?([^\s#@<>&,]{1,80})")


def name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(
            "A name has letters, digits, dots, underscores and hyphens, and starts with a letter or digit."
        )
    if len(text) > LONGEST_NAME:
        raise ValueError(f"A name has at most {LONGEST_NAME} characters.")
    return text


def mask_name(text: str) -> str:
    if not _MASK_NAME.fullmatch(text):
        raise ValueError("It has 1 to 12 lower-case letters, such as tenant.")
    return text


def mask(text: str) -> LinearPattern:
    """A regular expression with one group, which captures the value that changes."""
    return LinearPattern.of(text)


def duration(text: str) -> timedelta:
    """`90m`, `2h`, `1h30`, `3d`."""
    found = _DURATION.fullmatch(text)
    if found is None or text.isdigit():
        raise ValueError("Write a number with its unit, such as 30m, 2h, 1h30 or 1d.")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes)
    if not length:
        raise ValueError("It must be longer than nothing, such as 5m.")
    return length


def working_hours(text: str) -> tuple[time, time]:
    """`09:00-18:00`."""
    found = _HOURS.fullmatch(text)
    try:
        h1, m1, h2, m2 = map(int, found.groups()) if found else (-1, 0, 0, 0)
        start, end = time(h1, m1), time(h2, m2)
    except ValueError as error:
        raise ValueError("Write them as 09:00-18:00.") from error
    if start >= end:
        raise ValueError("They end before they start; write them as 09:00-18:00.")
    return start, end


def weekdays(text: str) -> frozenset[int]:
    """`mon-fri`, or `mon, wed, fri`. A range may pass over the end of the week, as in `sun-thu`."""
    days: set[int] = set()
    for part in re.split(r"[,\s]+", text.casefold()):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError(f"Write days as mon-fri or as mon, wed, fri ({', '.join(WEEKDAYS)}).")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def zone(text: str) -> str:
    if text not in _zones():
        near = did_you_mean(nearest(text, _zones()))
        raise ValueError(f"Write a time zone such as Europe/Berlin or UTC.{near}")
    return text


@cache
def _zones() -> set[str]:
    """Read from some hundred folders, which takes 60 ms."""
    return available_timezones()


def moment(text: str, zone_name: str) -> datetime:
    """`2026-12-23 18:00`, local to `zone_name` unless it carries an offset. Gives an aware time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("Write a date and time such as 2026-12-23 18:00.") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone_name))


def cron(text: str) -> str:
    """When something begins, once an hour at most. Five fields; the day of the month and the weekday must both hold.

    Weekdays by name, because cron's and APScheduler's numbers differ by one.
    """
    fields = text.split()
    if len(fields) == 5 and re.search(r"[0-9]", fields[4]):  # noqa: PLR2004 - a crontab line has five fields
        raise ValueError("Write weekdays as names, such as `0 18 * * fri`.")
    try:
        trigger = CronTrigger.from_crontab(text, timezone="UTC")  # pyright: ignore[reportUnknownMemberType] - untyped
    except ValueError as error:
        raise ValueError(
            f"Write five fields, minute hour day month weekday, such as `0 18 * * fri` ({error})."
        ) from error
    if not fields[0].isdigit():
        raise ValueError("Write one minute, such as the 0 of `0 18 * * fri`: it begins once an hour at most.")
    trigger.end_date = datetime(2032, 1, 1, tzinfo=UTC)
    if trigger.get_next_fire_time(None, datetime(2024, 1, 1, tzinfo=UTC)) is None:  # pyright: ignore[reportUnknownMemberType] - untyped
        raise ValueError("Write a day that comes, such as `0 18 * * fri`: no year has this one.")
    return text


def channel(text: str) -> str:
    """`#name`; the hash may be left out, since YAML reads an unquoted one as a comment."""
    found = _CHANNEL.fullmatch(text)
    if found is None:
        raise ValueError('Write a channel as "#name", in quotes.')
    return "#" + found.group(1)


def slack_person(text: str) -> str:
    if not _SLACK_PERSON.fullmatch(text):
        raise ValueError("A person's Slack id looks like U024BE7LH; copy it from their profile, under ⋮.")
    return text


def slack_group(text: str) -> str:
    if not _SLACK_GROUP.fullmatch(text):
        raise ValueError("A user group's Slack id looks like S0614TZR7.")
    return text


def email(text: str) -> str:
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", text):
        raise ValueError("Write an address such as ana@example.com.")
    return text


def web_address(text: str) -> str:
    if not re.match(r"https?://[^\s/]+", text):
        raise ValueError("Write an address that starts with https:// or http://.")
    return text


PROVIDERS = ("bitbucket", "github", "gitlab", "jenkins", "local")


def provider(text: str) -> str:
    return _one_of(text, PROVIDERS)


def gate(text: str) -> Gate:
    return Gate(_one_of(text, tuple(Gate)))


def hold(text: str) -> Hold:
    return Hold(_one_of(text, tuple(Hold)))


def when_held(text: str) -> WhenHeld:
    return WhenHeld(_one_of(text, tuple(WhenHeld)))


def retry(text: str) -> Retry:
    return Retry(_one_of(text, tuple(Retry)))


def yes_or_no(text: str) -> bool:
    return _one_of(text, ("true", "false", "yes", "no")) in ("true", "yes")


def history(text: str) -> timedelta:
    """`30d`, or `none`."""
    length = timedelta(0) if text.casefold() == "none" else duration(text)
    if length > LONGEST_HISTORY:
        raise ValueError(f"At most {LONGEST_HISTORY.days}d are read; none reads nothing.")
    return length


def variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text) or len(text) > LONGEST_NAME:
        raise ValueError("Write letters, digits and underscores, such as base_url: it becomes a variable of the run.")
    return text


def allow_or_deny(text: str) -> Literal["allow", "deny"]:
    return "deny" if _one_of(text, ("allow", "deny")) == "deny" else "allow"


def repository_path(address: str) -> str:
    """`example/pay-api` of `https://bitbucket.org/example/pay-api.git`; what is no address stays as it is."""
    path = urlsplit(address).path if "://" in address else address
    return path.strip("/").removesuffix(".git")


def _one_of(text: str, known: tuple[str, ...]) -> str:
    if (folded := text.casefold()) not in known:
        raise ValueError(f"Write one of {', '.join(known)}.{did_you_mean(nearest(folded, known))}")
    return folded
