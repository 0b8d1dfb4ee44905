"""Everything that may be typed as a target, and what a word may mean by it. Letter case does not count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import NotFound, UsageError
from bot.grammar.labels import PREFIX, Labels, is_label, quantity_at
from bot.grammar.normalise import shown
from bot.grammar.targets import AnyOf, Found, Limits, Place, Target, Wanted
from bot.grammar.words import KEYWORDS, reads_as_when
from bot.similar import did_you_mean, nearest

LONGEST_LIST = 1_000
"""Characters of a target: a line with it still fits a button, whose value has 2,000 at most."""

MOST_NAMES = 8
"""Environments that an error lists."""

_NOTHING = Limits(timedelta(hours=8), timedelta(hours=1), "nothing")
_WORD_START, _WORD_END = re.compile(r"\S|$"), re.compile(r"\s|$")


@dataclass(frozen=True, slots=True)
class Names:
    """What the catalog has."""

    places: tuple[Place, ...]
    _places: dict[str, Place] = field(init=False, repr=False, compare=False)
    _parts: dict[str, list[str]] = field(init=False, repr=False, compare=False)
    _labels: Labels = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts: dict[str, list[str]] = {}
        for place in self.places:
            for part in (*place.services, *(resource.name for resource in place.resources)):
                parts.setdefault(part.casefold(), []).append(place.name.casefold())
        object.__setattr__(self, "_places", {place.name.casefold(): place for place in self.places})
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_labels", Labels(self.places))

    def limits(self, wanted: Wanted | None) -> Limits:
        """Those of the environment; of whichever candidate allows least; without a target, of whichever allows most."""
        if isinstance(wanted, AnyOf):
            places = [self._places[each.environment.casefold()] for each in wanted.candidates]
            least = min(places, key=lambda place: place.maximum)
            return Limits(least.maximum, min(place.default for place in places), least.name)
        if wanted is not None:
            place = self._places[wanted.environment.casefold()]
            return Limits(place.maximum, place.default, place.name)
        most = max(self.places, key=lambda place: place.maximum, default=None)
        return Limits(most.maximum, most.default, "any environment") if most else _NOTHING

    def any_of(self) -> tuple[AnyOf, ...]:
        """Everything that `any:` may pick one of."""
        return self._labels.every()

    def find(self, word: str, quantity: int = 1) -> tuple[Wanted, ...]:
        """What `word` may mean: several when several environments have that service, none when unknown.

        Raises UsageError for a list of services and resources, and for more than there are of a label.
        """
        if len(word) > LONGEST_LIST:
            return ()
        folded = word.removeprefix("#").casefold()
        if is_label(folded):
            return self._labels.find(folded, quantity)
        environment, slash, parts = folded.partition("/")
        if slash:
            return self._inside(environment, parts)
        if place := self._places.get(environment):
            return (Target(place.name),)
        places = self._parts.get(environment.split(",", 1)[0], ())
        if not places or environment in KEYWORDS or reads_as_when(environment):
            return ()
        return tuple(each for place in places for each in self._inside(place, environment))

    def find_at(self, text: str, at: int) -> Found | None:
        """The target whose word starts at `at`. A list may have spaces after its commas."""
        end = _next(_WORD_END, text, at)
        word = text[at:end]
        if is_label(word[:LONGEST_LIST]):
            quantity, after = quantity_at(text, end)
            wanted = self.find(word.rstrip(",;"), quantity)
            return Found(wanted, after) if wanted else None
        found = self.find(word) or self.find(word.rstrip(",;:"))
        while found and word.endswith(","):
            start = _next(_WORD_START, text, end)
            next_end = _next(_WORD_END, text, start)
            longer = self.find(word + text[start:next_end].rstrip(",;:"))
            if start == next_end or not longer:
                break
            found, end, word = longer, next_end, word + text[start:next_end]
        return Found(found, end) if found else None

    def unknown(self, word: str, *, before: str = "", after: str = "") -> NotFound:
        """The error for a word that is no target; its suggestions are whole lines, with `before` and `after`."""
        environment, slash, wrong = word.removeprefix("#").partition("/")
        place = self._places.get(environment.casefold())
        if is_label(word):
            said, near = self._unknown_label(word)
        elif slash and place:
            said, near = self._unknown_part(place, wrong)
        else:
            near = self.similar(word)
            said = f"No environment or service is called {shown(word)}.{'' if near else self._there_are()}"
        lines = tuple(" ".join(f"{before[:200]} {name} {after[:400]}".split()) for name in near)
        return NotFound(said + did_you_mean(near), suggestions=lines)

    def _unknown_label(self, word: str) -> tuple[str, tuple[str, ...]]:
        place, _, label = word.casefold().rpartition(PREFIX)
        environment = self._places.get(place.rstrip("/"))
        where = f"{environment.name} has nothing" if environment else "Nothing here is"
        near = self._labels.similar(label)
        said = f"{where} labelled {shown(label) or '(nothing)'}."
        return said + ("" if near else self._labels.there_are()), near

    def _unknown_part(self, place: Place, parts: str) -> tuple[str, tuple[str, ...]]:
        known = (*place.services, *(resource.name for resource in place.resources))
        folded = {name.casefold() for name in known}
        wrong = next((part for part in parts.split(",") if part.casefold() not in folded), parts)
        near = tuple(f"{place.name}/{name}" for name in nearest(wrong, known))
        return f"{place.name} has no service called {shown(wrong)}.", near

    def similar(self, word: str) -> tuple[str, ...]:
        """Known targets that are written like `word`, best first."""
        environment, slash, parts = word.partition("/")
        if slash:
            near = nearest(environment, self._names())
            return tuple(f"{name}/{parts}" for name in near if self._inside(name.casefold(), parts.casefold()))
        return nearest(word, (*self._names(), *self._parts))

    def _there_are(self) -> str:
        """` Environments: a, b and more.`, with its leading space, or nothing."""
        names = self._names()
        more = " and more" if len(names) > MOST_NAMES else ""
        return f" Environments: {', '.join(map(shown, names[:MOST_NAMES]))}{more}." if names else ""

    def _names(self) -> tuple[str, ...]:
        return tuple(place.name for place in self.places)

    def _inside(self, environment: str, parts: str) -> tuple[Target, ...]:
        place = self._places.get(environment)
        if place is None:
            return ()
        wanted = dict.fromkeys(parts.split(","))
        services = {name.casefold(): name for name in place.services if name.casefold() in wanted}
        resources = {each.name.casefold(): each.name for each in place.resources if each.name.casefold() in wanted}
        if not all(name in services or name in resources for name in wanted):
            return ()
        if services and resources:
            raise UsageError(
                f"Services and resources are reserved apart: {', '.join(services.values())} is one line, "
                f"{', '.join(resources.values())} another."
            )
        known = services or resources
        names = tuple(known[name] for name in wanted)
        return (Target(place.name, names) if services else Target(place.name, resources=names),)


def _next(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.search(text, at)
    return found.start() if found else len(text)
