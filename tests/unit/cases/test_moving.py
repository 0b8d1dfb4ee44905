"""A cause comes from where the evidence has it, until people say otherwise, and as long as they do not take that back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.model import Change, close
from bot.cases.moving import move, move_back
from tests.unit.cases.test_model import NOON, OPEN, done

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
