"""What people say of causes and tests: the forms in which they do, and what comes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.cases.facts import facts, ruled_facts
from bot.cases.rulebook import Noted
from bot.cases.rulings import Saying
from bot.cases.values import Place
from bot.cases.wobbling import Wobbly
from bot.deps import Deps
from bot.errors import NotFound, WrongField
from bot.failures.rules import Says, Scope
from bot.grammar import suite_commands as typed
from bot.notices.casework import CaseFacts, CauseFacts
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import permissions
from handlers.views.cases import forms
from handlers.views.cases import rules as view

DAY = timedelta(days=1)
AT_ONCE = 20
"""Parts of one cause that a form offers."""


async def listed(_line: typed.Rules, deps: Deps, _caller: Caller) -> Message:
    known = await deps.rulings.in_force()
    return view.rules(tuple(map(_facts, known)), deps.commands.suite, deps.clock.now())


async def undo(line: typed.UndoRule, deps: Deps, caller: Caller) -> Message:
    return await undo_one(line.id, deps, caller)


async def undo_one(id: str, deps: Deps, caller: Caller) -> Message:
    """Whoever said it may take it back, and whoever may say such a thing there."""
    rule = (await deps.rulings.of(id)).rule
    if caller.person != rule.author:
        permissions.demand(rule.says, caller.person, _known(rule.scope.environment, deps), deps.catalog())
    return view.undone(_facts(await deps.rulings.undo(id, caller=caller)))


async def flaky(line: typed.Flaky, deps: Deps, _caller: Caller) -> Message:
    return view.flaky(tuple(map(_flaky, await deps.rulings.flaky(line.suite))), line.suite, deps.clock.now())


async def rule_form(about: forms.About, deps: Deps, caller: Caller) -> dict[str, Any]:
    causes = _open(facts(await deps.cases.of(about.case_id))) if about.case_id else ()
    return forms.rule_form(about, causes, caller.person)


async def move_form(case_id: str, deps: Deps) -> dict[str, Any]:
    """Raises NotFound when the catalog has no service there."""
    case = facts(await deps.cases.of(case_id))
    services = deps.catalog().environment(case.environment).services
    if not services:
        raise NotFound(f"The catalog has no services in {case.environment}.")
    return forms.move_form(forms.of_case(case), _open(case), services)


async def part_form(case_id: str, deps: Deps) -> dict[str, Any]:
    """Raises NotFound when nothing of it can be parted or joined."""
    case = await deps.cases.of(case_id)
    shown = facts(case)
    groups = {each.says[: forms.OPTION_SHOWN]: await _parts(each, case_id, deps) for each in _open(shown)}
    if not any(groups.values()):
        raise NotFound("It is one test that fails in one way, and there is no other cause to join it to.")
    return forms.part_form(forms.of_case(shown), groups)


async def _parts(cause: CauseFacts, case_id: str, deps: Deps) -> list[tuple[str, str]]:
    """What a choice carries: what is said, the cause, and the other part or cause."""
    case, id = await deps.cases.of(case_id), cause.cause_id
    parts, others = await deps.rulings.parts(case, id), await deps.rulings.others(case, id)
    tests = [(f"test {id} {key}", f"Apart: {name}") for key, name in parts.tests[:AT_ONCE]]
    kinds = [(f"kind {id} {exact}", f"Apart: {says}") for exact, says in parts.kinds[:AT_ONCE]]
    same = [(f"same {id} {each.id}", f"The same as: {each.says}") for each in others[:AT_ONCE]]
    apart = len({says for _exact, says in parts.kinds}) > 1
    return [*(tests if len(tests) > 1 else ()), *(kinds if apart else ()), *same]


async def rule(form: forms.Filled, deps: Deps, caller: Caller) -> Message:
    """Raises WrongField, Forbidden."""
    says, about = Says(form.what), form.about
    if not form.words and says is not Says.NOT_FLAKY:
        raise WrongField("Say why, or name a ticket.", forms.WORDS)
    if says is Says.QUARANTINE and not form.owner:
        raise WrongField("Somebody looks after what is quarantined: choose who.", forms.OWNER)
    saying = Saying(
        says,
        Place(about.suite, about.environment),
        form.cause,
        about.name or await _called(about.case_id, form.cause, deps),
        _scope(form),
        form.days * DAY,
        test=about.test if says is Says.QUARANTINE else "",
        case_id=about.case_id,
        words=form.words,
        owner=form.owner if says is Says.QUARANTINE else "",
    )
    return await _say(saying, deps, caller)


async def part(form: forms.Filled, deps: Deps, caller: Caller) -> Message:
    """Raises Forbidden."""
    kind, cause, other = form.cause.split(" ")
    about, case = form.about, await deps.cases.of(form.about.case_id)
    parts = await deps.rulings.parts(case, cause)
    names = {**dict(parts.tests), **dict(parts.kinds)}
    names |= {each.id: each.says for each in await deps.rulings.others(case, cause)}
    saying = Saying(
        Says.MERGE if kind == "same" else Says.SPLIT,
        case.place,
        cause,
        await _called(about.case_id, cause, deps),
        _scope(form),
        form.days * DAY,
        test=other if kind == "test" else "",
        fingerprint=other if kind == "kind" else "",
        case_id=about.case_id,
        words=names.get(other, other),
        into=other if kind == "same" else "",
    )
    return await _say(saying, deps, caller)


async def _say(saying: Saying, deps: Deps, caller: Caller) -> Message:
    environment = _known(saying.scope.environment, deps)
    permissions.demand(saying.says, caller.person, environment, deps.catalog())
    return view.taken(_facts(await deps.rulings.say(saying, caller=caller)))


async def _called(case_id: str, cause: str, deps: Deps) -> str:
    case = await deps.cases.of(case_id)
    return next((each.says for each in case.causes if each.id == cause), "")


def _known(environment: str, deps: Deps) -> str | None:
    """None for everywhere, and for one that the catalog does not have any more: then only owners of all may."""
    return environment if environment.casefold() in deps.catalog().environments else None


def _scope(form: forms.Filled) -> Scope:
    about = form.about
    return {"all": Scope(), "suite": Scope(about.suite)}.get(form.where, Scope(about.suite, about.environment))


def _open(case: CaseFacts) -> tuple[CauseFacts, ...]:
    """Causes of which something is still to be said."""
    return tuple(each for each in case.causes if not (each.green or each.ruled))


def _facts(noted: Noted) -> view.RuleFacts:
    scope = noted.rule.scope
    return view.RuleFacts(ruled_facts(noted.ruled), noted.about, scope.suite, scope.environment)


def _flaky(each: Wobbly) -> view.FlakyFacts:
    about = forms.About(each.place.suite, each.place.environment, cause=each.cause, test=each.test, name=each.name)
    until = each.quarantined.expires_at if each.quarantined else None
    return view.FlakyFacts(about, each.says, each.flakiness.rate, each.failed, each.of, each.since, until)
