"""A line that runs a suite, cut into what its words are: the suite and its branch, the environment, parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.errors import NotFound, UsageError
from bot.grammar import normalise
from bot.grammar.normalise import QUOTES, quoted_at, shown
from bot.grammar.parts import choice
from bot.grammar.questions import NeedsTarget
from bot.grammar.suite_commands import Run
from bot.grammar.suite_help import usage_of
from bot.grammar.suite_names import KnownSuite, SuiteNames, bare
from bot.similar import did_you_mean, nearest

_SPACE, _WORD = re.compile(r"[\s,;]*"), re.compile(r"\S+")
_GIVEN = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,63})=")
_ON = frozenset(("on", "in", "to", "against"))
_NO_REF = re.compile(r"[~^:?*\[\\\x00-\x1f\x7f]|\.\.|@\{|//|\.lock$|^[-./@]|[./]$")
"""What git does not allow in the name of a branch, and what could be read as an option."""

LONGEST_VALUE, LONGEST_REF = 300, 150


@dataclass(frozen=True, slots=True)
class _Heard:
    suite: KnownSuite
    ref: str = ""
    environment: str = ""
    parameters: tuple[tuple[str, str], ...] = field(default=())

    def line(self) -> str:
        return line_of(self.suite.name, self.environment, self.ref, self.parameters)


def line_of(suite: str, environment: str, ref: str, parameters: tuple[tuple[str, str], ...]) -> str:
    """The line that says this. ref, environment: empty where they are not said."""
    given = (f"{name}={_typed(value)}" for name, value in parameters)
    named = f"{suite}@{ref}" if ref else suite
    return " ".join(("run", named, *(("on", environment) if environment else ()), *given))


def run_line(text: str, names: SuiteNames) -> Run | NeedsTarget:
    """`text` begins with the suite. Raises UsageError and NotFound."""
    first = _WORD.match(text)
    if first is None:
        raise UsageError("Run which suite?", usage=usage_of("run"))
    name, at, ref = first.group().partition("@")
    suite = names.suite(name)
    if suite is None:
        raise names.unknown(name, "run", text[first.end() :].strip())
    heard = _Heard(suite, _ref(bare(ref), suite) if at else "")
    return _placed(_rest(heard, text, first.end(), names), names)


def _rest(heard: _Heard, text: str, at: int, names: SuiteNames) -> _Heard:
    while (at := _skip(text, at)) < len(text):
        heard, at = _next(heard, text, at, names)
    return heard


def _next(heard: _Heard, text: str, at: int, names: SuiteNames) -> tuple[_Heard, int]:
    if given := _GIVEN.match(text, at):
        value, end = _value(text, given.end())
        return _with(heard, given.group(1), value), end
    word, end = _word(text, at)
    if bare(word).casefold() in _ON:
        following, end = _word(text, _skip(text, end))
        return _at(heard, following, names, sure=True), end
    return _at(heard, word, names, sure=False), end


def _with(heard: _Heard, typed: str, value: str) -> _Heard:
    """Raises UsageError."""
    parameter = heard.suite.parameter(typed)
    if any(name == parameter.name for name, _ in heard.parameters):
        raise UsageError(f"{parameter.name} is given twice.", usage=usage_of("run"))
    if parameter.choices and value not in parameter.choices:
        near = nearest(value, parameter.choices)
        lines = tuple(replace(heard, parameters=(*heard.parameters, (parameter.name, each))).line() for each in near)
        said = f"{parameter.name} is one of {', '.join(parameter.choices)}, not {shown(value) or 'empty'}."
        raise UsageError(said, usage=usage_of("run"), suggestions=lines)
    if len(value) > LONGEST_VALUE:
        raise UsageError(f"A value has at most {LONGEST_VALUE} characters; {parameter.name} has {len(value)}.")
    return replace(heard, parameters=(*heard.parameters, (parameter.name, value)))


def _at(heard: _Heard, word: str, names: SuiteNames, *, sure: bool) -> _Heard:
    environment = names.environment(word)
    if environment is None:
        near = nearest(bare(word), names.environments)
        lines = tuple(replace(heard, environment=name).line() for name in near)
        if sure:
            there_are = f" Environments: {', '.join(names.environments[:8])}."
            said = f"No environment is called {shown(bare(word))}.{did_you_mean(near) or there_are}"
            raise NotFound(said, suggestions=lines)
        raise UsageError(
            f"I do not know what “{shown(word)}” means here.{did_you_mean(near)}",
            usage=usage_of("run"),
            suggestions=lines,
        )
    if heard.environment and heard.environment != environment:
        raise UsageError(f"One environment at a time: {heard.environment}, or {environment}?", usage=usage_of("run"))
    return replace(heard, environment=environment)


def _placed(heard: _Heard, names: SuiteNames) -> Run | NeedsTarget:
    homes = heard.suite.environments or names.environments
    if heard.environment and heard.environment not in homes:
        raise UsageError(
            f"{heard.suite.name} runs in {', '.join(homes)}, not in {heard.environment}.",
            suggestions=tuple(replace(heard, environment=home).line() for home in homes[:3]),
        )
    if not heard.environment and len(homes) != 1:
        lines = (replace(heard, environment=home).line() for home in homes)
        return NeedsTarget("In which environment?", tuple(choice(line, line) for line in lines))
    sure = replace(heard, environment=heard.environment or homes[0])
    return Run(sure.suite.name, sure.environment, sure.ref, sure.parameters, sure.line())


def _ref(ref: str, suite: KnownSuite) -> str:
    if not ref or len(ref) > LONGEST_REF or _NO_REF.search(ref):
        raise UsageError(
            f"Which branch of the tests? {shown(ref) or 'Nothing'} cannot be one: write {suite.name}@main.",
            usage=usage_of("run"),
            suggestions=(f"run {suite.name}",),
        )
    return ref


def _value(text: str, at: int) -> tuple[str, int]:
    if at < len(text) and text[at] in QUOTES:
        return quoted_at(text, at)
    return _word(text, at)


def _typed(value: str) -> str:
    """As it is read as the same value again."""
    return normalise.quoted(value) if not value or set(value) & {*QUOTES, " ", ",", ";"} else value


def _word(text: str, at: int) -> tuple[str, int]:
    found = _WORD.match(text, at)
    return (found.group(), found.end()) if found else ("", at)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
