"""What init asks, one line at a time; each answer is checked at once, as the catalog would."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from tzlocal import get_localzone_name

from bot.catalog import scalars
from bot.catalog.drafting.outline import DraftedEnvironment, DraftedService, DraftedTeam, Outline
from bot.errors import UsageError
from bot.grammar.words import why_taken
from bot.similar import did_you_mean, nearest

T = TypeVar("T")

NONE = "none"
NO_WORDS = frozenset(("", "-", NONE))

_HOW = "Enter takes what stands in [brackets]; - or none leaves it out. Ctrl-C ends this, and nothing is written.\n"


def ask(found: Outline, *, everything: bool) -> Outline:
    """The outline with the answers; `everything`: services and teams too, since no folder told them.

    Raises EOFError and KeyboardInterrupt when whoever is asked leaves.
    """
    _say("The catalog says which environments people share, what runs in them, and who looks after it.")
    _say(_HOW)
    environments = _environments(found)
    if everything:
        found = _services(found, environments)
        environments = _where(environments, found.services)
        found = _teams(found)
    zone = _question("Time zone", _zone_here(), scalars.zone)
    _say("")
    return replace(found, timezone=zone).in_environments(environments)


def environment_names(text: str) -> tuple[str, ...]:
    """At least one, each of which can be typed alone. Raises UsageError."""
    names = _names(text)
    for name in names:
        if why := why_taken(name):
            raise UsageError(f"`{name}` {why}, so nobody could type it as a name. Write {name}-env, for example.")
    if not names:
        raise UsageError("A catalog needs at least one environment.")
    return names


def _environments(found: Outline) -> tuple[DraftedEnvironment, ...]:
    known = {each.name: each for each in found.environments}
    if files := [f"{each.name} ({each.because[0]})" for each in found.environments if each.because]:
        _say(f"The folder speaks of {', '.join(files)}.")
    names = _question("Environments that people take turns in, with commas", ", ".join(known), environment_names)
    return tuple(
        replace(known.get(name, DraftedEnvironment(name)), announce=_channel(name), guessed=False) for name in names
    )


def _channel(environment: str) -> str:
    proposed = f"#{environment.casefold().replace('.', '-')}"
    return _question(f"Channel that is told of changes in {environment}", proposed, _channel_or_none)


def _channel_or_none(text: str) -> str:
    return "" if text.casefold() in NO_WORDS else scalars.channel(text)


def _services(found: Outline, environments: Sequence[DraftedEnvironment]) -> Outline:
    taken = {each.name.casefold() for each in environments}

    def checked(text: str) -> tuple[str, ...]:
        names = _names(text)
        if same := [name for name in names if name.casefold() in taken]:
            raise UsageError(f"{same[0]} is an environment already: a service needs another name.")
        return names

    names = _question("Services that run in them, with commas", NONE, checked)
    return replace(found, services=tuple(DraftedService(name) for name in names))


def _where(
    environments: tuple[DraftedEnvironment, ...], services: tuple[DraftedService, ...]
) -> tuple[DraftedEnvironment, ...]:
    """Asked when there is something to choose."""
    names = [each.name for each in services]
    if not names or len(environments) == 1:
        return environments

    def chosen(environment: str) -> tuple[str, ...]:
        return _question(f"Which of them run in {environment}", "all", lambda text: _some_of(names, text))

    return tuple(replace(each, services=chosen(each.name)) for each in environments)


def _teams(found: Outline) -> Outline:
    names = _question("Teams, with commas", NONE, _names)
    services = {each.name: each for each in found.services}
    for team in names if services else ():
        question = f"Which services does {team} own"
        for name in _question(question, NONE, lambda text: _some_of(list(services), text)):
            services[name] = replace(services[name], owners=(*services[name].owners, team))
    return replace(found, teams=tuple(map(DraftedTeam, names)), services=tuple(services.values()))


def _some_of(known: list[str], text: str) -> tuple[str, ...]:
    if text.casefold() == "all":
        return tuple(known)
    spelled = {name.casefold(): name for name in known}
    chosen = _names(text)
    for name in chosen:
        if name.casefold() not in spelled:
            near = did_you_mean(nearest(name, known)) or f" There are: {', '.join(known)}."
            raise UsageError(f"There is no service called {name}.{near}")
    return tuple(spelled[name.casefold()] for name in chosen)


def _names(text: str) -> tuple[str, ...]:
    """Names as the catalog allows them, each once. Raises UsageError."""
    found: dict[str, str] = {}
    for word in re.split(r"[,\s]+", text.strip()):
        if word.casefold() in NO_WORDS:
            continue
        try:
            name = scalars.name(word)
        except ValueError as error:
            raise UsageError(f"`{word[:60]}` cannot be a name. {error}") from error
        if name.casefold() in found:
            raise UsageError(f"{name} stands there twice; letter case does not count.")
        found[name.casefold()] = name
    return tuple(found.values())


def _zone_here() -> str:
    try:
        zone = scalars.zone(get_localzone_name() or "UTC")
    except (ValueError, LookupError):
        return "UTC"
    return "UTC" if zone == "Etc/UTC" else zone


def _question(text: str, default: str, checked: Callable[[str], T]) -> T:
    """Asks until the answer is right. Raises EOFError."""
    while True:
        _say(f"{text} [{default}]: ", end="")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        try:
            return checked(line.strip() or default)
        except (ValueError, UsageError) as error:
            _say(f"  {error}")


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)
