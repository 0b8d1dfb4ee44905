"""Forms that stand for typed lines: made for the person who opens them, and read as the line they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.deps import Deps
from bot.errors import NotFound, UsageError, WrongField
from bot.grammar.commands import EnvCommand
from bot.grammar.here import Here
from bot.grammar.names import Names
from bot.grammar.questions import Ambiguous, Blank, NeedsDuration, NeedsPerson, NeedsReason, NeedsTarget
from bot.reservations.queries import mine
from bot.reservations.refusals import LeaseGone, NothingMeant
from bot.reservations.values import Lease, Status
from bot.values import Caller
from handlers.kit import permissions
from handlers.kit.names import hours_of, names_of, priorities_of
from handlers.kit.reading import read
from handlers.kit.wishes import moment_of
from handlers.views.forms import fields, sheets
from handlers.views.forms.filled import Filled, parts_of

NOT_HELD = "You do not hold that any more: it has ended, or somebody else has it now. Nothing was changed."
NOTHING_HELD: Mapping[str, str] = {"give": "You hold nothing to give.", "hold": "You hold nothing to keep as it is."}
CHECKED_AS: Mapping[str, str] = {"change": "reserve", sheets.CONDITION: "ok"}
"""The verb whose permission a form needs, where it is not the form's own name."""


async def form_for(blank: Blank, deps: Deps, caller: Caller, *, home: bool = False) -> dict[str, Any]:
    """The form as it opens. home: over a Home.

    Raises Forbidden for what the caller may do nowhere, NothingMeant and LeaseGone for a lease that they do not hold.
    """
    state, now = await deps.reservations.current(), deps.clock.now()
    if blank.lease:
        held(state.leases.get(blank.lease), blank.lease, caller)
    own = mine(state, caller.person, now).holds
    if not own and fields.MINE in sheets.SHEETS[sheets.sheet_of(blank.verb)].fields:
        raise NothingMeant(NOTHING_HELD[blank.verb], blank.verb, ())
    names, priorities = choosable(blank.verb, deps, caller), priorities_of(caller.person, deps.catalog())
    return sheets.form(blank, sheets.Known(names, now, own, priorities, home=home))


def choosable(verb: str, deps: Deps, caller: Caller) -> Names:
    """The places for which the caller may do it. Raises Forbidden when there are none, NotFound without any at all."""
    catalog = deps.catalog()
    if not catalog.environments:
        raise NotFound("The catalog declares no environments yet.")
    allowed = permissions.places(CHECKED_AS.get(verb, verb), caller.person, catalog)
    return Names(tuple(each for each in names_of(catalog).places if each.name in allowed))


def held(lease: Lease | None, lease_id: str, caller: Caller) -> Lease:
    """Raises LeaseGone unless it is the caller's, and held."""
    if lease is None or lease.status is not Status.ACTIVE or lease.person != caller.person:
        raise LeaseGone(lease_id, NOT_HELD)
    return lease


async def line_of(form: Filled, deps: Deps, caller: Caller, *, target: str = "") -> EnvCommand:
    """The form as if it had been typed. target: in place of what was chosen.

    Raises WrongField for what is wrong with a field, Forbidden for what the caller may not do.
    """
    parts = parts_of(form, await _here(deps, caller), target=target)
    return await definite(parts.line(), form, deps, caller)


async def definite(line: str, form: Filled, deps: Deps, caller: Caller) -> EnvCommand:
    """What a line made of `form` means. Raises WrongField where it would be asked back."""
    try:
        asked = await read(line, deps, caller)
    except UsageError as error:
        raise WrongField(error.user_message, form.when_field) from error
    match asked:
        case NeedsReason(question=question):
            raise WrongField(question, fields.REASON)
        case NeedsDuration():
            raise WrongField("Say how long.", form.when_field)
        case Ambiguous() | NeedsTarget() | NeedsPerson():
            choices = " · ".join(each.label for each in asked.choices)
            raise WrongField(f"{asked.question} {choices}", form.when_field)
        case _:
            return asked


async def _here(deps: Deps, caller: Caller) -> Here:
    hours = await hours_of(caller.person, deps)
    return Here(names_of(deps.catalog()), moment_of(deps, caller), hours.zone, hours.end, hours.start)
