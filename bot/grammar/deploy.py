"""/deploy: a line to what it means. The order of reading and every rule are those of the guide's page on commands.

A typo never deploys: a line deploys only when it starts with a known service and a version behind an @ (or with `to`
and an environment, and then one). A service without a version is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.errors import NotFound, UsageError
from bot.grammar import deploy_commands as means
from bot.grammar import normalise
from bot.grammar.deploy_commands import Aim, DeployCommand
from bot.grammar.deploy_help import ALIASES, USAGE, VERBS, usage_of, verb_of
from bot.grammar.deploy_line import Heard, hear, placed
from bot.grammar.deploy_services import Services
from bot.grammar.names import MOST_NAMES, Names
from bot.grammar.normalise import shown
from bot.grammar.parts import choice
from bot.grammar.pieces import words
from bot.grammar.questions import Ambiguous, Choice, NeedsTarget
from bot.grammar.topics import topic_asked
from bot.similar import did_you_mean, nearest

FAMILY = "deploy"
MAIN = "main"
_ID = re.compile(r"D[A-Z2-7]{8}", re.IGNORECASE)
_BETWEEN = frozenset(("and", "with", "against", "to", "vs", "vs.", "from", "in", "on"))


def parse_deploy(text: str, names: Names) -> DeployCommand:
    """What the text after `/deploy` means.

    Raises UsageError or NotFound, whose suggestions are whole lines to type instead, each of which can be read.
    """
    services = Services(names)
    try:
        read = _read(text, services)
        return _answerable(read, services) if isinstance(read, Ambiguous) else read
    except (UsageError, NotFound) as error:
        error.suggestions = tuple(line for line in error.suggestions if _can_be_read(line, services))
        error.family = FAMILY
        raise


def _answerable(question: Ambiguous, services: Services) -> DeployCommand:
    """Without the choices that would be refused; when all would be, why the first one is."""
    choices = tuple(each for each in question.choices if _can_be_read(each.line, services))
    return replace(question, choices=choices) if choices else _read(question.choices[0].line, services)


def _can_be_read(line: str, services: Services) -> bool:
    try:
        _read(line, services)
    except (UsageError, NotFound):
        return False
    return True


def _read(text: str, services: Services) -> DeployCommand:
    line = normalise.plain(normalise.normalise(text))
    if not line:
        return means.Where()
    first = next(words(line)).rstrip(",;:")
    if verb := verb_of(first):
        rest = line[len(first) :].lstrip(" ,;:\t\n")
        return _VERBS[verb](rest, services)
    return _deploy(line, services)


def _deploy(line: str, services: Services) -> DeployCommand:
    if not line:
        raise UsageError("Deploy what?", usage=usage_of("deploy"))
    heard = hear(line, services)
    if isinstance(heard, Ambiguous):
        return heard
    if not heard.named:
        return _no_service(line, services)
    if not all(each.ref for each in heard.named):
        return _without_version(heard, services)
    if heard.override == "":
        raise UsageError(
            "Say why the gate is to be set aside, behind the word override: it is kept.", usage=usage_of("deploy")
        )
    found = placed(heard, services)
    if isinstance(found, NeedsTarget):
        return found
    aims, sure = found
    return means.Deploy(aims, sure.note, sure.override or "", sure.line())


def _no_service(line: str, services: Services) -> DeployCommand:
    """Nothing says what to deploy: an environment is looked at, anything else is an error."""
    first = next(words(line))
    if first.startswith("@"):
        raise UsageError(f"Which service? Write it right before the version: payments{shown(first)}.", usage=USAGE)
    rest = line[len(first) :].strip(" ,;")
    if environment := services.environment(first):
        if not rest:
            return means.Where(environment)
        line = f"{normalise.plain(rest)[:400]} to {environment}"
        raise UsageError("Start with the service and its version.", usage=usage_of("deploy"), suggestions=(line,))
    name = first.partition("@")[0]
    if verbs := () if "@" in first else nearest(name.rstrip(",;:"), (*VERBS, *ALIASES)):
        lines = tuple(f"{verb} {normalise.reason(rest)}".strip() for verb in verbs)
        raise UsageError(f"I do not know “{shown(name)}”.{did_you_mean(verbs)}", usage=USAGE, suggestions=lines)
    if "@" in first or services.similar(name):
        raise services.unknown(first, "", rest)
    near = nearest(name, services.environments())
    raise UsageError(
        f"I do not know “{shown(name)}”: it is no command or service here.{did_you_mean(near)}",
        usage=USAGE,
        suggestions=tuple(f"where {each}" for each in near),
    )


def _without_version(heard: Heard, services: Services) -> DeployCommand:
    bare = tuple(each for each in heard.named if not each.ref)
    if len(bare) < len(heard.named):
        first, whole = bare[0], tuple(each for each in heard.named if each.ref)
        line = Heard("", whole, heard.environment, heard.note, heard.override or None).line()
        return Ambiguous(
            f"{first} has no version. Without it?",
            (choice(line, line), choice(f"What could be deployed of {first}", str(first))),
        )
    found = placed(Heard("", bare, heard.environment), services)
    return found if isinstance(found, NeedsTarget) else means.Candidate(found[0])


def _check(rest: str, services: Services) -> DeployCommand:
    aims = _services("check", rest, services)
    if isinstance(aims, NeedsTarget | Ambiguous):
        return aims
    return means.Check(*aims)


def _services(verb: str, rest: str, services: Services) -> tuple[tuple[Aim, ...], str] | NeedsTarget | Ambiguous:
    """Of a verb that takes services and an environment, and nothing else: where they are, and the line."""
    heard = hear(rest, services, verb, bare=True)
    if isinstance(heard, Ambiguous):
        return heard
    _refuse_more(verb, heard, rest, services)
    found = placed(heard, services)
    return found if isinstance(found, NeedsTarget) else (found[0], found[1].line())


def _refuse_more(verb: str, heard: Heard, rest: str, services: Services) -> None:
    if heard.named and heard.note:
        raise _too_much(verb, heard.note)
    if not heard.named:
        first = next(words(rest), "") if heard.note or not heard.environment else ""
        raise services.unknown(first, verb) if first else UsageError("Of which service?", usage=usage_of(verb))


def _rollback(rest: str, services: Services) -> DeployCommand:
    heard = hear(rest, services, "rollback", bare=True)
    if isinstance(heard, Ambiguous):
        return heard
    _refuse_more("rollback", heard, rest, services)
    if len(heard.named) > 1:
        raise UsageError("One service at a time is rolled back.", usage=usage_of("rollback"))
    if named := next((each for each in heard.named if each.ref), None):
        raise UsageError(
            f"To go to a version that you name, deploy it: {named}.",
            usage=usage_of("rollback"),
            suggestions=(Heard("", heard.named, heard.environment).line(),),
        )
    found = placed(heard, services)
    if isinstance(found, NeedsTarget):
        return found
    [aim], sure = found
    return means.Rollback(aim.environment, aim.service, sure.override or "", sure.line())


def _place(verb: str, rest: str, services: Services) -> tuple[str, str]:
    """The environment and the service that were named, as far as they were; in any order."""
    heard = hear(rest, services, verb, bare=True)
    if isinstance(heard, Ambiguous) or heard.note or (rest and not (heard.named or heard.environment)):
        raise _neither(verb, rest if isinstance(heard, Ambiguous) else heard.note or rest, services)
    if len(heard.named) > 1:
        raise UsageError("One service at a time.", usage=usage_of(verb))
    named = heard.named[0] if heard.named else None
    environment = heard.environment or (named.environment if named else "")
    if named and environment and named.service not in services.of(environment):
        raise services.not_everywhere(named.service, environment)
    return environment, named.service if named else ""


def _neither(verb: str, typed: str, services: Services) -> NotFound | UsageError:
    word = next(words(typed), "")
    near = (*services.similar(word), *nearest(word, services.environments()))[:3]
    if not near:
        return _too_much(verb, typed)
    lines = tuple(f"{verb} {each}" for each in near)
    return NotFound(f"No environment or service is called {shown(word)}.{did_you_mean(near)}", suggestions=lines)


def _too_much(verb: str, more: str) -> UsageError:
    return UsageError(f"I do not know what “{shown(more)}” means here.", usage=usage_of(verb))


def _diff(rest: str, services: Services) -> DeployCommand:
    typed = [word for word in words(rest) if word.casefold().rstrip(",;") not in _BETWEEN]
    first, second, *more = (*typed, "", "")[: max(2, len(typed))]
    if more:
        raise _too_much("diff", " ".join(more))
    every = services.environments()
    if not first:
        return means.Diff(every[0]) if len(every) == 1 else _which(services, "diff")
    environment = _environment("diff", first, services)
    if not second or (second.casefold() == MAIN and services.environment(second) is None):
        return means.Diff(environment)
    other = _environment(f"diff {environment}", second, services)
    if other == environment:
        raise UsageError(f"{environment} does not differ from itself.", usage=usage_of("diff"))
    return means.Diff(environment, other)


def _environment(line: str, word: str, services: Services) -> str:
    if environment := services.environment(word):
        return environment
    near = nearest(word, services.environments())
    there_are = f" Environments: {', '.join(services.environments()[:MOST_NAMES])}."
    raise NotFound(
        f"No environment is called {shown(word)}.{did_you_mean(near) or there_are}",
        suggestions=tuple(f"{line} {name}" for name in near),
    )


def _which(services: Services, verb: str) -> NeedsTarget:
    lines = (f"{verb} {name}" for name in services.environments())
    return NeedsTarget("In which environment?", tuple(Choice(line, line) for line in lines))


def _good(rest: str, services: Services) -> DeployCommand:
    environment, service = _place("good", rest, services)
    if service:
        raise UsageError("What is good together is known of a whole environment.", usage=usage_of("good"))
    return means.Good(environment)


def _cancel(rest: str, services: Services) -> DeployCommand:
    if _ID.fullmatch(rest.strip("`")):
        id = rest.strip("`").upper()
        return means.Cancel(id, reading=f"cancel {id}")
    environment, service = _place("cancel", rest, services)
    name = "/".join(filter(None, (environment, service)))
    return means.Cancel("", environment, service, f"cancel {name}".strip())


def _help(rest: str, _services: Services) -> DeployCommand:
    return means.Help(topic_asked(rest, verb_of, topics=VERBS, usage=usage_of("help")))


_VERBS: Mapping[str, Callable[[str, Services], DeployCommand]] = {
    "deploy": _deploy,
    "check": _check,
    "where": lambda rest, services: means.Where(*_place("where", rest, services)),
    "history": lambda rest, services: means.History(*_place("history", rest, services)),
    "diff": _diff,
    "rollback": _rollback,
    "good": _good,
    "cancel": _cancel,
    "help": _help,
}
