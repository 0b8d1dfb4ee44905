"""What people said about causes, and what follows from it. Pure: the time is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import UsageError


class Says(StrEnum):
    """KNOWN: this cause is known as `reference`. SPLIT: this is a cause of its own, `into`. MERGE: this cause is the
    same as `into`. NOT_FLAKY: whatever its history looks like. QUARANTINE: it is reported and turns nothing red.
    """

    KNOWN = "known issue"
    SPLIT = "split"
    MERGE = "merge"
    NOT_FLAKY = "not flaky"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule holds. An empty name means every suite, or every environment."""

    suite: str = ""
    environment: str = ""

    def holds_in(self, suite: str, environment: str) -> bool:
        return self.suite in {"", suite} and self.environment in {"", environment}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whereof a rule speaks: a cause by its id, a fingerprint by its exact key, a test. What is empty is any."""

    cause: str = ""
    fingerprint: str = ""
    test: str = ""

    def covers(self, other: Subject) -> bool:
        pairs = ((self.cause, other.cause), (self.fingerprint, other.fingerprint), (self.test, other.test))
        return all(mine in {"", theirs} for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that one person said, until it expires or is undone.

    into: the cause of a split or a merge. reference: a ticket or a link. owner: who looks after what is quarantined.
    """

    id: str
    says: Says
    about: Subject
    scope: Scope
    author: str
    made_at: datetime
    into: str = ""
    reference: str = ""
    owner: str = ""
    reason: str = ""
    expires_at: datetime | None = None
    undone_at: datetime | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for a rule that would speak of everything, or lacks what it needs."""
        if self.about == Subject():
            raise UsageError("A rule speaks of a cause, a fingerprint or a test; this one names none.")
        if self.says in {Says.SPLIT, Says.MERGE} and not self.into:
            raise UsageError(f"To {self.says} needs a cause to go into.")
        if self.says is Says.MERGE and self.about.cause in {"", self.into}:
            raise UsageError("Two different causes are merged, one into the other.")
        if self.says is Says.QUARANTINE and not (self.owner and self.reason and self.expires_at):
            raise UsageError("A quarantine has an owner, a reason and an end.")

    def in_force(self, now: datetime) -> bool:
        if self.made_at > now or (self.expires_at is not None and self.expires_at <= now):
            return False
        return self.undone_at is None or now < self.undone_at


class Rules:
    """Those that hold in one suite and environment at one time. Of two that disagree the later one counts."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = sorted(rules, key=lambda rule: (rule.made_at, rule.id), reverse=True)

    @classmethod
    def for_run(cls, rules: Iterable[Rule], suite: str, environment: str, now: datetime) -> Rules:
        return cls(rule for rule in rules if rule.in_force(now) and rule.scope.holds_in(suite, environment))

    def any(self, says: Says) -> bool:
        return any(rule.says is says for rule in self._rules)

    def saying(self, says: Says, about: Subject) -> Rule | None:
        """The latest one that says so of it."""
        return next(self._of(says, about), None)

    def naming(self, tests: Mapping[str, str]) -> Rules:
        """The same, in which tests bear other names."""
        return Rules(
            replace(rule, about=replace(rule.about, test=tests[rule.about.test])) if rule.about.test in tests else rule
            for rule in self._rules
        )

    def tests_apart(self) -> frozenset[str]:
        """Tests that a split takes out of their cause."""
        return frozenset(rule.about.test for rule in self._rules if rule.says is Says.SPLIT and rule.about.test)

    def split_from(self, cause: str) -> tuple[str, ...]:
        """What people split it off."""
        return tuple(rule.about.cause for rule in self._rules if rule.says is Says.SPLIT and rule.into == cause)

    def merged(self, cause: str) -> str:
        """What the cause is part of by now. Merges in a circle end where they began to repeat."""
        met: list[str] = []
        while cause not in met:
            met.append(cause)
            rule = self.saying(Says.MERGE, Subject(cause=cause))
            cause = rule.into if rule else cause
        return min(met[met.index(cause) :])

    def _of(self, says: Says, about: Subject) -> Iterator[Rule]:
        return (rule for rule in self._rules if rule.says is says and rule.about.covers(about))
