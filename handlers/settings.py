"""Personal settings: a button opens the form, the form saves them and says what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.catalog import Catalog
from bot.deps import Deps
from bot.notices.preferences import Preferences, Quiet, working_hours
from bot.notices.topics import OPTIONAL
from bot.similar import did_you_mean, nearest
from bot.values import Caller
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView
from handlers.kit.listeners import Listeners
from handlers.kit.names import chosen_by, zones
from handlers.views import settings as views

Body = Mapping[str, Any]
SAME_TIMES = "These hours would never end: choose an end that differs from the start."


async def opened(open_view: OpenView, deps: Deps, caller: Caller) -> None:
    chosen = await chosen_by(caller.person, deps)
    await open_view(views.form(chosen, working_hours(chosen, deps.catalog(), caller.person)))


async def submitted(view: Body, ack: AsyncAck, respond: Answer, deps: Deps, caller: Caller) -> None:
    """The form itself turns into the answer. One that came too late for that answers by a message."""
    chosen = _read(view["state"]["values"], await chosen_by(caller.person, deps))
    if wrong := _problems(chosen):
        await ack(response_action="errors", errors=wrong)
        return
    chosen = _without_the_usual(chosen, deps.catalog(), caller.person)
    await deps.personal.save(caller.person, chosen)
    hours = working_hours(chosen, deps.catalog(), caller.person)
    if ack.response is None:
        await ack(response_action="update", view=views.saved(chosen, hours))
    else:
        await respond(views.settings(chosen, hours))


def _without_the_usual(chosen: Preferences, catalog: Catalog, person: str) -> Preferences:
    """A working day that is left as it was goes on to follow the catalog."""
    usual = working_hours(replace(chosen, work=None), catalog, person)
    return replace(chosen, work=None) if chosen.work == (usual.start, usual.end) else chosen


def _read(fields: Mapping[str, Any], before: Preferences) -> Preferences:
    """What stands in the form, right or wrong."""
    wanted = {each["value"] for each in fields[views.TOPICS][views.TOPICS].get("selected_options") or ()}
    return Preferences(
        muted=frozenset(topic for topic in OPTIONAL if topic not in wanted),
        quiet=Quiet(fields[views.QUIET][views.QUIET]["selected_option"]["value"]),
        quiet_from=_time(fields, views.QUIET_FROM),
        quiet_to=_time(fields, views.QUIET_TO),
        zone_name=_zone(fields),
        work=(_time(fields, views.WORK_FROM), _time(fields, views.WORK_TO)),
        known_zone=before.known_zone,
        unlimited=bool(fields[views.FULL_DAYS][views.FULL_DAYS].get("selected_options")),
    )


def _time(fields: Mapping[str, Any], name: str) -> time:
    return time.fromisoformat(fields[name][name]["selected_time"])


def _zone(fields: Mapping[str, Any]) -> str:
    """As zones are written, whatever the letter case it was typed in."""
    typed = str(fields[views.ZONE][views.ZONE].get("value") or "").strip()
    return next((zone for zone in zones() if zone.casefold() == typed.casefold()), typed)


def _problems(chosen: Preferences) -> dict[str, str]:
    """A sentence for each field that cannot be saved."""
    wrong: dict[str, str] = {}
    if chosen.quiet is Quiet.OWN and chosen.quiet_from == chosen.quiet_to:
        wrong[views.QUIET_TO] = SAME_TIMES
    if chosen.work and chosen.work[0] == chosen.work[1]:
        wrong[views.WORK_TO] = SAME_TIMES
    if chosen.zone_name and chosen.zone_name not in zones():
        near = nearest(chosen.zone_name, sorted(zones()))
        wrong[views.ZONE] = f"I know no such time zone; write it as Europe/Berlin.{did_you_mean(near)}"
    return wrong


def register(on: Listeners) -> None:
    on.action(views.OPEN, opened)
    on.view(views.SAVE, submitted)
