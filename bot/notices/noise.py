"""How many messages a day are enough for one person, and what becomes of the rest.

On a full day people stop reading: what they only might like to know must not bury what they have to decide. What they
get, lose or are asked to decide always comes at once, and so do the reminder that their time runs out and what is not
well of what they set going. The rest shares one message, which is edited: nothing is lost, and it rings once. Where
that would be one too many it waits for the next morning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.notices.deploying import DeploymentReceipt, DeploymentReplaced, DeploymentTurn
from bot.notices.model import AlsoToday, DoneForYou, Envelope, Kept, KeptForRun, LeaseEnded, Notice, TurnSoon
from bot.notices.running import SuiteCard, SuiteEnded

BUDGET = 6
"""Direct messages a day to one person: half of them for what cannot share one."""
ENOUGH = 3
"""After so many, of whatever kind, all that can share a message does."""
BY_THEMSELVES = 2
"""So many that could share one come as they are before that; the one they share is the third."""
ALSO = ":also"
"""At the end of the id of the shared message, after that of what it tells newly."""
OF_A_RUN = 2
"""Its card and what came of it. Where there is no room for both, the latter alone is told."""
SHARING = (
    DeploymentReceipt,
    DeploymentReplaced,
    DeploymentTurn,
    DoneForYou,
    KeptForRun,
    LeaseEnded,
    SuiteCard,
    SuiteEnded,
    TurnSoon,
)
"""Notices that may share a message, unless what they tell is not well, or new to whom it takes something from."""


@dataclass(frozen=True, slots=True)
class Today:
    """One person's day so far. told: messages they have had; easy: how many of them are of a kind in `SHARING`.

    card: of the one that the rest shares. also: what it says by now, oldest first; empty where it does not stand yet.
    morning: when their next working day begins.
    """

    told: int
    easy: int
    card: str
    morning: datetime
    also: tuple[Kept, ...] = ()

    @property
    def left(self) -> int:
        """How many more may come by themselves of what could share a message."""
        return min(ENOUGH - self.told, BY_THEMSELVES - self.easy)

    @property
    def over(self) -> bool:
        """Whether even the message that is shared would be too much."""
        return self.told >= BUDGET and not self.also


def within_reason(
    envelopes: Sequence[Envelope], days: Mapping[str, Today], *, fresh: Collection[str] = (), now: datetime
) -> list[Envelope]:
    """`envelopes`, with what is too much for its person put together. Pure.

    days: of each person; whoever is not in it wants all of them as they are. fresh: cards of which no message stands
    yet: all others are edits, and ring for nobody.
    """
    days, shared, kept = dict(days), dict[str, int](), list[Envelope]()
    for envelope in envelopes:
        day = days.get(envelope.to)
        if day is None or not _rings(envelope, fresh):
            kept.append(envelope)
        elif isinstance(envelope.notice, SuiteCard) and day.left < OF_A_RUN:
            continue
        elif _may_share(envelope) and day.over:
            kept.append(replace(envelope, not_before=day.morning))
        elif _may_share(envelope) and day.left < 1:
            days[envelope.to] = day = _with(day, Kept(now, envelope.notice))
            at = shared.setdefault(envelope.to, len(kept))
            kept[at : at + 1] = [_together(envelope, day)]
        else:
            days[envelope.to] = _after(day, envelope.notice)
            kept.append(envelope)
    return kept


def whom_to_count(envelopes: Iterable[Envelope]) -> set[str]:
    """Those for whom something may not be a message of its own."""
    return {each.to for each in envelopes if _may_share(each) or isinstance(each.notice, SuiteCard)}


def can_share(notice: Notice) -> bool:
    """What asks for nothing and takes nothing away: it may stand in one message with others."""
    match notice:
        case LeaseEnded(how=how, reminded=reminded):
            return reminded and how == "expired"
        case TurnSoon() | KeptForRun() | DoneForYou() | DeploymentTurn() | DeploymentReplaced():
            return True
        case DeploymentReceipt(deployment=deployment):
            return not deployment.doubts
        case SuiteEnded(run=run):
            return run.verdict == "passed"
        case _:
            return False


def _may_share(envelope: Envelope) -> bool:
    """A reply in a thread is for a channel."""
    return envelope.thread is None and can_share(envelope.notice)


def _after(day: Today, notice: Notice) -> Today:
    return replace(day, told=day.told + 1, easy=day.easy + isinstance(notice, SHARING))


def _rings(envelope: Envelope, fresh: Collection[str]) -> bool:
    """Not an edit, nor what is held back and told with others later on."""
    return envelope.not_before is None and (envelope.card is None or envelope.card in fresh)


def _with(day: Today, news: Kept) -> Today:
    return replace(day, told=day.told + (not day.also), also=(*day.also, news))


def _together(newest: Envelope, day: Today) -> Envelope:
    """Always final: a card of that kind waits for no other edit, and slows down none."""
    return Envelope(f"{newest.id}{ALSO}", newest.to, AlsoToday(day.also), card=day.card, final=True)
