"""Suites and runs as they are typed: `checkout-api`, `checkout-api@feature/x`, `#418`, `R2Q7WMZ3A`, a pasted link."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import NotFound, UsageError
from bot.grammar.names import MOST_NAMES
from bot.grammar.normalise import shown
from bot.grammar.suite_commands import Which
from bot.similar import did_you_mean, nearest

_NUMBER = re.compile(r"#?([0-9]{1,9})")
_ID = re.compile(r"R[A-Z2-7]{8}", re.IGNORECASE)
_INSIDE = re.compile(r"(?<![A-Za-z0-9])R[A-Z2-7]{8}(?![A-Za-z0-9])")
_GENERAL = re.compile(r"[-_.]?(?:service|svc|api|app|server)\Z", re.IGNORECASE)
LONGEST_ADDRESS = 500


@dataclass(frozen=True, slots=True)
class KnownParameter:
    name: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownSuite:
    """environments: where it may run."""

    name: str
    environments: tuple[str, ...]
    parameters: tuple[KnownParameter, ...] = ()

    def parameter(self, typed: str) -> KnownParameter:
        """Raises UsageError."""
        found = next((each for each in self.parameters if each.name.casefold() == typed.casefold()), None)
        if found is not None:
            return found
        names = tuple(each.name for each in self.parameters)
        near = did_you_mean(nearest(typed, names))
        takes = f" It takes {', '.join(names)}." if names else " It takes none."
        raise UsageError(f"{self.name} has no parameter {shown(typed)}.{near or takes}")


@dataclass(frozen=True, slots=True)
class KnownService:
    """environments: where it runs. aliases: what other systems call it."""

    name: str
    environments: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SuiteNames:
    """What the catalog has. environments: all of them. here: the one whose channel the line is typed in, or empty."""

    suites: tuple[KnownSuite, ...]
    environments: tuple[str, ...]
    services: tuple[KnownService, ...] = ()
    here: str = ""

    def service(self, word: str) -> KnownService | None:
        """Its name goes before what others call it; what several are called names none."""
        folded = bare(word).casefold()
        if named := next((each for each in self.services if each.name.casefold() == folded), None):
            return named
        called = [each for each in self.services if folded in map(str.casefold, each.aliases)]
        return called[0] if len(called) == 1 else None

    def services_like(self, word: str) -> tuple[str, ...]:
        """Names of those that may be meant, the likeliest first. What a word says of any service counts nothing."""
        names = {alias.casefold(): each.name for each in self.services for alias in each.aliases}
        names |= {each.name.casefold(): each.name for each in self.services}
        near = (*nearest(word, names), *nearest(_GENERAL.sub("", word), names))
        return tuple(dict.fromkeys(names[name] for name in near))

    def suite(self, word: str) -> KnownSuite | None:
        folded = bare(word).casefold()
        return next((each for each in self.suites if each.name.casefold() == folded), None)

    def environment(self, word: str) -> str | None:
        folded = bare(word).casefold()
        return next((each for each in self.environments if each.casefold() == folded), None)

    def similar(self, word: str) -> tuple[str, ...]:
        return nearest(bare(word), tuple(each.name for each in self.suites))

    def unknown(self, word: str, before: str = "", after: str = "") -> NotFound:
        """The error for a word that should be a suite; its suggestions are whole lines."""
        near = self.similar(word)
        lines = tuple(" ".join(f"{before} {name} {after[:400]}".split()) for name in near)
        return NotFound(
            f"No suite is called {shown(bare(word))}.{did_you_mean(near) or self._there_are()}", suggestions=lines
        )

    def _there_are(self) -> str:
        names = tuple(each.name for each in self.suites)
        more = " and more" if len(names) > MOST_NAMES else ""
        return f" Suites: {', '.join(names[:MOST_NAMES])}{more}." if names else " The catalog has none yet."

    def which(self, word: str) -> Which | None:
        """The run that a word names; None when it names none."""
        word = bare(word)
        if number := _NUMBER.fullmatch(word):
            return Which(number=int(number.group(1)))
        if _ID.fullmatch(word):
            return Which(id=word.upper())
        if known := self.suite(word):
            return Which(suite=known.name)
        if "/" in word and "." in word:
            inside = _INSIDE.search(word)
            return Which(id=inside.group()) if inside else Which(address=word[:LONGEST_ADDRESS])
        return None


def bare(word: str) -> str:
    """Without what people type around a word: commas, a full stop at the end, code marks."""
    return word.strip("`").rstrip(",;:.").strip("`")
