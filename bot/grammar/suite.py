"""/suite: a line to what it means.

A typo never starts a run: a line runs a suite only when it starts with a known suite, or with `run` and one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.errors import NotFound, UsageError
from bot.grammar import normalise
from bot.grammar import suite_commands as means
from bot.grammar.normalise import shown
from bot.grammar.pieces import words
from bot.grammar.suite_commands import SuiteCommand, Which
from bot.grammar.suite_diagnose import diagnose_line
from bot.grammar.suite_help import ALIASES, USAGE, VERBS, usage_of, verb_of
from bot.grammar.suite_line import run_line
from bot.grammar.suite_names import SuiteNames, bare
from bot.grammar.topics import topic_asked
from bot.similar import did_you_mean, nearest

FAMILY = "suite"
_RULE = re.compile(r"K[A-Z2-7]{8}", re.IGNORECASE)
_TAKEN_BACK = frozenset(("undo", "remove", "delete"))
_HOW_MUCH = {"failed": True, "failures": True, "all": False, "everything": False}


def parse_suite(text: str, names: SuiteNames) -> SuiteCommand:
    """What the text after `/suite` means.

    Raises UsageError or NotFound, whose suggestions are whole lines to type instead, each of which can be read.
    """
    try:
        return _read(text, names)
    except (UsageError, NotFound) as error:
        error.suggestions = tuple(line for line in error.suggestions if _can_be_read(line, names))
        error.family = FAMILY
        raise


def _can_be_read(line: str, names: SuiteNames) -> bool:
    try:
        _read(line, names)
    except (UsageError, NotFound):
        return False
    return True


def _read(text: str, names: SuiteNames) -> SuiteCommand:
    line = normalise.plain(normalise.normalise(text))
    if not line:
        return means.Status(Which())
    first = next(words(line)).rstrip(",;:")
    if verb := verb_of(first):
        return _VERBS[verb](line[len(first) :].lstrip(" ,;:\t\n"), names)
    if names.suite(first.partition("@")[0]):
        return run_line(line, names)
    if (which := names.which(first)) is not None:
        return _status(line, names) if which.suite == "" else run_line(line, names)
    raise _unknown(first, line[len(first) :].strip(), names)


def _unknown(first: str, rest: str, names: SuiteNames) -> UsageError | NotFound:
    if verbs := nearest(bare(first), (*VERBS, *ALIASES)):
        lines = tuple(f"{verb} {rest[:400]}".strip() for verb in verbs)
        return UsageError(f"I do not know “{shown(first)}”.{did_you_mean(verbs)}", usage=USAGE, suggestions=lines)
    return names.unknown(first.partition("@")[0], "run", rest)


def _retry(rest: str, names: SuiteNames) -> SuiteCommand:
    which, failed, line = Which(), True, "retry"
    for word in words(rest):
        folded = bare(word).casefold()
        if folded in _HOW_MUCH:
            failed = _HOW_MUCH[folded]
        elif which == Which():
            which = _one(word, "retry", names)
        else:
            raise UsageError(f"I do not know what “{shown(word)}” means here.", usage=usage_of("retry"))
    line = " ".join(filter(None, ("retry", str(which), "" if failed else "all")))
    return means.Retry(which, failed, line)


def _status(rest: str, names: SuiteNames) -> SuiteCommand:
    return means.Status(_only(rest, "status", names))


def _cancel(rest: str, names: SuiteNames) -> SuiteCommand:
    which = _only(rest, "cancel", names)
    return means.Cancel(which, f"cancel {which!s}".strip())


def _only(rest: str, verb: str, names: SuiteNames) -> Which:
    first, *more = (*words(rest), "") if not rest else tuple(words(rest))
    if any(more):
        raise UsageError(f"I do not know what “{shown(more[0])}” means here.", usage=usage_of(verb))
    return _one(first, verb, names) if first else Which()


def _one(word: str, verb: str, names: SuiteNames) -> Which:
    if (which := names.which(word)) is None:
        raise names.unknown(word, verb)
    return which


def _plan(rest: str, names: SuiteNames) -> SuiteCommand:
    if rest and not names.suite(rest):
        raise UsageError(f"I do not know what “{shown(rest)}” means here.", usage=usage_of("plan"))
    return means.Plan()


def _cases(rest: str, _names: SuiteNames) -> SuiteCommand:
    if rest:
        raise UsageError(f"I do not know what “{shown(rest)}” means here.", usage=usage_of("cases"))
    return means.Cases()


def _flaky(rest: str, names: SuiteNames) -> SuiteCommand:
    if not rest:
        return means.Flaky()
    first, *more = words(rest)
    if more:
        raise UsageError(f"I do not know what “{shown(more[0])}” means here.", usage=usage_of("flaky"))
    if (suite := names.suite(first)) is None:
        raise names.unknown(first, "flaky")
    return means.Flaky(suite.name)


def _rules(rest: str, _names: SuiteNames) -> SuiteCommand:
    verb, id, *more = (*(bare(word) for word in words(rest)), "", "") if rest else ("", "")
    if not verb:
        return means.Rules()
    if verb.casefold() not in _TAKEN_BACK or any(more):
        raise UsageError(f"I do not know what “{shown(verb)}” means here.", usage=usage_of("rules"))
    if not _RULE.fullmatch(id):
        said = f"“{shown(id)}” is no rule: one is called like K2Q7WMZ3A." if id else "Undo which rule?"
        raise UsageError(f"{said} Say rules to see them.", usage=usage_of("rules"), suggestions=("rules",))
    return means.UndoRule(id.upper(), f"rules undo {id.upper()}")


def _diagnose(rest: str, names: SuiteNames) -> SuiteCommand:
    return diagnose_line(rest, names)


def _help(rest: str, _names: SuiteNames) -> SuiteCommand:
    return means.Help(topic_asked(rest, verb_of, topics=VERBS, usage=usage_of("help")))


def _run(rest: str, names: SuiteNames) -> SuiteCommand:
    return run_line(rest, names) if rest else means.RunForm()


_VERBS: Mapping[str, Callable[[str, SuiteNames], SuiteCommand]] = {
    "run": _run,
    "retry": _retry,
    "status": _status,
    "cancel": _cancel,
    "plan": _plan,
    "cases": _cases,
    "flaky": _flaky,
    "rules": _rules,
    "diagnose": _diagnose,
    "help": _help,
}
