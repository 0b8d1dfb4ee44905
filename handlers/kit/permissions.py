"""Who may do what, where, in one table. What does not stand in it nobody may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.catalog import Catalog
from bot.errors import Forbidden
from bot.grammar import commands as typed
from bot.grammar import deploy_commands as deploying
from bot.grammar import suite_commands as running
from bot.grammar.questions import Ambiguous, NeedsDuration, NeedsPerson, NeedsReason, NeedsTarget
from bot.grammar.targets import AnyOf
from handlers.kit.verbs import VERBS

NAMED = 5


class Role(StrEnum):
    """What somebody is without being named for it in the catalog's `roles`.

    HOLDER, MATE: whose lease or offer it is, and the mates of their team. That is known only when the command is
    carried out, so the rules look (model._may); here both let everybody through to them.
    OWNER: of the environment. WORKSPACE_OWNER: of all of them.
    SERVICE_OWNER: of what is deployed, the role `deployer` included. The pre-flight looks (bot.deployments.preflight),
    and says with everything else what speaks against it; here everybody is let through to it.
    """

    ANYBODY = "anybody"
    HOLDER = "holder"
    MATE = "mate"
    SERVICE_OWNER = "service owner"
    OWNER = "owner"
    WORKSPACE_OWNER = "workspace owner"


OWNERS = (Role.OWNER, Role.WORKSPACE_OWNER)
LOOKED_AT_LATER = frozenset((Role.ANYBODY, Role.HOLDER, Role.MATE, Role.SERVICE_OWNER))


@dataclass(frozen=True, slots=True)
class Rule:
    """roles: who may; a text that is no Role is one of the catalog's. what: the same in words, after `may`.

    reserved_by: a role of the catalog; once that is declared, only its people and the owners may.
    """

    roles: tuple[str, ...]
    what: str = ""
    reserved_by: str = ""


Line = typed.EnvCommand | deploying.DeployCommand | running.SuiteCommand

ANYBODY = Rule((Role.ANYBODY,))
THEIRS = Rule((Role.HOLDER,))
TEAMS = Rule((Role.HOLDER, Role.MATE))
OPERATED = Rule((*OWNERS, "operator"), "say how {place} is")
DEPLOYED = Rule((Role.SERVICE_OWNER,))
JUDGED = Rule((Role.ANYBODY,), "say what a cause in {place} is", reserved_by="triage")
FROZEN = Rule((*OWNERS, "operator"), "freeze or thaw {place}")
TABLE: Mapping[str, Rule] = {
    **dict.fromkeys(("board", "queue", "calendar", "log", "stats", "health", "settings", "help"), ANYBODY),
    **dict.fromkeys(("reserve", "book", "ask", "watch", "unwatch"), ANYBODY),
    **dict.fromkeys(("leave", "cancel", "hold", "undo", "pass", "later"), THEIRS),
    **dict.fromkeys(("release", "extend", "give", "accept", "ahead"), TEAMS),
    **dict.fromkeys(("down", "degraded", "ok"), OPERATED),
    **dict.fromkeys(("freeze", "thaw"), FROZEN),
    **dict.fromkeys(("check", "where", "diff", "history", "good", "run", "retry", "plan", "cases"), ANYBODY),
    **dict.fromkeys(("flaky", "rules", "diagnose"), ANYBODY),
    **dict.fromkeys(("known issue", "split", "merge", "not flaky"), JUDGED),
    "quarantine": Rule((Role.ANYBODY,), "quarantine tests in {place}", reserved_by="quarantine"),
    **dict.fromkeys(("deploy", "rollback"), DEPLOYED),
    "override": Rule(("override",), "set the gate of {place} aside"),
    "take": Rule((Role.ANYBODY,), "take {place} from somebody", reserved_by="take"),
    "incident": Rule(("incident",), "claim the priority of an incident for {place}"),
    "hotfix": Rule(("hotfix",), "claim the priority of a hotfix for {place}"),
}


def check(line: Line, person: str, catalog: Catalog) -> None:
    """Raise Forbidden, which names who may, unless `person` (a Slack id) may do what `line` says."""
    for verb in _verbs(line):
        for environment in _environments(line):
            demand(verb, person, environment, catalog)


def demand(verb: str, person: str, environment: str | None, catalog: Catalog) -> None:
    """Raise Forbidden, which names who may, unless `person` may do it there."""
    if not may(verb, person, environment, catalog):
        raise Forbidden(_who_may(verb, environment, catalog))


def verbs(person: str, environment: str, catalog: Catalog) -> frozenset[str]:
    """All that `person` may do there; about a lease, as far as can be told without it."""
    return frozenset(verb for verb in TABLE if may(verb, person, environment, catalog))


def places(verb: str, person: str, catalog: Catalog) -> frozenset[str]:
    """The environments for which `person` may do it. Raises Forbidden, which names who may, when there are none."""
    allowed = frozenset(name for name in catalog.environments if may(verb, person, name, catalog))
    if not allowed:
        raise Forbidden(_who_may(verb, None, catalog))
    return allowed


def may(verb: str, person: str, environment: str | None, catalog: Catalog) -> bool:
    """`environment` is None for what is about no particular one. A verb that the table does not have is nobody's."""
    roles = _roles(verb, catalog)
    if not LOOKED_AT_LATER.isdisjoint(roles):
        return True
    return person in _people(roles, environment, catalog)


