"""A team whose runs become cases, as tests say what was deployed, what is well and where pages are."""

from datetime import timedelta
from typing import Any

from bot.cases.desk import Desk
from bot.cases.excuses import ByRules
from bot.cases.rulings import Rulings
from bot.cases.service import Cases
from bot.cases.store import Store
from bot.deployments.links import Links
from bot.failures.situation import Deployed, Probe
from bot.ports.pipelines import RunState
from bot.ports.telemetry import Known, Sources
from bot.reactions.cases import CaseStory
from tests.support.suites import ANA, CATALOG, GREEN, begun, ended

GREEN_AGAIN = GREEN.replace(b'"test_a"', b'"test_a[EUR]"')
CHANNEL = "#integration"
TOLD = CATALOG.replace(
    b"services: [payments, orders] }", b'services: [payments, orders], announce: "#integration" }'
).replace(b"payments: { description: cards }", b"payments: { description: cards, owners: [checkout] }")


class Around:
    """What was deployed, and what is well, as the tests say it."""

    def __init__(self):
        self.came: tuple[Deployed, ...] = ()
        self.seen: tuple[Probe, ...] = ()

    def deployed(self, session, environment, since):
        assert session.is_active
        return tuple(each for each in self.came if environment == "integration" and each.start >= since)

    def probes(self, session, environment):
        assert session.is_active
        return self.seen if environment == "integration" else ()


class Pages:
    """A source whose pages say in their address what they are asked for."""

    def logs_link(self, query):
        return f"https://logs.example.com/{','.join(query.services)}"


def links(team):
    return Links(Sources((Known("here", "otel", Pages()),), (), ()), lambda: team.catalog)  # pyright: ignore[reportArgumentType] - links are all that is asked of it


def with_cases(team: Any) -> Any:
    """The same team, which makes cases of what it runs."""
    store, team.around = Store(team.database, "T1"), Around()
    catalog = {"catalog": lambda: team.catalog, "clock": team.clock}
    desk = Desk(store, team.around, tell=CaseStory("T1", lambda: team.catalog, links(team)), **catalog)
    team.moves.then = desk.go_on
    team.found.then, team.excuses.then = desk, ByRules(team.database, desk, team.clock)
    about = {"clock": team.clock, "wake": lambda: None}
    team.cases, team.rulings = Cases(store, desk, **about), Rulings(store, desk, **about)
    return team


async def runs(team, report, state=RunState.FAILED):
    team.count = getattr(team, "count", 0) + 1
    return await ended(team, await begun(team, request=f"r{team.count}"), state, report)


def deployed(team, version="1.5.0"):
    at = team.clock.now()
    team.around.came += (Deployed(f"D{version}", "payments", "1.4.2", version, at, at, ANA),)
    team.runs.versions = {"payments": version}
    team.clock.advance(timedelta(minutes=1))
