"""The fields of forms. Each has one name, which is both its block_id and its action_id.

Limits: docs.slack.dev, "Block elements" (100 options in a select, 150 characters in the value of one).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.grammar.durations import in_words
from bot.grammar.names import Names
from bot.grammar.normalise import LONGEST_REASON
from bot.grammar.targets import AnyOf, Place, Wanted
from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block
from handlers.kit.mrkdwn import clean
from handlers.views import lease as words
from handlers.views.blocks import Element, input_block, option, plain, radio

TARGET, MINE, MODE, LENGTH, UNTIL = "target", "mine", "mode", "length", "until"
START, PRIORITY, KIND, TO, REASON = "start", "priority", "kind", "to", "reason"

OPTIONS = 100
PARTS = 30
"""So many parts of an environment at once; a line with them still fits a button."""

MODES = {
    "exclusive": ("Exclusive", "To deploy or configure: nobody else uses it"),
    "shared": ("Shared", "To test against it: others may, and nobody changes it"),
}
KINDS = {
    "down": ("Down", "Nobody can use it"),
    "degraded": ("Degraded", "It works in part"),
    "ok": ("Well again", "Clocks and offers go on"),
}
PRIORITIES = {"normal": "Normal", "hotfix": "Hotfix", "incident": "Incident"}
EXAMPLE = "90m, 2h30, until 16:30, eod"


def target(names: Names, chosen: Wanted | None, *, labels: bool, hint: str = "") -> Block:
    """An environment, or parts of one. labels: or whichever is free of those with a label."""
    groups = _groups(names, labels=labels)
    count = sum(len(group["options"]) for group in groups)
    initial = [_option(each) for each in _parts(chosen)]
    element: dict[str, Any] = {
        "action_id": TARGET,
        "placeholder": plain("An environment, or parts of one"),
        "max_selected_items": PARTS,
        **({"initial_options": initial} if initial else {}),
    }
    if count > OPTIONS:
        element |= {"type": "multi_external_select", "min_query_length": 0}
    else:
        element |= {"type": "multi_static_select", "option_groups": groups}
    return input_block("What", TARGET, element, hint=hint)


def suggestions(names: Names, typed: str, *, labels: bool) -> list[dict[str, Any]]:
    """The options that have what was typed in their name, at most as many as a select may show."""
    wanted = typed.casefold().split()
    every = [each for group in _groups(names, labels=labels) for each in group["options"]]
    return [dict(each) for each in every if all(word in each["value"].casefold() for word in wanted)][:OPTIONS]


def _groups(names: Names, *, labels: bool) -> list[dict[str, Any]]:
    groups = [{"label": plain(place.name), "options": _of_place(place)} for place in names.places]
    free = [_option(str(each)) for each in names.any_of()] if labels else []
    return [*groups, *([{"label": plain("Whichever is free"), "options": free}] if free else [])]


def _of_place(place: Place) -> list[Element]:
    parts = (*place.services, *(each.name for each in place.resources))
    return [_option(place.name), *(_option(f"{place.name}/{part}") for part in parts)]


def _option(name: str) -> Element:
    return option(name, name)


def _parts(chosen: Wanted | None) -> list[str]:
    """The options that stand for it."""
    if chosen is None or isinstance(chosen, AnyOf):
        return [chosen.word or str(chosen)] if chosen else []
    parts = chosen.resources or chosen.services
    return [f"{chosen.environment}/{part}" for part in parts[:PARTS]] or [chosen.environment]


def mine(leases: Sequence[LeaseFacts], chosen: str) -> Block:
    """One of the leases that one holds; `chosen` by id."""
    options = {lease.lease_id: _lease(lease) for lease in leases[:OPTIONS]}
    only = next(iter(options.values())) if len(options) == 1 else None
    element: dict[str, Any] = {"type": "static_select", "action_id": MINE, "options": list(options.values())}
    if initial := options.get(chosen) or only:
        element["initial_option"] = initial
    return input_block("Which", MINE, element)


def _lease(lease: LeaseFacts) -> Element:
    return option(words.target(lease), lease.lease_id, clean(lease.reason, 75) or lease.mode)


def mode(chosen: str) -> Block:
    return radio("How", MODE, MODES, chosen)


def kind(chosen: str) -> Block:
    return radio("How is it", KIND, KINDS, chosen)


def length(label: str, choices: Sequence[timedelta], chosen: timedelta | None) -> Block:
    """chosen: None leaves it open, and then it may stay so."""
    options = {each: option(words.length(_minutes(each)), in_words(each)) for each in choices}
    element: dict[str, Any] = {"type": "static_select", "action_id": LENGTH, "options": list(options.values())}
    if initial := options.get(chosen) if chosen else None:
        element["initial_option"] = initial
    return input_block(label, LENGTH, element, optional=True)


def until(label: str, typed: str) -> Block:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": UNTIL, "placeholder": plain(EXAMPLE)}
    if typed:
        element["initial_value"] = typed[:100]
    hint = "Takes the place of the choice above. Times are in your time zone."
    return input_block(label, UNTIL, {**element, "max_length": 100}, hint=hint, optional=True)


def start(label: str, at: datetime | None, *, optional: bool) -> Block:
    element: dict[str, Any] = {"type": "datetimepicker", "action_id": START}
    if at:
        element["initial_date_time"] = int(at.timestamp())
    return input_block(label, START, element, optional=optional)


def priority(claimable: frozenset[str]) -> Block:
    """Only for those who may claim one."""
    options = {name: option(text, name) for name, text in PRIORITIES.items() if name in {"normal", *claimable}}
    element = {
        "type": "static_select",
        "action_id": PRIORITY,
        "options": list(options.values()),
        "initial_option": options["normal"],
    }
    return input_block("Priority", PRIORITY, element)


def to(chosen: str) -> Block:
    element: dict[str, Any] = {"type": "users_select", "action_id": TO}
    return input_block("To whom", TO, {**element, **({"initial_user": chosen} if chosen else {})})


def reason(label: str, typed: str, *, optional: bool) -> Block:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": REASON, "max_length": LONGEST_REASON}
    if typed:
        element["initial_value"] = typed[:LONGEST_REASON]
    return input_block(label, REASON, element, optional=optional)


def _minutes(length: timedelta) -> int:
    return round(length / timedelta(minutes=1))
