"""Whoever looks after what alone can have brought a case is called once, in the reply by which that becomes known."""

from dataclasses import replace

import pytest

from bot.cases.model import decide
from bot.catalog import parse
from bot.deployments.links import Links
from bot.failures.verdict import Verdict
from bot.grammar.words import why_taken
from bot.notices.casework import CaseEvidence, CaseLine
from bot.ports.telemetry import Sources
from bot.reactions.cases import CaseStory
from handlers.views.render import render
from tests.support.cases import TOLD
from tests.unit.cases.test_model import GREEN, after, cause, run, suspecting

CATALOG = parse(
    TOLD.replace(b"orders: { description: orders }", b"orders: { owners: [ben] }"), "catalog", why_taken=why_taken
)
STORY = CaseStory("T1", lambda: CATALOG, Links(Sources((), (), ()), lambda: CATALOG))
OF_PAYMENTS, OF_ORDERS = ("U0ANA", "U0BEN"), ("U0BEN",)

UNCLEAR = cause("eur", "a", "b", verdict=Verdict.CANNOT_SAY)
PAYMENTS, ORDERS = (replace(cause("eur", "a", "b"), evidence=suspecting(name)) for name in ("payments", "orders"))


def called(found, cases):
    """In replies, and whoever has been by now because of each service."""
    [step] = decide(found, cases)
    replies = [each.notice for each in STORY(step) if isinstance(each.notice, CaseEvidence | CaseLine)]
    for each in replies:
        assert ("evidence points to what was deployed there" in str(render(each).blocks)) is bool(each.owners)
    mentioned = {service: STORY.mentioned(step.after, service) for service in ("payments", "orders")}
    return [each.owners for each in replies], mentioned


@pytest.mark.parametrize(
    ("earlier", "found", "now"),
    [
        pytest.param([], run(5, PAYMENTS), OF_PAYMENTS, id="as it opens"),
        pytest.param([run(5, PAYMENTS)], run(6, PAYMENTS), (), id="met again"),
        pytest.param([run(5, UNCLEAR)], run(6, PAYMENTS), OF_PAYMENTS, id="explained later"),
        pytest.param([run(5, PAYMENTS), GREEN], run(7, PAYMENTS), (), id="back with the same"),
        pytest.param([run(5, PAYMENTS), GREEN], run(7, ORDERS), OF_ORDERS, id="back with another"),
    ],
)
def test_owners_are_called_once_it_is_known_that_their_service_brought_it(earlier, found, now):
    service = found.causes[0].evidence.suspects[0].deployment.service
    replies, mentioned = called(found, after(*earlier))
    assert replies == [now]
    assert mentioned[service] == {"payments": OF_PAYMENTS, "orders": OF_ORDERS}[service]
