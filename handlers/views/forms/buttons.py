"""A button that opens a form, and what it carries: the form as far as it is filled in already."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.grammar.questions import Blank
from bot.notices.facts import LeaseFacts
from handlers.views import lease as words
from handlers.views.blocks import Element, button, value

OPENS = re.compile(r"env\.form\.\d+")
AT_HOME = '"home":1'
"""In the private_metadata of a form that stands over a Home."""
LONGEST_TARGET = 1_000


def form_button(label: str, blank: Blank, number: int = 0, *, style: str | None = None) -> Element:
    """number: tells the form buttons of one row apart."""
    return button(label, f"env.form.{number}", _carrying(blank), style=style)


def fill_in(blank: Blank) -> Element:
    return form_button("Fill in a form", blank, 9)


def lease_buttons(lease: LeaseFacts) -> tuple[Element, ...]:
    """What can be done with what one holds, and takes more than a press."""
    return (
        change_button(lease),
        form_button("Give…", Blank("give", lease=lease.lease_id), 2),
        form_button("Keep as it is…", Blank("hold", lease=lease.lease_id), 3),
    )


def change_button(lease: LeaseFacts) -> Element:
    return form_button("Change…", Blank("change", words.target(lease), lease.mode, lease=lease.lease_id), 1)


def over_a_home(view: Mapping[str, Any]) -> bool:
    """Whether it is a Home, or a form that was opened there: it shows what comes of whatever is done."""
    return view.get("type") == "home" or AT_HOME in (view.get("private_metadata") or "")


def carried(carries: str) -> Blank:
    found = json.loads(carries)
    start = datetime.fromisoformat(found["start"]) if found.get("start") else None
    return replace(Blank(**{**found, "start": None}), start=start)


def _carrying(blank: Blank) -> str:
    """What is empty is left out. A list of parts too long for a button leaves the environment."""
    target = blank.target if len(blank.target) <= LONGEST_TARGET else blank.target.partition("/")[0]
    known = {
        "target": target,
        "mode": blank.mode,
        "when": blank.when,
        "start": blank.start.isoformat() if blank.start else "",
        "reason": blank.reason,
        "to": blank.to,
        "lease": blank.lease,
    }
    return value(verb=blank.verb, **{name: each for name, each in known.items() if each})
