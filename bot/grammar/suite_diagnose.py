"""What is to be explained, as it is typed: `payments on integration 30m`, `#418`, a trace, a pasted link."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.errors import NotFound, UsageError
from bot.grammar.durations import duration_at, in_words
from bot.grammar.normalise import shown
from bot.grammar.parts import choice
from bot.grammar.questions import NeedsTarget
from bot.grammar.suite_commands import Diagnose, Which
from bot.grammar.suite_help import usage_of
from bot.grammar.suite_names import KnownService, SuiteNames, bare
from bot.similar import did_you_mean, nearest

USUAL, SHORTEST, LONGEST = timedelta(minutes=15), timedelta(minutes=1), timedelta(hours=24)
SHOWN = 8
"""Names that are listed."""

_CASE = re.compile(r"(?<![A-Za-z0-9])C[A-Z2-7]{8}(?![A-Za-z0-9])", re.IGNORECASE)
_TRACE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{32}|[0-9a-f]{16})(?![0-9A-Za-z])", re.IGNORECASE)
_SPACE, _WORD = re.compile(r"[\s,;]*"), re.compile(r"\S+")
_ON = frozenset(("on", "in", "at"))
_FILLER = frozenset(("the", "last", "past", "for", "since", "why"))


@dataclass(frozen=True, slots=True)
class _Heard:
    what: Diagnose | None = None
    environment: str = ""
    length: timedelta | None = None
    ago: timedelta = timedelta(0)


def diagnose_line(text: str, names: SuiteNames) -> Diagnose | NeedsTarget:
    """`text` is what stands behind the verb. Raises UsageError and NotFound."""
    heard, at = _Heard(), 0
    while (at := _skip(text, at)) < len(text):
        heard, at = _next(heard, text, at, names)
    if heard.what is None:
        raise UsageError("Diagnose what? A run, a trace, a link or a service.", usage=usage_of("diagnose"))
    return _of_service(heard, heard.what, names) if heard.what.service else _timed(heard, heard.what)


def _next(heard: _Heard, text: str, at: int, names: SuiteNames) -> tuple[_Heard, int]:
    if found := duration_at(text, at):
        word, end = _word(text, _skip(text, found.end))
        if bare(word).casefold() == "ago":
            return replace(heard, ago=_fitting(found.length, heard, "15m {} ago")), end
        return replace(heard, length=_fitting(found.length, heard, "{}")), found.end
    word, end = _word(text, at)
    folded = bare(word).casefold()
    if folded in _ON:
        word, end = _word(text, _skip(text, end))
        return replace(heard, environment=_environment(word, names)), end
    if folded in _FILLER:
        return heard, end
    if heard.what is None:
        return _about(heard, word, names), end
    if environment := names.environment(word):
        return replace(heard, environment=environment), end
    raise UsageError(f"I do not know what “{shown(word)}” means here.", usage=usage_of("diagnose"))


def _about(heard: _Heard, word: str, names: SuiteNames) -> _Heard:
    """A service goes before a suite of the same name: whoever means its run says the number."""
    place, slash, service = bare(word).partition("/")
    if slash and (environment := names.environment(place)) and names.service(service):
        return replace(heard, what=Diagnose(service=_called(service, names)), environment=environment)
    if names.service(word):
        return replace(heard, what=Diagnose(service=_called(word, names)))
    if found := _TRACE.search(word):
        return replace(heard, what=Diagnose(trace=found.group().lower()))
    if found := _CASE.search(word):
        return replace(heard, what=Diagnose(case=found.group().upper()))
    which = names.which(word)
    if which is not None and not which.address:
        return replace(heard, what=Diagnose(which=which))
    if which is not None:
        return _in_address(heard, which, names)
    near = tuple(dict.fromkeys((*names.services_like(bare(word)), *names.similar(word))))[:3]
    there_are = f" Services: {', '.join(each.name for each in names.services[:SHOWN])}." if names.services else ""
    said = f"“{shown(bare(word))}” is no run, no trace and no service.{did_you_mean(near) or there_are}"
    known = near or tuple(each.name for each in names.services)
    raise UsageError(said, usage=usage_of("diagnose"), suggestions=tuple(f"diagnose {name}" for name in known[:3]))


def _in_address(heard: _Heard, which: Which, names: SuiteNames) -> _Heard:
    """A link to somewhere else: of the service that it names, if it names one; else of the run that has that page."""
    parts = re.split(r"[^A-Za-z0-9_-]+", which.address)
    services = dict.fromkeys(_called(part, names) for part in parts if names.service(part))
    if len(services) > 1:
        raise UsageError(
            f"That link names {', '.join(services)}. Which of them?",
            usage=usage_of("diagnose"),
            suggestions=tuple(f"diagnose {name}" for name in services),
        )
    environment = next(filter(None, map(names.environment, parts)), "")
    for service in services:
        return replace(heard, what=Diagnose(service=service), environment=heard.environment or environment)
    return replace(heard, what=Diagnose(which=which))


def _of_service(heard: _Heard, what: Diagnose, names: SuiteNames) -> Diagnose | NeedsTarget:
    """Where it says no environment, that of the channel, if the service runs there."""
    known = names.service(what.service) or KnownService(what.service, ())
    homes = known.environments
    if heard.environment and heard.environment not in homes:
        lines = tuple(_line(what.service, home, heard) for home in homes[:3])
        said = f"{what.service} runs in {', '.join(homes) or 'no environment'}, not in {heard.environment}."
        raise UsageError(said, usage=usage_of("diagnose"), suggestions=lines)
    default = names.here if names.here in homes else homes[0] if len(homes) == 1 else ""
    if not (environment := heard.environment or default):
        lines = [_line(what.service, home, heard) for home in homes]
        return NeedsTarget("In which environment?", tuple(choice(line, line) for line in lines))
    minutes, ago = _minutes(heard.length or USUAL), _minutes(heard.ago)
    line = _line(what.service, environment, heard)
    return replace(what, environment=environment, minutes=minutes, ago=ago, reading=line)


def _timed(heard: _Heard, what: Diagnose) -> Diagnose:
    """A run, a case and a trace have a time of their own."""
    named = what.trace or what.case or (str(what.which) if what.which else "")
    if heard.length is not None or heard.ago:
        said = "How long is said of a service: a run, a case and a trace have a time of their own."
        raise UsageError(said, usage=usage_of("diagnose"), suggestions=(f"diagnose {named}",))
    where = f" on {heard.environment}" if heard.environment and what.trace else ""
    return replace(what, environment=heard.environment, reading=f"diagnose {named}{where}")


def _line(service: str, environment: str, heard: _Heard) -> str:
    ago = f" {in_words(heard.ago)} ago" if heard.ago else ""
    return f"diagnose {service} on {environment} {in_words(heard.length or USUAL)}{ago}"


def _called(word: str, names: SuiteNames) -> str:
    found = names.service(word)
    return found.name if found else ""


def _environment(word: str, names: SuiteNames) -> str:
    if (found := names.environment(word)) is not None:
        return found
    near = nearest(bare(word), names.environments)
    there_are = f" Environments: {', '.join(names.environments[:8])}."
    raise NotFound(f"No environment is called {shown(bare(word))}.{did_you_mean(near) or there_are}")


def _fitting(length: timedelta, heard: _Heard, when: str) -> timedelta:
    """when: how it is typed. Raises UsageError with the nearest length that fits."""
    fits = min(max(length, SHORTEST), LONGEST)
    if fits == length:
        return length
    service = heard.what.service if heard.what else ""
    where = f" on {heard.environment}" if heard.environment else ""
    said = "From a minute to a day can be looked at, and not further back than a day"
    said += f"; {in_words(length)} is not that." if length > LONGEST else ": less than a minute is too little."
    lines = (f"diagnose {service}{where} {when.format(in_words(fits))}",) if service else ()
    raise UsageError(said, usage=usage_of("diagnose"), suggestions=lines)


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)


def _word(text: str, at: int) -> tuple[str, int]:
    found = _WORD.match(text, at)
    return (found.group(), found.end()) if found else ("", at)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
