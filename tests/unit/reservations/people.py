"""Who takes part in random histories, and what they may ask for."""

from dataclasses import replace
from datetime import time

import hypothesis.strategies as st

from bot.catalog.values import Hours
from bot.reservations import commands as ask
from bot.reservations.values import AnyOf, Scope, Terms
from tests.unit.reservations.story import MINUTE

TEAMS = {"ana": "checkout", "ben": "checkout", "cem": "billing", "dia": "billing", "eli": None, "fay": None}
PEOPLE = st.sampled_from(sorted(TEAMS))
TERMS = Terms(maximum=180 * MINUTE, claim_window=5 * MINUTE, remind_before=10 * MINUTE)
MORNINGS = replace(TERMS, hours=Hours(start=time(8), end=time(11), days=frozenset(range(7))))
NIGHTS = replace(TERMS, hours=Hours("Asia/Tokyo", time(15), time(19)))

ENVIRONMENTS = st.sampled_from(["integration", "integration", "integration", "staging", "perf"])
SERVICES = st.sampled_from(["", "", "payments", "orders", "ledger", "payments orders", "orders ledger"])
ACCOUNTS = ("gold1", "gold2", "gold3")
LENGTHS = st.sampled_from([5, 10, 11, 30, 60, 180]).map(lambda minutes: minutes * MINUTE)
PAUSES = st.sampled_from([0, 0, 1, 4, 5, 15, 45, 600]).map(lambda minutes: minutes * MINUTE)
RANKS = st.sampled_from([3, 3, 3, 3, 2, 1])
TTLS = st.sampled_from([None, None, None, None, 10 * MINUTE])
PICKS = st.integers(0, 1_000)

_OF_SERVICES = st.builds(lambda name, services: Scope(name, frozenset(services.split())), ENVIRONMENTS, SERVICES)
_OF_ACCOUNTS = st.sampled_from(ACCOUNTS).map(lambda account: Scope("integration", resources=frozenset({account})))
SCOPES = st.one_of(_OF_SERVICES, _OF_SERVICES, _OF_SERVICES, _OF_ACCOUNTS)

_SOME_ENVIRONMENT = AnyOf("test", 1, tuple(Scope(name) for name in ("integration", "perf", "staging")))
_ACCOUNTS = tuple(Scope("integration", resources=frozenset({account})) for account in ACCOUNTS)
ANY_OF = st.sampled_from([_SOME_ENVIRONMENT, AnyOf("gold", 1, _ACCOUNTS), AnyOf("gold", 2, _ACCOUNTS)])

Verb = type[ask.Release | ask.Accept | ask.Pass | ask.Leave | ask.Later | ask.AcceptAhead]
VERBS: st.SearchStrategy[Verb] = st.sampled_from(
    [ask.Release, ask.Accept, ask.Accept, ask.Pass, ask.Leave, ask.Later, ask.AcceptAhead]
)


def terms_of(person: str) -> Terms:
    """Two of them keep working hours: in the morning, and far in the east, which is the morning too: where two are never
    at work at once, each is silent without a miss, forever.
    """
    return {"eli": MORNINGS, "fay": NIGHTS}.get(person, TERMS)
