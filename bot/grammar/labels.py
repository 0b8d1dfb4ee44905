"""`any:<label>`: whichever is free of the environments, or of one environment's resources, that bear the label."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.errors import UsageError
from bot.grammar.targets import AnyOf, Place, Target
from bot.similar import nearest

PREFIX = "any:"
ENVIRONMENTS = f"{PREFIX}environment:"
"""Before a label that resources bear too, when environments are meant."""

MOST_SIMILAR, MOST_LABELS = 3, 8

_QUANTITY = re.compile(r"\s+[x×]\s?([0-9]{1,6})(?=[,;]?(?:\s|$))|\s+([0-9]{1,6})[x×](?=[,;]?(?:\s|$))", re.IGNORECASE)


def quantity_at(text: str, at: int) -> tuple[int, int]:
    """`x2` behind a label: how many, and where it ends; one when nothing is said."""
    found = _QUANTITY.match(text, at)
    return (int(found[1] or found[2]), found.end()) if found else (1, at)


def is_label(word: str) -> bool:
    """Whether the word is an `any:`, known or not; letter case does not count."""
    environment, slash, rest = word.casefold().partition("/")
    return (rest if slash else environment).startswith(PREFIX)


class Labels:
    """Every label of the catalog and who bears it. Letter case does not count."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.shown: dict[str, str] = {}
        self.environments: dict[str, list[Target]] = {}
        self.resources: dict[str, dict[str, list[Target]]] = {}
        for place in places:
            for label in place.labels:
                self._bears(self.environments, label, Target(place.name))
            for resource in place.resources:
                one = Target(place.name, resources=(resource.name,))
                for label in resource.labels:
                    self._bears(self.resources.setdefault(label.casefold(), {}), label, one, place.name.casefold())

    def _bears(self, into: dict[str, list[Target]], label: str, who: Target, key: str = "") -> None:
        self.shown.setdefault(label.casefold(), label)
        into.setdefault(key or label.casefold(), []).append(who)

    def every(self) -> tuple[AnyOf, ...]:
        """What each label stands for, one at a time."""
        return tuple(each for label in self.shown for each in self.find(f"{PREFIX}{label}", 1))

    def find(self, word: str, quantity: int) -> tuple[AnyOf, ...]:
        """What the folded word may mean: several when several environments have such resources, none when unknown.

        Raises UsageError when there are not so many, or when environments are wanted by the number.
        """
        environment, slash, rest = word.partition("/")
        if slash and rest.startswith(PREFIX):
            return self._resources(rest.removeprefix(PREFIX), quantity, environment)
        if word.startswith(ENVIRONMENTS):
            return self._environments(word.removeprefix(ENVIRONMENTS), quantity)
        if not word.startswith(PREFIX):
            return ()
        label = word.removeprefix(PREFIX)
        resources = self._resources(label, quantity) if label in self.resources else ()
        whole = self._environments(label, quantity) if quantity == 1 or not resources else ()
        return (*whole, *resources)

    def _environments(self, label: str, quantity: int) -> tuple[AnyOf, ...]:
        candidates = self.environments.get(label)
        if candidates is None:
            return ()
        if quantity != 1:
            raise UsageError(
                f"Whole environments are taken one at a time: {PREFIX}{self.shown[label]} without x{quantity}."
            )
        word = f"{ENVIRONMENTS if label in self.resources else PREFIX}{self.shown[label]}"
        return (AnyOf(self.shown[label], 1, tuple(candidates), word),)

    def _resources(self, label: str, quantity: int, environment: str = "") -> tuple[AnyOf, ...]:
        places = self.resources.get(label, {})
        known = [of for name, of in places.items() if environment in ("", name)]
        enough = [of for of in known if 1 <= quantity <= len(of)]
        if known and not enough:
            raise self._too_many(label, quantity, known)
        shown = self.shown.get(label, label)
        return tuple(AnyOf(shown, quantity, tuple(of), f"{of[0].environment}/{PREFIX}{shown}") for of in enough)

    def _too_many(self, label: str, quantity: int, known: list[list[Target]]) -> UsageError:
        there_are = ", ".join(f"{of[0].environment} has {len(of)}" for of in known[:8])
        return UsageError(f"{PREFIX}{self.shown[label]} x{quantity} cannot be had: {there_are}.")

    def similar(self, label: str) -> tuple[str, ...]:
        """Known labels that are written like it or begin with it, best first, as they are typed."""
        folded = label.casefold()
        begin = [known for known in self.shown if folded and known.startswith(folded)]
        near = dict.fromkeys((*nearest(folded, self.shown), *begin))
        return tuple(f"{PREFIX}{self.shown[known]}" for known in near)[:MOST_SIMILAR]

    def there_are(self) -> str:
        """` Labels: any:a, any:b and more.`, with its leading space, or nothing."""
        known = [f"{PREFIX}{label}" for label in self.shown.values()]
        more = " and more" if len(known) > MOST_LABELS else ""
        return f" Labels: {', '.join(sorted(known)[:MOST_LABELS])}{more}." if known else ""
