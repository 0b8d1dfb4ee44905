"""Failures to groups of one cause: what is equal, what is near, what broke at one origin; open causes come first.

The order in which failures arrive changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.catalog.values import Mask
from bot.failures.fingerprint import current, examined
from bot.failures.near import Index
from bot.failures.roots import may_be_drawn
from bot.failures.rules import Rules, Says, Subject
from bot.failures.values import Cause, Failure, Fingerprint, Group, Origin

OPEN_FOR = timedelta(days=14)
"""So long after it was last seen a cause still takes in what is near to it."""

_NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class _Kind:
    """All failures that nothing tells apart. test: only where people took one out of a cause."""

    fingerprint: Fingerprint
    origin: Origin | None
    test: str

    @property
    def order(self) -> tuple[str, ...]:
        return self.fingerprint.exact, str(self.origin or ""), self.test


@dataclass(slots=True)
class _Draft:
    """A group while it fills."""

    cause: str
    origin: Origin | None
    known: bool = False
    members: list[int] = field(default_factory=list[int])
    fingerprints: dict[str, Fingerprint] = field(default_factory=dict[str, Fingerprint])


def group(
    failures: Sequence[Failure],
    *,
    open_causes: Iterable[Cause] = (),
    rules: Rules = _NO_RULES,
    project: Sequence[Mask] = (),
    now: datetime | None = None,
) -> tuple[Group, ...]:
    """Largest first. now: open causes last seen more than 14 days before are left out; None keeps all."""
    table = _Table(rules)
    for cause in sorted(open_causes, key=lambda each: each.id):
        if now is None or cause.last_seen >= now - OPEN_FOR:
            table.seed(cause)
    kinds = _kinds(failures, rules.tests_apart(), project)
    # What has an origin goes before what has none, so that the latter finds it.
    for kind in sorted(kinds, key=lambda each: (each.origin is None, -len(kinds[each]), each.order)):
        table.place(kind, kinds[kind])
    return table.groups()


def _kinds(failures: Sequence[Failure], apart: frozenset[str], project: Sequence[Mask]) -> dict[_Kind, list[int]]:
    seen: dict[Failure, _Kind] = {}
    kinds: dict[_Kind, list[int]] = defaultdict(list)
    for position, failure in enumerate(failures):
        if failure not in seen:
            test = failure.test if failure.test in apart else ""
            found = examined(failure, project)
            seen[failure] = _Kind(found.fingerprint, found.origin, test)
        kinds[seen[failure]].append(position)
    return kinds


class _Table:
    """Groups as they fill, found by id, by origin and by what is near."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._drafts: list[_Draft] = []
        self._by_cause: dict[str, int] = {}
        self._by_origin: dict[Origin, int] = {}
        self._index = Index()

    def seed(self, cause: Cause) -> None:
        number = self._opened(cause.id, cause.origin, known=True)
        for known in filter(current, cause.fingerprints):
            self._index.add(known, number)

    def place(self, kind: _Kind, members: list[int]) -> None:
        found = self._by_origin.get(kind.origin) if kind.origin else None
        by_origin = found is not None
        number = self._nearest(kind) if found is None else found
        if number is None:
            number = self._opened(_new_id(kind), kind.origin)
        apart = self._apart(kind, self._drafts[number].cause)
        if apart is not None:
            number = apart
        elif by_origin or not self._drafts[number].members:
            self._index.add(kind.fingerprint, number)
        self._join(number, kind, members)

    def groups(self) -> tuple[Group, ...]:
        filled: dict[str, list[_Draft]] = defaultdict(list)
        for draft in self._drafts:
            if draft.members:
                filled[self._rules.merged(draft.cause)].append(draft)
        groups = [self._group(cause, drafts) for cause, drafts in filled.items()]
        return tuple(sorted(groups, key=lambda each: (-len(each.members), each.cause)))

    def _nearest(self, kind: _Kind) -> int | None:
        """None as well when its words fit causes of several origins equally: that would be a guess."""
        near = [(apart, owner) for apart, owner in self._index.near(kind.fingerprint) if self._fits(owner, kind.origin)]
        if not near:
            return None
        least = min(near)[0]
        best = sorted({owner for apart, owner in near if apart == least})
        origins = {self._drafts[owner].origin for owner in best} - {None}
        return best[0] if len(origins) <= 1 else None

    def _fits(self, owner: int, origin: Origin | None) -> bool:
        known = self._drafts[owner].origin
        return origin is None or known in {None, origin} or (may_be_drawn(origin) and may_be_drawn(known))

    def _apart(self, kind: _Kind, cause: str) -> int | None:
        """Where people said that it goes instead."""
        rule = self._rules.saying(Says.SPLIT, Subject(cause, kind.fingerprint.exact, kind.test))
        if rule is None:
            return None
        known = self._by_cause.get(rule.into)
        return self._opened(rule.into, None) if known is None else known

    def _opened(self, cause: str, origin: Origin | None, *, known: bool = False) -> int:
        number = len(self._drafts)
        self._drafts.append(_Draft(cause, origin, known))
        self._by_cause.setdefault(cause, number)
        if origin is not None:
            self._by_origin.setdefault(origin, number)
        return number

    def _join(self, number: int, kind: _Kind, members: list[int]) -> None:
        draft = self._drafts[number]
        draft.members += members
        draft.fingerprints.setdefault(kind.fingerprint.exact, kind.fingerprint)
        if kind.origin is not None and (draft.origin is None or may_be_drawn(kind.origin)):
            draft.origin = draft.origin or kind.origin
            self._by_origin.setdefault(kind.origin, number)

    def _group(self, cause: str, drafts: list[_Draft]) -> Group:
        whole = next((each for each in drafts if each.cause == cause), drafts[0])
        ordered = [whole, *(each for each in drafts if each is not whole)]
        members = sorted(member for each in ordered for member in each.members)
        prints = {exact: known for each in ordered for exact, known in each.fingerprints.items()}
        known = any(each.known for each in ordered)
        return Group(cause, tuple(members), tuple(prints.values()), whole.origin, known=known)


def _new_id(kind: _Kind) -> str:
    """The fingerprint of its first kind; with its origin, where the same words have several."""
    if kind.origin is None:
        return kind.fingerprint.exact
    return hashlib.sha256(f"{kind.fingerprint.exact}\n{kind.origin}".encode(errors="surrogatepass")).hexdigest()[:16]
