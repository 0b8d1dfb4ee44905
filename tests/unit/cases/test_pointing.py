"""What a question is told of its cause."""

from datetime import timedelta

from bot.cases.pointing import suspects
from bot.cases.values import Evidence, Struck, Suspect
from bot.failures.situation import Deployed
from bot.failures.verdict import Verdict
from tests.support.ledgers import NINE


def came(service, *, sure, minutes=0):
    return Suspect(Deployed(f"D{minutes}", service, "1", "2", NINE + timedelta(minutes=minutes)), sure)


def test_only_services_that_are_surely_suspected_each_once():
    them = (came("orders", sure=True), came("orders", sure=True, minutes=1), came("payments", sure=False))
    cause = Struck("c", "KeyError", ("t",), ("t",), Evidence(Verdict.REGRESSION, suspects=them))
    assert suspects(cause) == ("orders",)
