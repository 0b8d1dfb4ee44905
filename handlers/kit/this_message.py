"""“Diagnose this” on a message: what it points at, or a small form that asks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.deps import Deps
from bot.diagnosis.asking import Question
from bot.errors import NotFound, UsageError
from bot.grammar.mentioned import Mentioned, mentioned
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import diagnosing, running
from handlers.views.diagnoses import form

TEXTS = frozenset({"text", "fallback", "title", "title_link", "value", "pretext", "from_url", "url", "alt_text"})
"""Fields of a message, of its blocks and of its attachments that hold what people read (docs.slack.dev)."""

FORM_SECONDS = 1.5
"""How long a trace is looked for: a form that asks instead has to open within three seconds of the click."""

USUAL = 15
AFTER = timedelta(minutes=5)
"""An alert comes some while after what it tells of; what follows on it belongs to it as well."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A message. here: the environment in whose channel it stands, or empty."""

    found: Mentioned
    here: str


async def answer(body: Mapping[str, Any], deps: Deps, caller: Caller) -> Message | None:
    """To what it points at beyond doubt; None where somebody has to be asked. Raises Unavailable."""
    seen = await _read(body, deps)
    for way in (_of_case, _of_run, _of_trace, _of_service):
        try:
            if (said := await way(seen, deps, caller)) is not None:
                return said
        except NotFound:  # it may be of another workspace, or be forgotten: what else it names is tried
            continue
    return None


async def _of_case(seen: _Read, deps: Deps, caller: Caller) -> Message | None:
    """One of which nothing is left to explain is told as it is."""
    for case in seen.found.cases[:1]:
        asked = await deps.diagnoses.questions.of_case(case)
        return await diagnosing.ask(asked, deps, caller) if asked else await diagnosing.settled(case, deps, caller)
    return None


async def _of_run(seen: _Read, deps: Deps, caller: Caller) -> Message | None:
    for id in seen.found.runs[:1]:
        run = await deps.suites.of(id)
        return await diagnosing.ask(await deps.diagnoses.questions.of_run(run.id), deps, caller, run=run)
    return None


async def _of_trace(seen: _Read, deps: Deps, caller: Caller) -> Message | None:
    """Where it does not say in which environment it was, nor does the message, in that of the channel; else None."""
    for trace in seen.found.traces[:1]:
        try:
            async with asyncio.timeout(FORM_SECONDS):
                asked = await _traced(trace, seen, deps)
        except (UsageError, TimeoutError):
            return None
        return await diagnosing.ask([asked], deps, caller)
    return None


async def _traced(trace: str, seen: _Read, deps: Deps) -> Question:
    try:
        return await deps.diagnoses.questions.of_trace(trace, _only(seen.found.environments))
    except UsageError:
        if not seen.here or seen.found.environments:
            raise
        return await deps.diagnoses.questions.of_trace(trace, seen.here)


async def _of_service(seen: _Read, deps: Deps, caller: Caller) -> Message | None:
    """Where there is no doubt which, nor where."""
    name = _only(seen.found.services)
    if not name or not (place := _place(seen, name, deps)):
        return None
    ago = _ago(seen.found.at, deps)
    asked = await deps.diagnoses.questions.of_service(name, place, USUAL, ago=ago)
    return await diagnosing.ask([asked], deps, caller)


async def ask(body: Mapping[str, Any], deps: Deps) -> dict[str, Any]:
    """The form. Raises NotFound where the catalog has nothing to choose from."""
    seen, catalog = await _read(body, deps), deps.catalog()
    found = seen.found
    places = {each.name: each.services for each in catalog.environments.values() if each.services}
    if not places:
        raise NotFound("The catalog has no services in any environment.")
    services = tuple(dict.fromkeys(name for each in places.values() for name in each))
    named = tuple(each for each in found.environments or (seen.here,) if each in places)
    return form.form(form.Asked(found.at.timestamp(), found.services, named), services, tuple(places))


async def filled(view: Mapping[str, Any], deps: Deps, caller: Caller) -> Message:
    """Raises NotFound, UsageError, Unavailable."""
    wanted = form.filled(view)
    ago = _ago(datetime.fromtimestamp(wanted.at, UTC), deps)
    asked = await deps.diagnoses.questions.of_service(wanted.service, wanted.environment, wanted.minutes, ago=ago)
    return await diagnosing.ask([asked], deps, caller)


async def _read(body: Mapping[str, Any], deps: Deps) -> _Read:
    """`body` as Slack sends it: with the whole message."""
    message, names = body["message"], await running.names_here(body, deps)
    text = "\n".join(_texts(message))
    sent = datetime.fromtimestamp(float(message["ts"]), UTC)
    return _Read(mentioned(text, names, sent), names.here)


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    if depth > 8:  # noqa: PLR2004 - blocks within attachments within messages are no deeper
        return
    if isinstance(value, Mapping):
        for name, each in value.items():
            if isinstance(each, str) and name in TEXTS:
                yield each
            else:
                yield from _texts(each, depth + 1)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, depth + 1)


def _place(seen: _Read, service: str, deps: Deps) -> str:
    """What the message names goes before the channel's environment, and that before the only one that has it."""
    homes = [each.name for each in deps.catalog().environments.values() if service in each.services]
    named = [each for each in homes if each in seen.found.environments]
    here = [seen.here] if seen.here in homes and not seen.found.environments else []
    return _only(tuple(named or here or homes))


def _only(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else ""


def _ago(at: datetime, deps: Deps) -> int:
    """Minutes since the time that is looked at ended."""
    return max(0, int((deps.clock.now() - at - AFTER).total_seconds() // 60))
