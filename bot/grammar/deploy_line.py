"""A line of /deploy cut into what its words are: services with their versions, the environment, the note, an override.

The order before the note is free. The first word that is none of these begins the note, and ends reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.errors import NotFound, UsageError
from bot.grammar import normalise
from bot.grammar.deploy_commands import Aim
from bot.grammar.deploy_help import usage_of
from bot.grammar.deploy_services import Named, Services, looks_like_version
from bot.grammar.normalise import QUOTES, quoted_at, shown
from bot.grammar.parts import choice
from bot.grammar.questions import Ambiguous, NeedsTarget
from bot.similar import did_you_mean, nearest

MOST_AT_ONCE = 8
LONGEST_READING = 1_500
"""Characters of a line, so that a button can carry it."""

_SPACE, _WORD, _COMMA = re.compile(r"[\s,;]*"), re.compile(r"\S+"), re.compile(r"[,;](?=.)")
_TO = frozenset(("to", "on", "in", "into"))
_AND = frozenset(("and", "&", "+"))
OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of a line. verb: empty for deploying.

    environment: the one named behind `to`. override: None when the word does not stand there.
    """

    verb: str = ""
    named: tuple[Named, ...] = ()
    environment: str = ""
    note: str = ""
    override: str | None = None

    def line(self) -> str:
        """It says the same, and nothing else can be read in it."""
        to = f"to {self.environment}" if self.environment else ""
        over = f"{OVERRIDE} {normalise.quoted(self.override)}" if self.override else ""
        words = (self.verb, *map(str, self.named), to, normalise.quoted(self.note), over)
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class _Reader:
    """bare: an environment may be named without `to`, because nothing else could be meant by it."""

    text: str
    services: Services
    bare: bool

    def read(self, heard: Heard, at: int) -> Heard | Ambiguous:
        while (at := _skip(self.text, at)) < len(self.text):
            if self.text[at] in QUOTES and not heard.note:
                said, at = quoted_at(self.text, at)
                heard = replace(heard, note=normalise.reason(said))
                continue
            taken = self._next(heard, at)
            if taken is None:
                return self._ended(heard, at)
            if isinstance(taken, Ambiguous):
                return taken
            heard, at = taken
        return heard

    def _next(self, heard: Heard, at: int) -> tuple[Heard, int] | Ambiguous | None:
        """One more thing understood, and where it ends; None where the note begins."""
        word, end = self._word(at)
        folded = word.casefold().rstrip(",;:")
        following, after = self._word(_skip(self.text, end))
        if folded in _TO and (environment := self._to(heard, following, at, after)):
            return replace(heard, environment=environment), after
        if folded in _AND and heard.named and self.services.named(following):
            return heard, end
        if folded == OVERRIDE and heard.named:
            return replace(heard, override=_reason(self.text[end:])), len(self.text)
        if (named := self.services.named(word)) and not _again(heard, named):
            return self._with(heard, named, at, end)
        if self.bare and not heard.environment and (environment := self.services.environment(word)):
            return replace(heard, environment=environment), end
        return None

    def _to(self, heard: Heard, word: str, at: int, end: int) -> str | None:
        """The environment behind `to`. Raises NotFound for what is only written like one."""
        environment = self.services.environment(word)
        if environment is None:
            if near := nearest(word.strip("`").rstrip(",;:."), self.services.environments()):
                before, rest = self.text[:at].strip(), self.text[end:].strip()
                lines = tuple(" ".join(f"{heard.verb} {before} to {name} {rest[:400]}".split()) for name in near)
                raise NotFound(f"No environment is called {shown(word)}.{did_you_mean(near)}", suggestions=lines)
            return None
        if heard.environment and heard.environment != environment:
            raise UsageError(f"One environment at a time: {heard.environment}, or {environment}?")
        return environment

    def _with(self, heard: Heard, named: Named, at: int, end: int) -> tuple[Heard, int] | Ambiguous:
        if any(each.service == named.service for each in heard.named):
            raise UsageError(f"{named.service} is named twice. Deploy one version of it.", usage=usage_of("deploy"))
        following, after = self._word(_skip(self.text, end))
        if not named.ref and not heard.verb and looks_like_version(following):
            whole = f"{named}@{following.lstrip('@')}"
            line = " ".join((self.text[:at].strip(), whole, self.text[after:].strip())).strip()
            raise UsageError(
                f"Write the version right behind the name: {shown(whole)}.",
                usage=usage_of("deploy"),
                suggestions=(line[:LONGEST_READING],),
            )
        if not named.ref and not heard.verb and any(each.ref for each in heard.named):
            return self._service_or_note(heard, named, at)
        return replace(heard, named=(*heard.named, named)), end

    def _service_or_note(self, heard: Heard, named: Named, at: int) -> Ambiguous:
        as_note = replace(heard, note=normalise.reason(f"{heard.note} {self.text[at:]}"))
        return Ambiguous(
            f"{named} has no version. Is it to be deployed too, or does the note begin with it?",
            (choice(f"What could be deployed of {named}", str(named)), choice(as_note.line(), as_note.line())),
        )

    def _ended(self, heard: Heard, at: int) -> Heard | Ambiguous:
        word, end = self._word(at)
        as_note = replace(heard, note=normalise.reason(f"{heard.note} {self.text[at:]}"))
        if not heard.named:
            return as_note
        name, version, _ref = word.partition("@")
        if version and name and not heard.note and self.services.similar(name):
            raise self.services.unknown(word, heard.verb, self.text[:at].strip())
        if not heard.environment and not heard.verb and nearest(word, ("to", "into")):
            following, after = self._word(_skip(self.text, end))
            meant = self.services.environment(following)
            if meant:
                to = replace(heard, environment=meant, note=normalise.reason(self.text[after:]))
                choices = (choice(to.line(), to.line()), choice(as_note.line(), as_note.line()))
                return Ambiguous(f"Did you mean to {meant}, or does the note begin with “{shown(word)}”?", choices)
        environment = self.services.environment(word)
        if environment and not heard.environment and not heard.verb:
            to = replace(heard, environment=environment, note=normalise.reason(self.text[end:]))
            return Ambiguous(
                f"To {environment}, or does the note begin with it?",
                (choice(to.line(), to.line()), choice(as_note.line(), as_note.line())),
            )
        return as_note

    def _word(self, at: int) -> tuple[str, int]:
        """The word that starts at `at`, and where it ends: `a@1,b@2` are two, if a service stands behind the comma."""
        found = _WORD.match(self.text, at)
        word = found.group() if found else ""
        for comma in _COMMA.finditer(word):
            name = word[comma.end() :].partition("@")[0].rpartition("/")[2]
            if self.services.service(name.rstrip(",;:.`")):
                return word[: comma.start()], at + comma.end()
        return word, at + len(word)


