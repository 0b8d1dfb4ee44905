"""How many messages that is, as the workspace has witnessed it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from integrations.workspace.control import Workspace
from tests.week.town import CHANNELS, PEOPLE

CHANNEL_BUDGET, PERSON_BUDGET = 40, 6
"""Messages a day in a channel, and direct messages a day to one person."""


@dataclass(slots=True)
class Witness:
    """Counts what is new each evening: messages by channel, and replies in its threads; direct messages and mentions by
    person.

    fullest: the direct messages of the person who got most in one day.
    """

    workspace: Workspace
    channels: list[int] = field(default_factory=list)
    replies: list[int] = field(default_factory=list)
    direct: list[int] = field(default_factory=list)
    mentions: list[int] = field(default_factory=list)
    fullest: list[str] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    async def evening(self) -> None:
        for channel in CHANNELS:
            fresh = (await self.workspace.messages(channel))[self._seen.get(channel, 0) :]
            self._seen[channel] = self._seen.get(channel, 0) + len(fresh)
            replies = sum(_is_reply(each) for each in fresh)
            self.channels.append(len(fresh) - replies)
            self.replies.append(replies)
        for person in PEOPLE:
            told = await self.workspace.notifications(person, after=self._seen.get(person, 0))
            self._seen[person] = max((each["id"] for each in told), default=self._seen.get(person, 0))
            direct = [each["body"] for each in told if each["channel"].startswith("D")]
            self.fullest = max(self.fullest, direct, key=len)
            self.direct.append(len(direct))
            self.mentions.append(len(told) - len(direct))

    @property
    def within_budget(self) -> bool:
        return max(self.channels) <= CHANNEL_BUDGET and max(self.direct) <= PERSON_BUDGET

    def table(self) -> str:
        rows = {
            f"messages per channel and day (budget {CHANNEL_BUDGET})": self.channels,
            "replies in its threads": self.replies,
            f"direct messages per person and day (budget {PERSON_BUDGET})": self.direct,
            "mentions in channels per person and day": self.mentions,
        }
        lines = [f"{'':56}{'mean':>7}{'p90':>7}{'max':>7}"]
        lines += [_line(name, values) for name, values in rows.items()]
        over = sum(each > PERSON_BUDGET for each in self.direct)
        lines.append(f"{over} of {len(self.direct)} days of a person are over.")
        return "\n".join(
            [*lines, "", "The most that one person got in one day:", *(f"  {each}" for each in self.fullest)]
        )


def _is_reply(message: Mapping[str, Any]) -> bool:
    """What stands in a thread alone: whoever reads the channel does not see it."""
    return message.get("thread_ts", message["ts"]) != message["ts"] and message.get("subtype") != "thread_broadcast"


def _line(name: str, values: list[int]) -> str:
    return f"{name:56}{mean(values):7.2f}{_p90(values):7}{max(values):7}"


def _p90(values: Iterable[int]) -> int:
    """The smallest value that nine in ten do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * 0.9) - 1]


def listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counts.items(), key=lambda each: -each[1]))
