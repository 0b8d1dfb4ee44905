"""What must be true of a workspace when all is quiet, whatever failed before. Pure: evidence in, violations out.

The rules stand here a second time, in other words than the program's, so that one mistake cannot hide in both.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from bot.reservations import events as happened
from bot.reservations.events import Recorded
from bot.reservations.folding import evolve
from bot.reservations.state import State
from bot.reservations.values import Status, Token
from tests.support.evidence import Asked, Evidence, Said, Sent
from tests.support.lives import unlawful

Violations = Iterator[str]
GRANTS = (happened.LeaseGranted, happened.OfferAccepted, happened.LeaseStarted, happened.LeaseChanged)
TOLD = (*GRANTS, happened.LeaseOffered, happened.LeaseReleased, happened.LeaseExpired, happened.LeaseExtended)


def violations(evidence: Evidence, *, excused: Callable[[Asked], bool] = lambda _: False) -> list[str]:
    """Everything that is not as it must be. `excused`: may have been lost between receiving and handling."""
    return [
        *gaps(evidence.log),
        *unlawful(evidence.log),
        *tokens_out_of_order(evidence.log),
        *untold(evidence.log, evidence.outbox),
        *undelivered(evidence.outbox),
        *misdelivered(evidence.outbox, evidence.said, evidence.shown),
        *broken_promises(evidence.log, evidence.asked),
        *false_denials(evidence.log, evidence.asked),
        *hindsight(evidence.log, evidence.asked),
        *forgotten(evidence.log, [asked for asked in evidence.asked if not excused(asked)]),
    ]


def gaps(log: Sequence[Recorded]) -> Violations:
    """Seqs are dense from 1; neither the epoch nor the time goes back."""
    for expected, recorded in enumerate(log, 1):
        if recorded.seq != expected:
            yield f"seq {expected} is missing: {recorded.seq} follows"
            return
    for one, other in pairwise(log):
        if other.epoch < one.epoch or other.at < one.at:
            yield f"seq {other.seq} is of an earlier epoch or time than the one before it"


def tokens_out_of_order(log: Sequence[Recorded]) -> Violations:
    """Each grant has a token larger than every one before it."""
    tokens = [Token(recorded.epoch, recorded.seq) for recorded in log if isinstance(recorded.event, GRANTS)]
    for one, other in pairwise(tokens):
        if other <= one:
            yield f"token {other} follows {one}"


def untold(log: Sequence[Recorded], outbox: Sequence[Sent]) -> Violations:
    """What concerns others was written into the outbox with the event."""
    seqs = {sent.id.split(":")[1] for sent in outbox}
    for recorded in log:
        if isinstance(recorded.event, TOLD) and str(recorded.seq) not in seqs:
            yield f"seq {recorded.seq}: nobody is told of {type(recorded.event).__name__}"


def undelivered(outbox: Sequence[Sent]) -> Violations:
    for sent in outbox:
        if sent.stage not in ("sent", "superseded"):
            yield f"{sent.id} is {sent.stage}"


def misdelivered(outbox: Sequence[Sent], said: Sequence[Said], shown: Mapping[str, int]) -> Violations:
    """One message for each card and each envelope without one, where SQL says; and no other message of the outbox."""
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    newest: dict[str, str] = {}
    for sent in outbox:
        if sent.stage == "sent":
            places[sent.card or sent.id].add((sent.channel or "", sent.ts or ""))
            newest[sent.card or sent.id] = sent.id
            if not shown.get(sent.id):
                yield f"{sent.id} counts as sent, and never took effect"
    there = {(each.channel, each.ts): each.outbox_id for each in said if each.outbox_id}
    for what, where in places.items():
        if len(where) != 1:
            yield f"{what} stands in {len(where)} messages"
        elif there.pop(next(iter(where)), None) != newest[what]:
            yield f"{what} does not stand where SQL says, or does not say the newest"
    for (channel, ts), id in there.items():
        yield f"a message too many in {channel} at {ts}: {id}"
    for id, times in Counter(each.outbox_id for each in said if each.outbox_id).items():
        if times > 1:
            yield f"{id} was delivered {times} times"


PROMISES: Sequence[tuple[re.Pattern[str], tuple[type, ...]]] = (
    (re.compile(r"You are \S+ in line for "), (happened.LeaseQueued,)),
    (re.compile(r":unlock: Released "), (happened.LeaseReleased,)),
    (re.compile(r" is yours until .* now\."), (happened.LeaseExtended,)),
    (re.compile(r":wave: You left the queue for "), (happened.LeaseCancelled,)),
    (re.compile(r"You passed on "), (happened.OfferReturned, happened.LeaseCancelled)),
)
TOKEN = re.compile(r"is yours, .*Token `(\d+)\.(\d+)`", re.DOTALL)
PROGRESS = ("Recorded, confirming", "Still working on it")


def broken_promises(log: Sequence[Recorded], asked: Iterable[Asked]) -> Violations:
    """Every answer that promised something is in the log, with the token it named."""
    of = _by_request(log)
    grants = {(each.epoch, each.seq) for each in log if isinstance(each.event, GRANTS)}
    for one in asked:
        for text in map(_text, one.answers):
            if (token := TOKEN.search(text)) and (int(token[1]), int(token[2])) not in grants:
                yield f"{one.person} was told of token {token[1]}.{token[2]} for {one.what!r}, and nobody got it"
            if not _kept(text, of[one.request]):
                yield f"{one.person} was told {text[:80]!r} for {one.what!r}, and the log does not know of it"


def _kept(text: str, led_to: Sequence[Recorded]) -> bool:
    promised = [kinds for pattern, kinds in PROMISES if pattern.search(text)]
    return all(any(isinstance(each.event, kinds) for each in led_to) for kinds in promised)


def false_denials(log: Sequence[Recorded], asked: Iterable[Asked]) -> Violations:
    """Nobody is told that nothing was changed when something was."""
    of = _by_request(log)
    for one in asked:
        if of[one.request] and any("othing was changed" in _text(answer) for answer in one.answers):
            yield f"{one.person} was told that nothing was changed by {one.what!r}, and it was: {of[one.request][0]}"


def hindsight(log: Sequence[Recorded], asked: Iterable[Asked]) -> Violations:
    """No line that is handled late, or once more, ends or changes what was asked for after it was typed."""
    at = {one.request: one.at for one in asked}
    entered: dict[str, float] = {}
    for recorded in log:
        payload, lease_id = _named(recorded.request_id)
        if isinstance(recorded.event, happened.LeaseGranted | happened.LeaseQueued):
            entered[recorded.event.wanted.id] = at.get(payload, 0.0)
        elif (meant := lease_id or _by_hand(recorded.event)) in entered and at.get(payload, math.inf) < entered[
            meant
        ] - 2:
            yield f"seq {recorded.seq}: {recorded.request_id} meant {meant}, which was asked for later"


def _by_hand(event: happened.Event) -> str:
    """The lease that a line without a lease id has ended or changed."""
    return event.lease_id if isinstance(event, happened.LeaseReleased | happened.LeaseExtended) else ""


def forgotten(log: Sequence[Recorded], asked: Iterable[Asked]) -> Violations:
    """What was acknowledged ended in an answer, or in events. (An answer may be lost, what it said may not.)"""
    of = _by_request(log)
    for one in asked:
        if one.acked and not of[one.request] and not answers(one):
            yield f"{one.person}'s {one.what!r} was acknowledged, and nothing came of it ({one.request})"


def repeated_answers(asked: Iterable[Asked]) -> Violations:
    for one in asked:
        if len(answers(one)) > 1:
            yield f"{one.person}'s {one.what!r} was answered {len(answers(one))} times"


def answers(asked: Asked) -> list[str]:
    """What was said in the end; words about how it goes are no answer."""
    return [text for text in map(_text, asked.answers) if not text.startswith(PROGRESS)]


def folded(log: Iterable[Recorded]) -> State:
    state = State()
    for recorded in log:
        state = evolve(state, recorded)
    return state


LINES = (
    (re.compile(r"^:(?:lock|busts_in_silhouette): (?P<part>.*?)<@(?P<who>\w+)>"), Status.ACTIVE),
    (re.compile(r"^:bell: (?P<part>.*?)<@(?P<who>\w+)> is being asked"), Status.OFFERED),
    (re.compile(r"^\d+\. <@(?P<who>\w+)> · (?P<part>.*?)(?:exclusive|shared) for "), Status.QUEUED),
)
MORE = re.compile(r"… and (\d+) more")


def misread(state: State, environment: str, board: str) -> Violations:
    """The board's text of one environment against the state. A crowded board shows the first lines only."""
    real = Counter((x.status, ", ".join(sorted(x.scope.services)), x.person) for x in state.within(environment))
    lines = Counter(filter(None, map(_line, board.splitlines())))
    for line in lines - real:
        yield f"the board of {environment} shows {line}, which is not so"
    if not MORE.search(board):
        for line in real - lines:
            yield f"the board of {environment} does not show {line}"


def _line(line: str) -> tuple[Status, str, str] | None:
    """How it stands, the services (or "" for all), and the person."""
    for pattern, status in LINES:
        if found := pattern.match(line.strip()):
            return status, found["part"].removesuffix(" · "), found["who"]
    return None


def _by_request(log: Iterable[Recorded]) -> Mapping[str, list[Recorded]]:
    """Events by the payload's request id: a payload may do several things, each with its own suffix."""
    of: dict[str, list[Recorded]] = defaultdict(list)
    for recorded in log:
        of[_named(recorded.request_id)[0]].append(recorded)
    return of


def _named(request_id: str) -> tuple[str, str]:
    """The payload's request id, and the lease that it acted on, if it named one."""
    found = re.match(r"(.*?):(?:reserve|release|extend|accept|decline|leave)(?::(L\w+))?$", request_id)
    return (found[1], found[2] or "") if found else (request_id, "")


def _text(answer: Mapping[str, Any]) -> str:
    """The sentence first, then whatever the blocks say besides."""
    words = str(answer.get("text", ""))
    return f"{words}\n{json.dumps(answer.get('blocks') or [], ensure_ascii=False)}"
