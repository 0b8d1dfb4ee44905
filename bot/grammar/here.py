"""Where, when and by whom a line is typed: what the meaning of words depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.grammar.names import Names
from bot.grammar.targets import AnyOf, Found, Wanted
from bot.grammar.words import ALL_VERBS, ANY


@dataclass(frozen=True, slots=True)
class Here:
    """`now` is aware; `zone` and the working day are the typist's.

    priorities: those the typist may claim. people: folded name -> Slack id. verbs: what the app offers.
    """

    names: Names
    now: datetime
    zone: ZoneInfo
    workday_end: time = time(18)
    workday_start: time = time(9)
    priorities: frozenset[str] = frozenset()
    people: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    verbs: frozenset[str] = ALL_VERBS

    @property
    def local(self) -> datetime:
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local.date()

    def find_at(self, text: str, at: int) -> Found | None:
        """The target that starts at `at`, of those the app offers."""
        found = self.names.find_at(text, at)
        if found is None or ANY in self.verbs:
            return found
        offered = tuple(each for each in found.targets if not _is_new(each))
        return Found(offered, found.end) if offered else None


def _is_new(wanted: Wanted) -> bool:
    return isinstance(wanted, AnyOf) or bool(wanted.resources)
