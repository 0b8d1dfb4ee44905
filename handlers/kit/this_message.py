"""“Diagnose this” on a message: what it points at, or a small form that asks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
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


async def questions(body: Mapping[str, Any], deps: Deps) -> list[Question]:
    """What it points at beyond doubt; none where somebody has to be asked. Raises Unavailable."""
    found = read(body, deps)
    for way in (_of_page, _of_trace, _of_service):
        try:
            if asked := await way(found, deps):
                return asked
        except NotFound:  # it may be of another workspace, or be forgotten: what else it names is tried
            continue
    return []


async def _of_page(found: Mentioned, deps: Deps) -> list[Question]:
    for case in found.cases[:1]:
        return await deps.diagnoses.questions.of_case(case)
    for run in found.runs[:1]:
        return await deps.diagnoses.questions.of_run(run)
    return []


async def _of_trace(found: Mentioned, deps: Deps) -> list[Question]:
    """None where it does not say in which environment it was, nor does the message: then somebody is asked."""
    where = _only(found.environments)
    try:
        async with asyncio.timeout(FORM_SECONDS):
            return [await deps.diagnoses.questions.of_trace(trace, where) for trace in found.traces[:1]]
    except (UsageError, TimeoutError):
        return []


async def _of_service(found: Mentioned, deps: Deps) -> list[Question]:
    """Where there is no doubt which, nor where."""
    name = _only(found.services)
    if not name or not (place := _place(found, name, deps)):
        return []
    ago = _ago(found.at, deps)
    return [await deps.diagnoses.questions.of_service(name, place, USUAL, ago=ago)]


def ask(body: Mapping[str, Any], deps: Deps) -> dict[str, Any]:
    """The form. Raises NotFound where the catalog has nothing to choose from."""
    found, catalog = read(body, deps), deps.catalog()
    places = {each.name: each.services for each in catalog.environments.values() if each.services}
    if not places:
        raise NotFound("The catalog has no services in any environment.")
    services = tuple(dict.fromkeys(name for each in places.values() for name in each))
    named = tuple(each for each in found.environments if each in places)
    return form.form(form.Asked(found.at.timestamp(), found.services, named), services, tuple(places))


async def filled(view: Mapping[str, Any], deps: Deps, caller: Caller) -> Message:
    """Raises NotFound, UsageError, Unavailable."""
    wanted = form.filled(view)
    ago = _ago(datetime.fromtimestamp(wanted.at, UTC), deps)
    asked = await deps.diagnoses.questions.of_service(wanted.service, wanted.environment, wanted.minutes, ago=ago)
    return await diagnosing.ask([asked], deps, caller)


def read(body: Mapping[str, Any], deps: Deps) -> Mentioned:
    """`body` as Slack sends it: with the whole message."""
    message = body["message"]
    text = "\n".join(_texts(message))
    sent = datetime.fromtimestamp(float(message["ts"]), UTC)
    return mentioned(text, running.suite_names(deps.catalog()), sent)


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


def _place(found: Mentioned, service: str, deps: Deps) -> str:
    homes = [each.name for each in deps.catalog().environments.values() if service in each.services]
    named = [each for each in homes if each in found.environments]
    return _only(tuple(named or homes))


def _only(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else ""


def _ago(at: datetime, deps: Deps) -> int:
    """Minutes since the time that is looked at ended."""
    return max(0, int((deps.clock.now() - at - AFTER).total_seconds() // 60))
