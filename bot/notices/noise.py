"""How many messages a day are enough for one person, and what is left out then.

On a full day people stop reading: what they only might like to know must not bury what they have to decide. What they
get, lose or are asked to decide always comes, what is not well of what they set going, and the reminder that their time
runs out. That it goes well they can read on its card.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.notices.model import DeploymentCard, DeploymentReceipt, DeploymentTurn, Envelope, Notice, SuiteCard, SuiteEnded
from bot.notices.topics import Topic, topic_of

ENOUGH = 3
"""Direct messages to one person in one day, theirs. The budget of six leaves three for what cannot be left out."""
ENOUGH_OF_GOOD = 4
"""From then on what goes well is read on its card; a run that is green after a red one is still told of."""
SPARE = frozenset({Topic.SOON, Topic.ENDED, Topic.MATES})


def within_reason(
    envelopes: Sequence[Envelope], told: Mapping[str, int], fresh: Collection[str] = frozenset()
) -> list[Envelope]:
    """`envelopes` without what is too much for its person. Pure.

    told: how many messages they have had today; whoever is not in it wants all of them. fresh: cards of runs that do
    not stand yet. On a full day a run has none, and what came of it is told all the same.
    """
    full = {person for person, count in told.items() if count >= ENOUGH}
    some = [each for each in envelopes if each.to not in full or each.card not in fresh]
    cards = set(filter(None, (_shown(envelope.notice) for envelope in some)))
    count, kept = Counter(told), list[Envelope]()
    for envelope in some:
        topic = topic_of(envelope.notice)
        good = _on_its_card(envelope.notice) in cards
        most = ENOUGH if topic in SPARE else ENOUGH_OF_GOOD if good else math.inf
        if envelope.to in told and count[envelope.to] >= most:
            continue
        count[envelope.to] += topic is not None and envelope.not_before is None
        kept.append(envelope)
    return kept


def whom_to_count(envelopes: Iterable[Envelope]) -> set[str]:
    """Those for whom something could be left out."""
    return {envelope.to for envelope in envelopes if _might_go(envelope.notice)}


def cards_of_runs(envelopes: Iterable[Envelope]) -> set[str]:
    return {envelope.card for envelope in envelopes if envelope.card and isinstance(envelope.notice, SuiteCard)}


def _might_go(notice: Notice) -> bool:
    return bool(_on_its_card(notice)) or topic_of(notice) in SPARE or isinstance(notice, SuiteCard)


def _on_its_card(notice: Notice) -> str:
    """The deployment or run whose card says as much, and nothing is to be decided; empty for all other notices."""
    match notice:
        case DeploymentTurn(deployment=deployment):
            return deployment.deployment_id
        case DeploymentReceipt(deployment=deployment) if not deployment.doubts:
            return deployment.deployment_id
        case SuiteEnded(run=run) if run.verdict == "passed" and not run.excused:
            return run.run_id
        case _:
            return ""


def _shown(notice: Notice) -> str:
    """The deployment or run whose card says the same."""
    match notice:
        case DeploymentCard(deployment=deployment):
            return deployment.deployment_id
        case SuiteCard(run=run):
            return run.run_id
        case _:
            return ""
