"""A cause comes from where the evidence has it, until people say otherwise, and as long as they do not take that back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.facts import facts
from bot.cases.model import Change, close
from bot.cases.moving import move, move_back
from bot.cases.pointed import Pointed
from bot.cases.values import Evidence
from bot.failures.verdict import Verdict
from handlers.http.cases import _evidence
from handlers.views.cases.buttons import buttons
from handlers.views.cases.words import evidence
from tests.unit.cases.test_model import NOON, OPEN, done, suspecting

SERVICES = st.sampled_from(["payments", "orders", "storefront"])
[CASE] = OPEN
HERE = replace(CASE, causes=(replace(CASE.causes[0], service="payments"),))


def whence(case):
    [cause] = case.causes
    return cause.service, cause.service_by


@given(st.lists(st.tuples(SERVICES, st.sampled_from(["U0ANA", "U0BEN"])), max_size=6))
def test_taking_back_all_that_was_said_of_it_leads_back_step_by_step_to_what_the_evidence_has(said):
    case, before = HERE, []
    for service, person in said:
        step = move(case, "eur", service, person, NOON)
        assert (step is None) == (service == whence(case)[0])
        if step is not None:
            before.append(whence(case))
            case = step.after
            assert whence(case) == (service, person)
    while before:
        step = move_back(case, "eur", whence(case)[0], "U0CEM", NOON)
        assert step is not None
        assert (step.change, step.by, step.cause) == (Change.MOVED_BACK, "U0CEM", case.causes[0])
        case = step.after
        assert whence(case) == before.pop()
    assert whence(case) == ("payments", "")
    assert move_back(case, "eur", "payments", "U0CEM", NOON) is None


def test_an_undo_that_comes_late_leaves_what_was_said_since():
    moved = done(move(HERE, "eur", "orders", "U0ANA", NOON))
    again = done(move(moved, "eur", "storefront", "U0BEN", NOON))
    assert move_back(again, "eur", "orders", "U0ANA", NOON) is None
    assert move_back(moved, "another", "orders", "U0ANA", NOON) is None
    assert move_back(done(close(moved, "U0BEN", NOON)), "eur", "orders", "U0ANA", NOON) is None


def test_who_says_that_it_comes_from_where_it_broke_and_not_from_what_is_suspected_is_named_and_changes_the_way_back():
    """It broke in orders, since inventory answers otherwise, as it seems."""
    case = replace(CASE, causes=(replace(CASE.causes[0], service="orders", evidence=suspecting("inventory")),))
    assert "Roll back inventory…" in str(buttons(facts(case)))
    said = done(move(case, "eur", "orders", "U0ANA", NOON))
    told = facts(said)
    assert whence(said) == ("orders", "U0ANA")
    assert "Roll back" not in str(buttons(told))
    assert "from orders, says <@U0ANA>" in evidence(told.causes[0], NOON)
    rows = _evidence(told.causes[0], str)
    assert ("Comes from", "orders, says U0ANA") in rows
    assert [name for name, _what in rows if "uspect" in name] == ["Was suspected before that was said"]
    assert move(said, "eur", "orders", "U0BEN", NOON) is None
    assert whence(done(move_back(said, "eur", "orders", "U0BEN", NOON))) == ("orders", "")


def test_where_the_evidence_points_to_a_deployment_the_case_offers_the_way_back_though_no_run_was_known_before():
    pointed = Pointed("Q1", "payments", "high", back=True)
    case = replace(CASE, causes=(replace(CASE.causes[0], evidence=Evidence(Verdict.UNKNOWN), pointed=pointed),))
    assert "Roll back payments…" in str(buttons(facts(case)))
    rows = dict(_evidence(facts(case).causes[0], str))
    assert (
        rows["Verdict"] == "Earlier runs cannot say: there was nothing to compare it with. The evidence can, see below"
    )
    weak = replace(case, causes=(replace(case.causes[0], pointed=replace(pointed, back=False)),))
    assert "Roll back" not in str(buttons(facts(weak)))
    moved = replace(case, causes=(replace(case.causes[0], service="orders", service_by="U0ANA"),))
    assert "Roll back" not in str(buttons(facts(moved)))
