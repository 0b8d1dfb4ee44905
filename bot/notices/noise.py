"""How many messages a day are enough for one person, and what becomes of the rest.

On a full day people stop reading: what they only might like to know must not bury what they have to decide. What they
get, lose or are asked to decide always comes at once, and so do what is not well of what they set going and the
reminder that their time runs out, while somebody waits for it or the day is not full. The rest rings twice a day at
most: the first of it begins a message into which all but one of what follows is written, so that nothing is lost. Where
that message would be one too many it waits for the next morning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.notices.deploying import DeploymentReceipt, DeploymentReplaced, DeploymentTurn
from bot.notices.model import (
    AlsoToday,
    DoneForYou,
    Envelope,
    Kept,
    KeptForRun,
    LeaseEnded,
    LeaseEnding,
    Notice,
    TurnSoon,
)
from bot.notices.questions import QuestionOver
from bot.notices.running import SuiteCard, SuiteEnded

BUDGET = 6
"""Direct messages a day to one person."""
OF_THE_EASY = 2
"""So many of them ring for what can share one, at most; the others are for what cannot."""
ENOUGH = 3
"""After so many, of whatever kind, all that can share a message does."""
FULL = 4
"""After so many a reminder for which nobody waits does not ring: what ends then can be had again at once."""
OF_A_RUN = 2
"""Its card and what came of it. Where there is no room for both, the latter alone is told."""
WORTH_A_CARD = 600
"""Seconds that a run takes at least, if anybody knows: whoever began a shorter one has the answer before them yet."""
SHOWN = 15
"""So many of its entries the shared message keeps, the newest; of older ones it keeps how many there were."""
ALSO = ":also"
"""At the end of the id of what is told in the shared message, after that of the news itself."""
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


OUTCOMES = (DeploymentReceipt, SuiteEnded)
"""What came of something that somebody set going: they wait for it."""
NOTHING = AlsoToday(())


@dataclass(frozen=True, slots=True)
class Today:
    """One person's day so far. told: messages they have had; easy: how many of them are of a kind in `SHARING`.

    card: of the one that the rest shares. also: what it says by now; it does not stand yet where that says nothing.
    morning: when their next working day begins.
    """

    told: int
    easy: int
    card: str
    morning: datetime
    also: AlsoToday = NOTHING

    @property
    def stands(self) -> bool:
        """The message that the rest shares."""
        return bool(self.also.kept)

    @property
    def over(self) -> bool:
        """Whether what can share one has to wait: the last message of a day is for what cannot."""
        return self.told >= BUDGET - 1 and not self.stands

    @property
    def full(self) -> bool:
        return self.told >= FULL and self.stands

    def comes_by_itself(self, notice: Notice) -> bool:
        """Of what can share a message: beside that one, what came of something that they set going. A run may have its
        card before that.
        """
        rang = self.easy + self.stands
        if isinstance(notice, SuiteCard):
            is_long = notice.run.expected == 0 or notice.run.expected >= WORTH_A_CARD
            return is_long and rang == 0 and self.told + OF_A_RUN <= ENOUGH
        return isinstance(notice, OUTCOMES) and self.stands and rang < OF_THE_EASY and self.told < ENOUGH


def within_reason(
    envelopes: Sequence[Envelope], days: Mapping[str, Today], *, fresh: Collection[str] = (), now: datetime
) -> list[Envelope]:
    """`envelopes`, with what is too much for its person put together. Pure.

    days: of each person; whoever is not in it wants all of them as they are. fresh: cards of which no message stands
    yet: all others are edits, and ring for nobody.
    """
    days, kept = dict(days), list[Envelope]()
    for envelope in envelopes:
        day = days.get(envelope.to)
        if day is None or not _rings(envelope, fresh):
            kept.append(envelope)
            continue
        told, days[envelope.to] = _told(envelope, day, now)
        kept += [told] if told else []
    return kept


def _told(envelope: Envelope, day: Today, now: datetime) -> tuple[Envelope | None, Today]:
    """As what it is told on such a day, and the day after that; None for a card of a run that is not shown."""
    if isinstance(envelope.notice, QuestionOver):
        after = _answered(day, envelope.notice)
        return (envelope if after == day else _together(envelope, after)), after
    is_card = isinstance(envelope.notice, SuiteCard)
    shares = _may_share(envelope) or (day.full and _nobody_waits(envelope.notice))
    if not (is_card or shares) or day.comes_by_itself(envelope.notice):
        return envelope, _after(day, envelope.notice)
    if is_card:
        return None, day
    if day.over:
        return replace(envelope, not_before=day.morning), day
    day = _with(day, Kept(now, envelope.notice))
    return _together(envelope, day), day


def whom_to_count(envelopes: Iterable[Envelope]) -> set[str]:
    """Those for whom something may not be a message of its own, or is over that was told in the one that is shared."""
    counted = (SuiteCard, QuestionOver)
    return {
        each.to
        for each in envelopes
        if _may_share(each) or _nobody_waits(each.notice) or isinstance(each.notice, counted)
    }


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


def _nobody_waits(notice: Notice) -> bool:
    return isinstance(notice, LeaseEnding) and notice.alone


def _may_share(envelope: Envelope) -> bool:
    """A reply in a thread is for a channel."""
    return envelope.thread is None and can_share(envelope.notice)


def _after(day: Today, notice: Notice) -> Today:
    return replace(day, told=day.told + 1, easy=day.easy + isinstance(notice, SHARING))


def _rings(envelope: Envelope, fresh: Collection[str]) -> bool:
    """Not an edit, nor what is held back and told with others later on."""
    return envelope.not_before is None and (envelope.card is None or envelope.card in fresh)


def _with(day: Today, news: Kept) -> Today:
    kept = (*day.also.kept, news)
    also = AlsoToday(kept[-SHOWN:], day.also.earlier + len(kept[:-SHOWN]))
    return replace(day, told=day.told + (not day.stands), also=also)


def _answered(day: Today, over: QuestionOver) -> Today:
    """What asked something is followed by what came of it, where it stands."""
    kept = (replace(each, notice=over) if _asked(each.notice, over) else each for each in day.also.kept)
    return replace(day, also=replace(day.also, kept=tuple(kept)))


def _asked(notice: Notice, over: QuestionOver) -> bool:
    match notice:
        case TurnSoon(lease=lease):
            return over.asked == "soon" and over.lease is not None and over.lease.lease_id == lease.lease_id
        case LeaseEnding(lease=lease):
            return over.asked == "reminder" and over.lease is not None and over.lease.lease_id == lease.lease_id
        case DeploymentTurn(deployment=begun):
            place = (over.environment, over.service, over.version)
            return over.asked == "turn" and place == (begun.environment, begun.service, begun.version)
        case _:
            return False


def _together(news: Envelope, day: Today) -> Envelope:
    """Always final: a card of that kind waits for no other edit, and slows down none."""
    return Envelope(f"{news.id}{ALSO}", news.to, day.also, card=day.card, final=True)
