"""What an address asks for: a window by absolute times, and what to leave out. Pure: `now` is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from starlette.datastructures import QueryParams

from bot.errors import UsageError
from bot.ports.telemetry import Level, LogQuery, RateQuery, SpanQuery, Window
from bot.similar import did_you_mean, nearest
from bot.telemetry import links

USUAL = timedelta(minutes=15)
PRESETS = {
    "15 min": USUAL,
    "1 hour": timedelta(hours=1),
    "6 hours": timedelta(hours=6),
    "24 hours": timedelta(hours=24),
}
LONGEST = timedelta(days=31)
"""Of a window: each hour of it is drawn, however little is kept of it."""
YEARS = range(2000, 2100)
SHOWN = 200
"""Lines or requests of one page."""
STEPS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 300, 900, 1800, 3600))
BARS = 60
"""Of a chart, about."""
TIME_EXAMPLE = "2026-11-25T17:00:00Z"


@dataclass(frozen=True, slots=True)
class Spanning:
    """Requests to show. kind: recent, failed or slow (`slower_than` milliseconds and more)."""

    query: SpanQuery
    kind: str
    slower_than: int


def window_of(asked: QueryParams, now: datetime, usual: timedelta = USUAL) -> Window:
    """The latest `usual` where the address says nothing; 31 days at most. Raises UsageError."""
    end = _moment(asked, "to") or (now + timedelta(seconds=1)).replace(microsecond=0)
    start = _moment(asked, "from") or end - usual
    if start >= end:
        raise UsageError("The window ends before it begins: `from` must be earlier than `to`.")
    if end - start > LONGEST:
        raise UsageError(f"The window is longer than {LONGEST.days} days. Choose a shorter one.")
    return Window(start, end)


def logs_of(asked: QueryParams, now: datetime) -> LogQuery:
    """Raises UsageError."""
    return LogQuery(
        window_of(asked, now),
        services_of(asked),
        asked.get("environment", ""),
        _level(asked.get("level", "")),
        asked.get("text", ""),
        asked.get("trace", "").strip().casefold(),
        limit=SHOWN,
    )


def spans_of(asked: QueryParams, now: datetime) -> Spanning:
    """Raises UsageError."""
    kind = asked.get("kind", "recent")
    if kind not in ("recent", "failed", "slow"):
        raise UsageError("`kind` is recent, failed or slow.")
    steps = asked.get("all", "")
    slower = _number(asked.get("ms", "") or "500")
    query = SpanQuery(
        window_of(asked, now),
        services_of(asked),
        asked.get("environment", ""),
        asked.get("name", ""),
        failed_only=kind == "failed",
        roots_only=steps not in ("served", "yes"),
        served_only=steps == "served",
        slower_than=timedelta(milliseconds=slower) if kind == "slow" else None,
        limit=SHOWN,
    )
    return Spanning(query, kind, slower)


def rates_of(asked: QueryParams, service: str, now: datetime) -> RateQuery:
    """With a step that makes about sixty bars of the window, and begins at a full one. Raises UsageError."""
    window = window_of(asked, now, PRESETS["1 hour"])
    return stepped(RateQuery(window, service, asked.get("environment", "")))


def stepped(query: RateQuery, bars: int = BARS) -> RateQuery:
    length = query.window.end - query.window.start
    step = next((step for step in STEPS if length / step <= bars), STEPS[-1])
    zero = datetime(1970, 1, 1, tzinfo=UTC)
    start = query.window.start - (query.window.start - zero) % step
    return replace(query, window=Window(start, query.window.end), step=step)


def services_of(asked: QueryParams) -> tuple[str, ...]:
    """Several times `service`, or several with commas."""
    return tuple(name.strip() for given in asked.getlist("service") for name in given.split(",") if name.strip())


def shifted(window: Window, steps: int) -> Window:
    length = window.end - window.start
    return Window(window.start + steps * length, window.end + steps * length)


def elsewhere(query: RateQuery) -> dict[str, str]:
    """The requests and lines behind a chart."""
    parts = {**links.window(query.window), "service": query.service, "environment": query.environment}
    return {
        "traces_link": "/telemetry/traces?" + links.written({**parts, "all": "yes"}),
        "failed_link": "/telemetry/traces?" + links.written({**parts, "all": "yes", "kind": "failed"}),
        "logs_link": links.logs("", LogQuery(query.window, (query.service,), query.environment)),
    }


def _moment(asked: QueryParams, name: str) -> datetime | None:
    text = asked.get(name, "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"`{name}` is no time: {text[:40]}. Write {TIME_EXAMPLE}.") from None
    if moment.year not in YEARS:
        raise UsageError(f"`{name}` is of the year {moment.year}, of which nothing is kept. Write {TIME_EXAMPLE}.")
    return moment


def _level(text: str) -> Level | None:
    if not text:
        return None
    try:
        return Level[text.upper()]
    except KeyError:
        names: Sequence[str] = [level.name.lower() for level in Level]
        near = did_you_mean(nearest(text, names))
        raise UsageError(f"There is no level {text[:20]}.{near} There are: {', '.join(names)}.") from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - a hundred days
        raise UsageError("`ms` is a number of milliseconds, such as 500.")
    return int(text)