def _verbs(line: Line) -> tuple[str, ...]:
    """What it takes to be allowed: a priority is a permission of its own, and being asked back takes none."""
    match line:
        case typed.Reserve(priority=str(priority)):
            return ("reserve", priority)
        case typed.SetCondition(kind=kind):
            return (kind,)
        case deploying.Deploy(override=str(why)) | deploying.Rollback(override=str(why)) if why:
            return (VERBS[type(line)], "override")
        case NeedsReason(verb=verb):
            return (verb,)
        case NeedsDuration() | NeedsTarget() | NeedsPerson() | Ambiguous():
            return ()
        case _:
            return (VERBS.get(type(line), ""),)


def _environments(line: Line) -> tuple[str | None, ...]:
    if isinstance(line, deploying.Deploy | deploying.Check | deploying.Candidate):
        return tuple(dict.fromkeys(aim.environment for aim in line.aims))
    if isinstance(line, deploying.Rollback | running.Run):
        return (line.environment,)
    target = getattr(line, "target", None)
    if isinstance(target, AnyOf):
        return tuple(dict.fromkeys(each.environment for each in target.candidates))
    return (target.environment if target else None,)


def _roles(verb: str, catalog: Catalog) -> tuple[str, ...]:
    rule = TABLE.get(verb)
    if rule is None:
        return ()
    return (*OWNERS, rule.reserved_by) if rule.reserved_by in catalog.roles else rule.roles


def _people(roles: tuple[str, ...], environment: str | None, catalog: Catalog) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for role in roles for person in _in_role(role, environment, catalog)))


def _in_role(role: str, environment: str | None, catalog: Catalog) -> Iterator[str]:
    """Slack ids."""
    if role == Role.OWNER:
        owners = catalog.environment(environment).owners if environment else ()
    elif role == Role.WORKSPACE_OWNER:
        owners = catalog.owners
    else:
        owners = catalog.roles.get(role, ())
    yield from (person.slack for person in catalog.people_behind(owners))


def _who_may(verb: str, environment: str | None, catalog: Catalog) -> str:
    rule = TABLE.get(verb)
    what = rule.what.format(place=environment or "it") if rule and rule.what else "do that"
    people = _people(_roles(verb, catalog), environment, catalog)
    if not people:
        return f"Nobody may {what}: the catalog names nobody for it. Nothing was changed."
    named = ", ".join(f"<@{person}>" for person in people[:NAMED])
    rest = f" and {len(people) - NAMED} more" if len(people) > NAMED else ""
    return f"Only {named}{rest} may {what}. Nothing was changed."
