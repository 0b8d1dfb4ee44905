"""How many messages a day are enough for one person, and what is left out then.

On a full day people stop reading: what they only might like to know must not bury what they have to decide. What they
get, lose, are asked to decide or have set going always comes, and so does the reminder that their time runs out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.notices.model import Envelope
from bot.notices.topics import Topic, topic_of

ENOUGH = 3
"""Direct messages to one person in one day, theirs. The budget of six leaves three for what cannot be left out."""
SPARE = frozenset({Topic.SOON, Topic.ENDED, Topic.MATES})


def within_reason(envelopes: Sequence[Envelope], told: Mapping[str, int]) -> list[Envelope]:
    """`envelopes` without what is too much for its person. Pure.

    told: how many messages they have had today; whoever is not in it wants all of them.
    """
    count, kept = Counter(told), list[Envelope]()
    for envelope in envelopes:
        topic = topic_of(envelope.notice)
        if topic in SPARE and envelope.to in told and count[envelope.to] >= ENOUGH:
            continue
        count[envelope.to] += topic is not None and envelope.not_before is None
        kept.append(envelope)
    return kept


def whom_to_count(envelopes: Iterable[Envelope]) -> set[str]:
    """Those for whom something could be left out."""
    return {envelope.to for envelope in envelopes if topic_of(envelope.notice) in SPARE}
