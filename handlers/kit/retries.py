"""What a case broke runs again: one run at a time, whoever asks for it and by which button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Never

from bot.cases.values import Case, Struck, test_key
from bot.catalog import Retry
from bot.deps import Deps
from bot.errors import Conflict, NotFound
from bot.ports.chat import Message
from bot.suites.values import Part, retry_id
from bot.values import Caller
from handlers.kit import running

STALE = "A newer run has met it since. Press the button as it is now, at the case's message. Nothing was run."


async def retry(case: Case, run: str, deps: Deps, caller: Caller) -> Message:
    """What is red of this case; others have buttons of their own. run: the newest that had met it when one pressed."""
    if goes := await _goes(case, deps):
        return goes
    if run != case.last.id:
        raise Conflict(STALE)
    red = [each for each in case.causes if not each.settled]
    tests = frozenset(key for each in red for key in each.tests)
    if len(tests) == case.last.failed and all(_met_in(case, each) == run and not each.still for each in red):
        return await _begin(case, run, None, deps, caller)
    return await _begin(case, await _repeated(case, run, red, deps), _part(case, red, tests), deps, caller)


async def retry_all(case: Case, deps: Deps, caller: Caller) -> Message:
    """The whole suite as it was run last when that met the case."""
    return await _goes(case, deps) or await _begin(case, case.last.id, None, deps, caller, failed=False)


async def retry_cause(case: Case, id: str, run: str, deps: Deps, caller: Caller) -> Message:
    """run: the newest that had met that cause when it was pressed."""
    cause = next((each for each in case.causes if each.id == id and not each.green), None)
    if cause is None:
        raise NotFound("It is green again by now. Nothing was run.")
    if cause.ruled:
        raise Conflict(f"<@{cause.ruled.by}> has said what it is: it need not run again. Nothing was run.")
    if goes := await _goes(case, deps):
        return goes
    if run != _met_in(case, cause):
        raise Conflict(STALE)
    part = _part(case, [cause], frozenset(cause.tests))
    return await _begin(case, await _repeated(case, run, [cause], deps), part, deps, caller)


async def rerun(case: Case, deps: Deps, caller: Caller) -> Message:
    """What failed against nobody knows which version, on the versions that run now."""
    if goes := await _goes(case, deps):
        return goes
    if not case.unclear:
        raise NotFound("A newer run has met them since, and it is known against which versions. Nothing was run.")
    causes = [each for each in case.causes if each.unclear and not each.green]
    runs = {_met_in(case, each) for each in causes}
    run = runs.pop() if len(runs) == 1 else case.last.id
    part = _part(case, causes, case.unclear, "unclear")
    return await _begin(case, await _repeated(case, run, [], deps), part, deps, caller)


async def _goes(case: Case, deps: Deps) -> Message | None:
    """The run that repeats something of it already. Raises Conflict where nothing need run again."""
    if not case.open:
        raise Conflict("The case is closed. Nothing was run.")
    if case.retrying is None:
        return None
    run = await deps.suites.of(f"#{case.retrying.number}")
    return None if run.over else running.goes_already(run)


async def _begin(
    case: Case, run: str, part: Part | None, deps: Deps, caller: Caller, *, failed: bool = True
) -> Message:
    """Whoever presses another button of the case at the same moment is told so. It was found idle a moment ago, so what
    it then waited for is over.
    """
    id, over = retry_id(run, part), case.retrying.number if case.retrying else 0
    now = await deps.cases.claim(case.id, id, over=over, caller=caller)
    if now.claim is None or now.claim.run != id:
        return await _goes(now, deps) or _about_to(now)
    try:
        message, again = await running.begin_again(run, deps, caller, failed=failed, part=part)
        if not again.over:
            await deps.cases.retried(case.id, again)
    finally:
        await deps.cases.unclaim(case.id, id)
    return message


def _about_to(case: Case) -> Never:
    by = f"<@{case.claim.by}>" if case.claim else "Somebody"
    raise Conflict(f"{by} has some of it run again at this very moment. Nothing else was run.")


def _part(case: Case, causes: Sequence[Struck], tests: frozenset[str], what: str = "") -> Part:
    """Of what these causes broke, each in the runs that met it last, what is among `tests`, by their keys."""
    met = [(_met_in(case, each), each.id) for each in causes]
    met += [(still.run, each.id) for each in causes for still in each.still if still.run]
    name = ",".join([*filter(None, [what]), *sorted(f"{run}:{cause}" for run, cause in met)])
    return Part(name, lambda test: test_key(test) in tests, tuple(dict.fromkeys(run for run, _cause in met)))


async def _repeated(case: Case, run: str, causes: Sequence[Struck], deps: Deps) -> str:
    """A vendor that runs its failed jobs again does so with its newest run alone. Where some tests were met by earlier
    runs alone, the one with the most tests, as it was asked for: another may not have had them.
    """
    suite = deps.catalog().suites.get(case.place.suite.casefold())
    if suite and suite.retry is Retry.JOBS:
        return case.last.id
    earlier = dict.fromkeys(still.run for cause in causes for still in cause.still if still.run)
    runs = [await deps.suites.of(each) for each in (run, *earlier)] if earlier else []
    return max(runs, key=lambda each: each.counts.total if each.counts else 0).id if runs else run


def _met_in(case: Case, cause: Struck) -> str:
    return cause.run or case.last.id
