"""Where, when and by whom a line is typed: what the meaning of words depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.grammar.names import Names


@dataclass(frozen=True, slots=True)
class Here:
    """`now` is aware; `zone` and the working day are the typist's.

    priorities: those the typist may claim. people: folded name -> Slack id. groups: the same of user groups.
    """

    names: Names
    now: datetime
    zone: ZoneInfo
    workday_end: time = time(18)
    workday_start: time = time(9)
    priorities: frozenset[str] = frozenset()
    people: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def local(self) -> datetime:
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local.date()
