"""A failure to its fingerprint: error class, masked headline, top frame of the project's own code."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.catalog.values import Mask
from bot.failures import frames, roots
from bot.failures.excerpt import excerpt, says_nothing
from bot.failures.headline import Headline, headline, plain
from bot.failures.telling import asserts, speaks_for_itself
from bot.failures.values import Failure, Fingerprint, Frame, Origin
from bot.masking.masks import VERSION, masked
from bot.masking.order import ordered

LONGEST = 100_000
"""Characters of a message or a stack that are looked at."""

_PARAMETERS = re.compile(r"\[([^\]]*)\]$")
SHORTEST_PARAMETER = 3
"""Characters of a value that is known again in a message."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What one failure shows. origin: from its trace; else the place that its message says could not be reached."""

    fingerprint: Fingerprint
    origin: Origin | None


def examined(failure: Failure, project: Sequence[Mask] = ()) -> Examined:
    """The fingerprint is the same for every failure of the same kind at the same place, whatever values it names.

    Where an exception was wrapped in others the innermost speaks, since wrappers say the same of everything.
    """
    mask = partial(masked, project=project)
    message, stack, home = plain(_ends(failure.message)), plain(_ends(failure.stack)), frames.home(failure.test)
    if says_nothing(message) and stack:
        message = stack
    stack = stack or message
    behind = roots.root(stack)
    said = headline(ordered(excerpt(message)), failure.error_class, mask)
    if behind:
        inner = headline(ordered(behind.line), "", mask)
        said = inner if inner.text else Headline(inner.error_class, said.text)
    if asserts(said.error_class):
        said = Headline(said.error_class, _without_parameters(said.text, failure.test))
    read = frames.frames(behind.stack if behind else stack, home)
    own = next((each for each in read if each.own), None) or frames.top(message, home)
    # Read on from there: whoever called it stands further out.
    calls = (each for each in (frames.frames(stack, home) if behind else read) if each.own and each.test)
    made = _made(said, _place(failure.test, said, own, calls), in_test=own is None or own.test)
    named = failure.origin or roots.unreachable(f"{message[: roots.LONGEST_MESSAGE]}\n{behind.line if behind else ''}")
    return Examined(made, named)


def _without_parameters(line: str, test: str) -> str:
    """What one test asserts of each of its parameters is one thing: the line without their values. What is raised is
    another for each: no rate for EUR is the same in every test.
    """
    given = _PARAMETERS.search(test)
    values = {given[1], *given[1].split("-")} if given else set[str]()
    named = [each for each in values if len(each) >= SHORTEST_PARAMETER and not each.isdecimal()]
    if not named:
        return line
    longest_first = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", "<parameter>", line)


def _ends(text: str) -> str:
    """Its beginning and its end: whichever a language tells first, what went wrong stands in one of them."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"


def current(known: Fingerprint) -> bool:
    """It was made by the masks and rules of today."""
    return known.version == VERSION


def _place(test: str, said: Headline, own: Frame | None, calls: Iterator[Frame]) -> str:
    """What is asserted by a helper of tests is told apart by the test that called it, unless it speaks for itself."""
    test = _PARAMETERS.sub("", test)
    if own is None:
        return f"test {test}"
    if not own.test or speaks_for_itself(said.error_class, said.text):
        return frames.called(own)
    *_, outer = own, *calls
    return f"test {test}" if frames.is_nameless(outer) else frames.called(outer)


def _made(said: Headline, place: str, *, in_test: bool) -> Fingerprint:
    line = " ".join(said.text.split())
    whole = "\n".join((str(VERSION), said.error_class, line, place, str(in_test)))
    exact = hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()[:16]
    return Fingerprint(exact, VERSION, said.error_class, line, place, in_test)
