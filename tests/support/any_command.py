"""What six people and two pipelines may ask for next, by chance. The same chance asks for the same."""

from datetime import datetime, timedelta
from random import Random

from bot.reservations import commands as ask
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.state import State
from bot.reservations.values import AnyOf, Mode, Scope, Terms, Wanted

TEAMS = {"ana": "checkout", "ben": "checkout", "cem": "billing", "dia": "billing", "ci": None, "nightly": None}
PIPELINES = ("ci", "nightly")
PARTS = ("", "", "payments", "orders", "ledger", "payments orders")
ENVIRONMENTS = ("integration", "integration", "staging")
MINUTE = timedelta(minutes=1)
TERMS = Terms(maximum=180 * MINUTE, claim_window=5 * MINUTE, remind_before=10 * MINUTE)
ANY = AnyOf("test", 1, (Scope("integration"), Scope("staging")))
OF_A_LEASE = (ask.Release, ask.Accept, ask.Accept, ask.Pass, ask.Leave, ask.Later, ask.AcceptAhead)


def any_command(chance: Random, state: State, now: datetime, id: str) -> tuple[ask.Command, str]:
    """And who asks. `id` names what it opens. Most are about what is there, so that most are not refused."""
    person = chance.choice(sorted(TEAMS))
    roll = chance.random()
    if roll < 0.4:
        return _reserve(chance, person, id), person
    if roll < 0.65 and state.leases:
        lease = chance.choice(sorted(state.leases.values(), key=lambda lease: lease.ticket))
        return _about(chance, lease.id, lease.person, id, now), lease.person
    if roll < 0.9:
        return _of_a_place(chance, person, now, id), person
    return chance.choice([ask.Undo(person), ask.Tick(), ask.AskFor(_scope(chance), person)]), person


def _reserve(chance: Random, person: str, id: str) -> ask.Command:
    wanted = _wanted(chance, person, id)
    if chance.random() < 0.15:
        return ask.Reserve(_wanted(chance, person, id, any_of=ANY))
    return chance.choice([ask.Reserve, ask.Reserve, ask.Reserve, ask.Take, ask.Hold])(wanted)


def _wanted(
    chance: Random, person: str, id: str, *, begins: datetime | None = None, any_of: AnyOf | None = None
) -> Wanted:
    return Wanted(
        id,
        person,
        any_of.candidates[0] if any_of else _scope(chance),
        chance.choice(list(Mode)),
        chance.choice([5, 10, 30, 60]) * MINUTE,
        "by chance",
        team=TEAMS[person],
        terms=TERMS,
        ttl=10 * MINUTE if person in PIPELINES else None,
        any_of=any_of,
        begins=begins,
    )


def _scope(chance: Random) -> Scope:
    return Scope(chance.choice(ENVIRONMENTS), frozenset(chance.choice(PARTS).split()))


def _about(chance: Random, lease_id: str, person: str, id: str, now: datetime) -> ask.Command:
    roll = chance.random()
    if roll < 0.15:
        return ask.Extend(lease_id, person, chance.choice([5, 30]) * MINUTE)
    if roll < 0.25:
        to = chance.choice(sorted(TEAMS))
        return ask.Give(lease_id, person, to, id, to_team=TEAMS[to])
    if roll < 0.35:
        return ask.Heartbeat(lease_id, person)
    if roll < 0.45:
        return _of_a_run(chance, lease_id, person, now)
    return chance.choice(OF_A_LEASE)(lease_id, person)


def _of_a_run(chance: Random, lease_id: str, person: str, now: datetime) -> ask.Command:
    """It keeps the lease for a while, is over, or hands back what was taken for it."""
    run = chance.choice(["run 1", "run 2"])
    return chance.choice(
        [
            ask.PinLease(lease_id, run, now + chance.choice([10, 60]) * MINUTE),
            ask.UnpinLease(lease_id, run),
            ask.Release(lease_id, person, unless_pinned=True),
        ]
    )


def _of_a_place(chance: Random, person: str, now: datetime, id: str) -> ask.Command:
    scope, begins = _scope(chance), now + chance.choice([1, 10, 60]) * MINUTE
    window = FreezeWindow(f"F{id}", scope, begins, begins + 30 * MINUTE, "release week", person)
    return chance.choice(
        [
            ask.Book(_wanted(chance, person, id, begins=begins)),
            ask.Book(_wanted(chance, person, id, begins=begins)),
            ask.SetCondition(scope, chance.choice(list(Kind)), "broken", person),
            ask.SetCondition(scope, None, "", person),
            ask.SetCondition(scope, None, "", person),
            ask.Freeze(window),
            ask.Thaw(scope, person),
        ]
    )
