"""How environments were used, in figures, with the picture below."""

from __future__ import annotations

from datetime import timedelta

from bot.ports.chat import Block, Message
from bot.stats.figures import Figures, Lengths, Share
from bot.stats.report import Report
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.blocks import actions, context, cut, fields, picture, section

TEAMS_SHOWN = 5
LEAST = 0.01
PERIODS = (7, 30, 90)
SAME = "Each service counts the same, and nights and weekends only as part of all hours."
ENDINGS = {
    "LeaseReleased": "released",
    "LeaseExpired": "ran out of time",
    "LeaseTaken": "taken by somebody else",
    "LeaseGiven": "given to somebody else",
}
"""In the order of telling. Other kinds of ends are counted together."""


def stats(report: Report, environment: str, chart: str | None, trouble: str = "") -> Message:
    """environment: the one it is about, `""` for all. chart: the id of a picture; trouble: why there is none."""
    title = report.timeline.title
    head = f"*{escape(title)}* over the last {_back(report)}"
    if not report.figures.leases:
        line = f"{head}: nobody held any of it."
        return Message(line, (section(line),))
    told = [section(head), fields(*_facts(report.figures))]
    shown: list[Block] = [picture(chart, alt_text(report))] if chart else []
    notes = [trouble] if trouble else []
    longer = [days for days in PERIODS if timedelta(days=days) > report.period[1] - report.period[0]][:1]
    buttons = [actions(words.usage_button(f"{days} days", environment, days)) for days in longer]
    return Message(f"{head}: {_used(report.figures)}", (*told, *shown, context(*notes, SAME), *buttons))


def alt_text(report: Report) -> str:
    """What the picture shows, for whoever does not see it. Plain text."""
    names = ", ".join(row.name for row in report.timeline.rows)
    said = f"Use of {report.timeline.title} over the last {_back(report)}: {_used(report.figures)}"
    return cut(f"{said}. Rows: {names}.", 1_000)


def _facts(figures: Figures) -> list[str]:
    facts = [
        ("Used", _usage(figures)),
        ("Leases", f"{figures.leases}\n{_lengths(figures.holds, 'held')}"),
        ("Waits", _waits(figures)),
        ("How they ended", _endings(figures)),
        ("Teams", _teams(figures)),
    ]
    return [f"*{name}*\n{fact}" for name, fact in facts if fact]


def _used(figures: Figures) -> str:
    if figures.working_hours:
        return f"used {_percent(figures.working_hours.held)} of working hours"
    return f"used {_percent(figures.all_hours.held)} of the time" if figures.all_hours else "nothing to use"


def _usage(figures: Figures) -> str:
    lines = [
        f"{_percent(share.held)} of {name}: {_percent(share.exclusive)} exclusive, {_percent(share.shared)} shared"
        for name, share in (("working hours", figures.working_hours), ("all hours", figures.all_hours))
        if isinstance(share, Share)
    ]
    return "\n".join(lines)


def _waits(figures: Figures) -> str:
    missed = f"{figures.missed} offers missed" if figures.missed > 1 else f"{figures.missed} offer missed"
    lines = [
        f"{figures.waits.count}\n{_lengths(figures.waits, 'waited')}"
        if figures.waits.count
        else "nobody has got it after a wait"
    ]
    return "\n".join([*lines, *([missed] if figures.missed else [])])


def _lengths(lengths: Lengths, what: str) -> str:
    """`held for 1 h 30 min (median), 9 in 10 for up to 4 h`"""
    if lengths.median is None or lengths.p90 is None:
        return "none has ended yet"
    return f"{what} for {_time(lengths.median)} (median), 9 in 10 for up to {_time(lengths.p90)}"


def _endings(figures: Figures) -> str:
    known = [f"{figures.ended[kind]} {name}" for kind, name in ENDINGS.items() if figures.ended.get(kind)]
    other = sum(count for kind, count in figures.ended.items() if kind not in ENDINGS)
    return "\n".join([*known, *([f"{other} otherwise"] if other else [])])


def _teams(figures: Figures) -> str:
    parts = [f"{escape(team, 40) if team else 'no team'} {_percent(part)}" for team, part in figures.teams]
    rest = len(parts) - TEAMS_SHOWN
    return ", ".join(parts[:TEAMS_SHOWN]) + (f", {rest} more" if rest > 0 else "")


def _back(report: Report) -> str:
    length = report.period[1] - report.period[0]
    if length < timedelta(days=2):
        return _time(length)
    return f"{length / timedelta(days=1):g} days"


def _time(length: timedelta) -> str:
    minutes = round(length / timedelta(minutes=1))
    return "less than a minute" if length and not minutes else words.length(minutes)


def _percent(part: float) -> str:
    return "less than 1%" if 0 < part < LEAST / 2 else f"{part:.0%}"
