"""What can be reserved, as the grammar needs to know it: a value of its own, so that it stands beside the catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import NotFound
from bot.grammar.normalise import shown
from bot.grammar.words import KEYWORDS, reads_as_when
from bot.similar import did_you_mean, nearest

LONGEST_LIST = 1_000
"""Characters of a target: a line with it still fits a button, whose value has 2,000 at most."""

MOST_NAMES = 8
"""Environments that an error lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """An environment: its services, the longest lease it allows, and the length that is offered first."""

    name: str
    services: tuple[str, ...] = ()
    maximum: timedelta = timedelta(hours=8)
    default: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Target:
    """An environment, or some of its services. No services means all of it. Names are as the catalog writes them."""

    environment: str
    services: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.environment}/{','.join(self.services)}" if self.services else self.environment


@dataclass(frozen=True, slots=True)
class Found:
    """One or several targets that the text up to `end` may mean."""

    targets: tuple[Target, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that may be typed as a target. Letter case does not count."""

    places: tuple[Place, ...]
    _places: dict[str, Place] = field(init=False, repr=False, compare=False)
    _services: dict[str, list[Target]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        services: dict[str, list[Target]] = {}
        for place in self.places:
            for service in place.services:
                services.setdefault(service.casefold(), []).append(Target(place.name, (service,)))
        object.__setattr__(self, "_places", {place.name.casefold(): place for place in self.places})
        object.__setattr__(self, "_services", services)

    def place(self, environment: str) -> Place:
        return self._places[environment.casefold()]

    def longest(self, target: Target | None) -> timedelta:
        """The longest lease allowed on `target`, or on any environment."""
        places = (self.place(target.environment),) if target else self.places
        return max((place.maximum for place in places), default=timedelta(hours=8))

    def find(self, word: str) -> tuple[Target, ...]:
        """What `word` may mean: several when several environments have that service, none when unknown."""
        if len(word) > LONGEST_LIST:
            return ()
        environment, slash, services = word.removeprefix("#").casefold().partition("/")
        if slash:
            return self._inside(environment, services)
        if place := self._places.get(environment):
            return (Target(place.name),)
        if reads_as_when(environment) or environment in KEYWORDS:
            return ()
        return self._alone(environment)

    def find_at(self, text: str, at: int) -> Found | None:
        """The target whose word starts at `at`. A list may have spaces after its commas."""
        end = _word_end(text, at)
        word = text[at:end]
        found = self.find(word) or self.find(word.rstrip(",;:"))
        while found and word.endswith(","):
            start = _word_start(text, end)
            next_end = _word_end(text, start)
            longer = self.find(word + text[start:next_end].rstrip(",;:"))
            if start == next_end or not longer:
                break
            found, end, word = longer, next_end, word + text[start:next_end]
        return Found(found, end) if found else None

    def unknown(self, word: str, *, before: str = "", after: str = "") -> NotFound:
        """The error for a word that is no target; its suggestions are whole lines, with `before` and `after`."""
        environment, slash, services = word.removeprefix("#").partition("/")
        place = self._places.get(environment.casefold())
        if slash and place:
            wrong = next(
                (s for s in services.split(",") if not self._inside(environment.casefold(), s.casefold())), services
            )
            near = tuple(f"{place.name}/{name}" for name in nearest(wrong, place.services))
            said = f"{place.name} has no service called {shown(wrong)}."
        else:
            near = self.similar(word)
            said = f"No environment or service is called {shown(word)}.{'' if near else self._there_are()}"
        lines = tuple(" ".join(f"{before[:200]} {name} {after[:400]}".split()) for name in near)
        return NotFound(said + did_you_mean(near), suggestions=lines)

    def similar(self, word: str) -> tuple[str, ...]:
        """Known targets that are written like `word`, best first."""
        environment, slash, services = word.partition("/")
        if slash:
            return tuple(
                f"{name}/{services}" for name in nearest(environment, self._names()) if self.find(f"{name}/{services}")
            )
        return nearest(word, (*self._names(), *self._services))

    def _there_are(self) -> str:
        """` Environments: a, b and more.`, with its leading space, or nothing."""
        names = self._names()
        more = " and more" if len(names) > MOST_NAMES else ""
        return f" Environments: {', '.join(map(shown, names[:MOST_NAMES]))}{more}." if names else ""

    def _names(self) -> tuple[str, ...]:
        return tuple(place.name for place in self.places)

    def _inside(self, environment: str, services: str) -> tuple[Target, ...]:
        place = self._places.get(environment)
        if place is None:
            return ()
        known = {name.casefold(): name for name in place.services}
        wanted = tuple(dict.fromkeys(services.split(",")))
        if not all(name in known for name in wanted):
            return ()
        return (Target(place.name, tuple(known[name] for name in wanted)),)

    def _alone(self, services: str) -> tuple[Target, ...]:
        first = services.split(",", 1)[0]
        places = (target.environment for target in self._services.get(first, ()))
        return tuple(target for place in places for target in self._inside(place.casefold(), services))


def _word_start(text: str, at: int) -> int:
    found = re.compile(r"\S").search(text, at)
    return found.start() if found else len(text)


def _word_end(text: str, at: int) -> int:
    found = re.compile(r"\s").search(text, at)
    return found.start() if found else len(text)
