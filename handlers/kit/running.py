"""What /suite does: run, retry, cancel, look. Each repeat of a request is given what came of the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.catalog import Catalog
from bot.deps import Deps
from bot.errors import NotFound, UsageError
from bot.grammar import suite_commands as typed
from bot.grammar.suite import FAMILY
from bot.grammar.suite_help import usage_of
from bot.grammar.suite_names import KnownParameter, KnownService, KnownSuite, SuiteNames
from bot.ports.chat import Block, Message
from bot.suites.facts import facts
from bot.suites.refusals import Moved
from bot.suites.service import Planned
from bot.suites.values import Part, SuiteRun, Wish
from bot.values import Caller
from handlers.kit.ids import PRIVATE, channel_name_of, channel_of
from handlers.kit.runs import beside_the_whole, listed, which_red
from handlers.views.suites import answers
from handlers.views.suites import glance as suites

TRIES, LOOKED_AT, SHOWN, NEAREST = 3, 100, 8, 2
NONE = {"retry": "No run was red lately.", "cancel": "Nothing runs now.", "status": "Nothing was run lately."}


def suite_names(catalog: Catalog, channel: str = "") -> SuiteNames:
    """channel: the name of that in which a line is typed."""
    environments = tuple(environment.name for environment in catalog.environments.values())
    suites = (
        KnownSuite(
            suite.name,
            tuple(name for name in suite.environments if name in environments) or environments,
            tuple(KnownParameter(each.name, each.choices) for each in suite.parameters),
        )
        for suite in catalog.suites.values()
    )
    services = (
        KnownService(
            each.name,
            tuple(env.name for env in catalog.environments.values() if each.name in env.services),
            tuple(dict.fromkeys(alias for names in each.aliases.values() for alias in names)),
        )
        for each in catalog.services.values()
    )
    here = [env.name for env in catalog.environments.values() if channel and env.announce == f"#{channel}"]
    return SuiteNames(tuple(suites), environments, tuple(services), here[0] if len(here) == 1 else "")


async def names_here(body: Mapping[str, Any], deps: Deps) -> SuiteNames:
    """As they are meant in the channel from which Slack sent this: it says of private ones only that they are."""
    name, channel = channel_name_of(body), channel_of(body)
    if name == PRIVATE and channel:
        name = await deps.people.channel_called(channel) or ""
    return suite_names(deps.catalog(), name)


async def run(line: typed.Run, deps: Deps, caller: Caller) -> Message:
    wish = Wish(line.suite, line.environment, dict(line.parameters), ref=line.ref)
    return await _begun(await deps.suites.run(wish, caller=caller), line.reading, deps, caller.person)


async def retry(line: typed.Retry, deps: Deps, caller: Caller) -> Message:
    """Of the run that is named; else of my last red one, else it is asked."""
    if line.which != typed.Which():
        found = await _named(line.which, "retry", deps)
        return await retry_one(found.id, deps, caller, failed=line.failed, reading=line.reading)
    red = [run for run in await deps.suites.history(limit=LOOKED_AT) if run.red]
    fresh = [run for run in red if await deps.suites.attempt_after(run) is None]
    if mine := next((run for run in fresh if run.by == caller.person), None):
        return await retry_one(mine.id, deps, caller, failed=line.failed, reading=f"{line.reading} #{mine.number}")
    question, ordered = which_red(fresh, {run.id for run in red if run.by == caller.person})
    return answers.which(question, tuple(map(facts, ordered)), "retry", deps.clock.now())


async def retry_one(id: str, deps: Deps, caller: Caller, *, failed: bool, reading: str = "") -> Message:
    again = await deps.suites.retry(id, failed=failed, caller=caller)
    return await _begun(again, reading or f"retry #{again.repeats}{'' if failed else ' all'}", deps, caller.person)


async def begin_again(
    id: str, deps: Deps, caller: Caller, *, failed: bool = True, part: Part | None = None
) -> tuple[Message, SuiteRun]:
    """What failed in it, or a part of that, or all of it, with the run that repeats it."""
    again = await deps.suites.retry(id, failed=failed, caller=caller, part=part)
    return await _begun(again, f"retry #{again.repeats}{'' if failed else ' all'}", deps, caller.person), again


def goes_already(run: SuiteRun) -> Message:
    """To whoever would have something run again while that does."""
    return answers.goes_already(facts(run))


async def _begun(run: SuiteRun, reading: str, deps: Deps, to: str) -> Message:
    held_by = [] if run.over else [lease.person for lease in await deps.suites.in_the_way(run)]
    return answers.begun(facts(run), reading, held_by, to=to)


async def status(line: typed.Status, deps: Deps, _caller: Caller) -> Message:
    now = deps.clock.now()
    if line.which != typed.Which():
        return answers.one(facts(await _named(line.which, "status", deps), deps.public_url), now)
    running = await deps.suites.under_way()
    lately = [run for run in await deps.suites.history(limit=SHOWN) if run.over]
    return answers.overview(_told(running), await listed(lately, deps), now, deps.commands.suite)


async def cancel(line: typed.Cancel, deps: Deps, caller: Caller) -> Message:
    """The run that is named; else mine, if it is the only one."""
    if line.which != typed.Which():
        return await cancel_one((await _named(line.which, "cancel", deps)).id, deps, caller)
    running = await deps.suites.under_way()
    mine = [run for run in running if run.by == caller.person]
    if len(mine) == 1:
        return await cancel_one(mine[0].id, deps, caller)
    question = "Cancel which one?" if mine else "You run nothing now."
    return answers.which(question, _told(mine), "cancel", deps.clock.now())


async def cancel_one(id: str, deps: Deps, caller: Caller) -> Message:
    """What follows by itself may change it at the same moment, most of all just after it was begun."""
    for attempt in range(TRIES):
        try:
            return answers.cancelled(facts(await deps.suites.cancel(id, caller=caller)))
        except Moved:
            if attempt == TRIES - 1:
                raise
    raise AssertionError


async def plan(_line: typed.Plan | typed.RunForm, deps: Deps, _caller: Caller) -> Message:
    return answers.plan([await _planned(each, deps) for each in await deps.suites.plan()], deps.clock.now())


async def at_a_glance(deps: Deps) -> list[Block]:
    """For the Home: what runs now, and how each suite went last."""
    under_way, planned = await deps.suites.under_way(), await deps.suites.plan()
    every = [await deps.suites.history(each.suite.name, limit=SHOWN) for each in planned]
    last = [ended for runs in every if (ended := next((run for run in runs if run.over), None))]
    return suites.glance(_told(under_way), await listed(last, deps), deps.clock.now()) if planned else []


async def _planned(found: Planned, deps: Deps) -> answers.SuiteFacts:
    suite, last = found.suite, await beside_the_whole(found.last, deps) if found.last else None
    past = None
    if known := found.past:
        counts = (known.found, known.kept, len(known.waiting))
        past = answers.PastFacts(known.since, *counts, known.passed_over, known.why)
    return answers.SuiteFacts(
        suite.name, suite.description, suite.environments, suite.required, next_at=found.next_at, last=last, past=past
    )


async def find(which: typed.Which, deps: Deps) -> SuiteRun:
    """Raises NotFound."""
    if which.number or which.id:
        return await deps.suites.of(which.id or f"#{which.number}")
    latest = await deps.suites.history(which.suite, limit=1 if which.suite else LOOKED_AT)
    found = next((run for run in latest if which.suite or _is_at(run, which.address)), None)
    if found is None:
        raise NotFound(f"{which.suite} has not been run yet." if which.suite else "That link is of no run of mine.")
    return found


async def _named(which: typed.Which, verb: str, deps: Deps) -> SuiteRun:
    """Raises UsageError with what is there instead, as lines to press."""
    try:
        return await find(which, deps)
    except NotFound as error:
        known = await (deps.suites.under_way() if verb == "cancel" else deps.suites.history(limit=LOOKED_AT))
        near = [run for run in known if verb != "retry" or run.red][:NEAREST]
        told = {"retry": "Red lately", "cancel": "Under way", "status": "Lately"}[verb]
        there = f"{told}: {', '.join(f'#{run.number} {run.suite}' for run in near)}." if near else NONE[verb]
        lines = tuple(f"{verb} #{run.number}" for run in near) or ("plan",)
        raise refused(f"{error.user_message} {there}", verb, lines) from error


def refused(said: str, verb: str, lines: tuple[str, ...]) -> UsageError:
    """lines: of /suite, that can be pressed instead."""
    error = UsageError(said, usage=usage_of(verb), suggestions=lines)
    error.family = FAMILY
    return error


def _is_at(run: SuiteRun, address: str) -> bool:
    """Slack and people leave parts of an address out."""
    page = run.run.url.partition("://")[2].rstrip("/") if run.run else ""
    return bool(page) and address.partition("?")[0].partition("#")[0].rstrip("/").endswith(page)


def _told(runs: Sequence[SuiteRun]) -> tuple[answers.RunFacts, ...]:
    return tuple(map(facts, runs))
