"""Moments as pages show them: in UTC, with the instant beside, so that our script can tell them in the reader's zone.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum

from markupsafe import Markup, escape

from handlers.http.pages import words


class Form(StrEnum):
    """How much of a moment is shown. Each has as many characters in every zone: times.js relies on that."""

    DAY = "day"
    MILLISECOND = "millisecond"
    SECOND = "second"
    MINUTE = "minute"


WRITTEN: dict[Form, Callable[[datetime], str]] = {
    Form.DAY: words.day_and_clock,
    Form.MILLISECOND: words.clock,
    Form.SECOND: lambda at: words.clock(at)[:8],
    Form.MINUTE: lambda at: words.clock(at)[:5],
}
IN_WORDS = " UTC"
"""What stands behind the time where we wrote one into a sentence."""


def moment(at: datetime, form: Form = Form.DAY) -> Markup:
    """`<time>12:03:40</time>`; who points at it reads the whole of it in UTC, with JavaScript and without."""
    return Markup('<time datetime="{}" data-form="{}" title="{} UTC">{}</time>').format(
        instant(at), form.value, words.day_and_clock(at), WRITTEN[form](at)
    )


def instant(at: datetime) -> str:
    """As JavaScript reads it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def span(start: datetime, end: datetime) -> Markup:
    return Markup("{} to {}").format(moment(start), moment(end))


def told(text: str, moments: Iterable[datetime]) -> Markup:
    """Words from outside, escaped, with the times that we wrote into them, as `12:03:40 UTC`, each where it is last."""
    said = {f"{WRITTEN[Form.SECOND](at)}{IN_WORDS}": at for at in moments}
    found = sorted(((text.rfind(time), time) for time in said if time in text), reverse=True)
    shown = Markup()
    for start, time in found:
        shown = moment(said[time], Form.SECOND) + escape(text[start + len(time) :]) + shown
        text = text[:start]
    return escape(text) + shown
