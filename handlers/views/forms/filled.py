"""What was filled into a form: its fields as values, and the line that says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.errors import UsageError, WrongField
from bot.grammar.commands import PriorityWord
from bot.grammar.ends import stamp
from bot.grammar.here import Here
from bot.grammar.names import LONGEST_LIST, Names
from bot.grammar.parts import Parts
from bot.grammar.pieces import Reads, cut
from bot.grammar.questions import ModeWord
from bot.grammar.targets import AnyOf, Wanted
from handlers.views.forms import fields
from handlers.views.forms.sheets import CONDITION, PREFIX

ONE_PLACE = "Choose one environment, or parts of one: they are had together or not at all."
A_YEAR = timedelta(days=365)
_WHEN: Reads = frozenset(("when", "day", "suite"))
NO_LENGTH = "That is no length and no time: for example 90m, 2h30, until 16:30 or eod."


@dataclass(frozen=True, slots=True)
class Filled:
    """verb: of the form. targets: names as typed. length, until: as typed; the second one is the person's own words.

    lease: the id of the one that is meant. start: aware UTC.
    """

    verb: str
    targets: tuple[str, ...] = ()
    mode: ModeWord = "exclusive"
    length: str = ""
    until: str = ""
    start: datetime | None = None
    priority: PriorityWord | None = None
    kind: str = ""
    to: str = ""
    reason: str = ""
    lease: str = ""

    @property
    def when(self) -> str:
        return self.until or self.length

    @property
    def when_field(self) -> str:
        """Where an error about it belongs."""
        return fields.UNTIL if self.until else fields.LENGTH


def filled(view: Mapping[str, Any]) -> Filled:
    """`view` as Slack submits it."""
    values, carried = view["state"]["values"], json.loads(view["private_metadata"])
    at = _of(values, fields.START, "selected_date_time")
    priority = _option(values, fields.PRIORITY)
    return Filled(
        verb=view["callback_id"].removeprefix(PREFIX),
        targets=tuple(each["value"] for each in _of(values, fields.TARGET, "selected_options") or ()),
        mode=cast("ModeWord", _option(values, fields.MODE) or "exclusive"),
        length=_option(values, fields.LENGTH),
        until=" ".join(str(_of(values, fields.UNTIL, "value") or "").split()),
        start=datetime.fromtimestamp(at, UTC) if at else None,
        priority=cast("PriorityWord", priority) if priority in {"hotfix", "incident"} else None,
        kind=_option(values, fields.KIND),
        to=_of(values, fields.TO, "selected_user") or "",
        reason=_of(values, fields.REASON, "value") or "",
        lease=_option(values, fields.MINE) or carried.get("lease", ""),
    )


def _of(values: Mapping[str, Any], name: str, key: str) -> Any:
    return values.get(name, {}).get(name, {}).get(key)


def _option(values: Mapping[str, Any], name: str) -> str:
    return (_of(values, name, "selected_option") or {}).get("value", "")


def parts_of(form: Filled, here: Here, *, target: str = "") -> Parts:
    """The line's parts. target: in place of what was chosen. Raises WrongField for what no line could say."""
    _check(form, here)
    verb = form.kind if form.verb == CONDITION else form.verb
    found = _found(target, here.names) if target else chosen(form.targets, here.names)
    start = stamp(form.start, here.zone, here.now) if form.start else ""
    return Parts(verb, found, form.mode, form.priority, start, form.when, form.reason)


def _check(form: Filled, here: Here) -> None:
    if form.until and not _is_when(form.until, here):
        raise WrongField(NO_LENGTH, fields.UNTIL)
    if form.start and form.start <= here.now:
        raise WrongField("That time has passed already.", fields.START)
    if form.start and form.start - here.now > A_YEAR:
        raise WrongField("That is more than a year away.", fields.START)
    if form.kind == "ok" and form.when:
        raise WrongField("It is well again now: leave this empty.", form.when_field)
    if form.kind in {"down", "degraded"} and not form.reason.strip():
        raise WrongField("Say what is wrong: whoever wants to use it reads it.", fields.REASON)


def _is_when(typed: str, here: Here) -> bool:
    """Whether it reads as one length or time, right or wrong, and as nothing besides."""
    try:
        pieces = cut(typed, here, _WHEN)
    except UsageError as error:
        raise WrongField(error.user_message, fields.UNTIL) from error
    return len(pieces.read) == 1 and pieces.when is not None and not pieces.rest and not pieces.quoted


def chosen(values: Sequence[str], names: Names) -> Wanted:
    """The one target that the chosen options come to: a whole environment takes its parts in."""
    environments = {each.partition("/")[0] for each in values}
    if not values:
        raise WrongField("Choose what you mean.", fields.TARGET)
    if len(environments) > 1:
        raise WrongField(ONE_PLACE, fields.TARGET)
    [environment] = environments
    if environment in values:
        return _found(environment, names)
    parts = ",".join(each.partition("/")[2] for each in values)
    return _found(f"{environment}/{parts}" if parts else environment, names)


def _found(word: str, names: Names) -> Wanted:
    if len(word) > LONGEST_LIST:
        raise WrongField("Those are too many parts for one line.", fields.TARGET)
    try:
        found = names.find(word)
    except UsageError as error:
        raise WrongField(error.user_message, fields.TARGET) from error
    same = [each for each in found if str(each) == word or not isinstance(each, AnyOf)] or list(found)
    if not same:
        raise WrongField(f"The catalog has no {word[:60]} any more.", fields.TARGET)
    return same[0]