def hear(text: str, services: Services, verb: str = "", *, bare: bool = False) -> Heard | Ambiguous:
    """`text` is normalised. Raises UsageError and NotFound."""
    heard = _Reader(text, services, bare).read(Heard(verb), 0)
    if isinstance(heard, Heard) and len(heard.named) > MOST_AT_ONCE:
        raise UsageError(f"At most {MOST_AT_ONCE} services at once; these are {len(heard.named)}.")
    if isinstance(heard, Heard) and len(heard.line()) > LONGEST_READING:
        raise UsageError("That is too much for one line. Deploy some of it first.")
    return heard


def placed(heard: Heard, services: Services) -> tuple[tuple[Aim, ...], Heard] | NeedsTarget:
    """Where that is, and the line that says it. Raises NotFound for a service that is not there, UsageError."""
    said = {each.environment for each in heard.named if each.environment} | {heard.environment} - {""}
    if len(said) > 1:
        raise UsageError(
            f"One environment at a time: {' or '.join(sorted(said))}?", usage=usage_of(heard.verb or "deploy")
        )
    home, *others = said or _common(heard.named, services)
    if others:
        lines = (replace(heard, environment=each).line() for each in (home, *others))
        return NeedsTarget("In which environment?", tuple(choice(line, line) for line in lines))
    if missing := next((each for each in heard.named if each.service not in services.of(home)), None):
        raise services.not_everywhere(missing.service, home)
    aims = tuple(Aim(home, each.service, each.ref) for each in heard.named)
    return aims, replace(heard, named=tuple(replace(each, environment="") for each in heard.named), environment=home)


def _common(named: tuple[Named, ...], services: Services) -> tuple[str, ...]:
    """The environments that have all of them."""
    homes = tuple(
        home for home in services.environments() if all(home in services.homes(each.service) for each in named)
    )
    if not homes:
        each = "; ".join(f"{one.service} is in {', '.join(services.homes(one.service)[:3])}" for one in named)
        raise UsageError(f"No environment has all of them: {each}.")
    return homes


def _again(heard: Heard, named: Named) -> bool:
    """A service that is deployed already, without a version: the note begins with its name."""
    return not named.ref and not heard.verb and any(each.ref and each.service == named.service for each in heard.named)


def _reason(text: str) -> str:
    """In quotes or not."""
    said = text.strip(" ,;:")
    if said and said[0] in QUOTES:
        inside, end = quoted_at(said, 0)
        return normalise.reason(f"{inside} {said[end:]}")
    return normalise.reason(said)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
