"""What people say of causes and tests, and what runs make of it."""

from datetime import timedelta

import pytest

from bot.cases.rulings import Saying
from bot.cases.values import Place
from bot.cases.values import test_key as key_of
from bot.errors import NotFound
from bot.failures.rules import Says, Scope
from bot.failures.verdict import Verdict as Failing
from bot.notices.casework import CaseCard, CaseLine
from bot.ports.pipelines import RunState
from bot.suites.values import KnownIssue, Verdict
from tests.support.cases import CHANNEL, GREEN_AGAIN, TOLD, runs, with_cases
from tests.support.stores import BOTH
from tests.support.suites import ANA, BEN, RED, a_team, by

HERE = Place("api", "integration")
WEEK, SCOPE = timedelta(days=7), Scope("api", "integration")
OTHER = RED.replace(b"KeyError: EUR", b"ConnectionResetError: no answer from the warehouse")
BOTH_RED = RED.replace(
    b'name="b"/>',
    b'name="b"><failure message="ConnectionResetError: no answer from the warehouse">t</failure></testcase>',
)
FLAKED = b"""<testsuite name="pytest"><testcase classname="api.test_pay.TestPay" name="test_a[EUR]">
<flakyFailure message="KeyError: EUR">trace</flakyFailure></testcase><testcase name="b"/></testsuite>"""


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield with_cases(team)


async def says(team, what, person=ANA, *, scope=SCOPE, request="say", **more):
    """Of the first cause of the first open case."""
    [case, *_] = await team.cases.open_ones()
    about = {"cause": case.causes[0].id, "about": case.causes[0].says, "case_id": case.id, "words": "OPS-311"}
    return await team.rulings.say(
        Saying(what, case.place, scope=scope, length=WEEK, **{**about, **more}), caller=by(person, request)
    )


async def says_of(team, found, what, **more):
    """Of a flaky test."""
    about = {"cause": found.cause, "about": found.name, "scope": Scope("api", "integration"), "length": WEEK, **more}
    return await team.rulings.say(Saying(what, HERE, **about), caller=by(ANA))


async def heard(team):
    return [each.how for each in await team.told(CHANNEL) if isinstance(each, CaseLine)]


@BOTH
async def test_a_known_issue_ends_its_case_and_opens_none_until_it_is_taken_back(valkey, database_url):
    async with a_team(valkey, database_url, TOLD) as bare:
        team = with_cases(bare)
        await runs(team, RED)
        said = await says(team, Says.KNOWN)
        assert said == await says_again(team, said)
        [case] = await team.cases.lately()
        assert (case.closed.by, case.causes[0].ruled.words) == (ANA, "OPS-311")
        await runs(team, RED)
        assert (await team.cases.open_ones(), await heard(team)) == ([], ["ruled"])
        await team.rulings.undo(said.rule.id, caller=by(BEN))
        assert [each.id for each in await team.cases.open_ones()] == [case.id]
        with pytest.raises(NotFound):
            await team.rulings.undo(said.rule.id, caller=by(BEN))
        await runs(team, RED)
        assert await heard(team) == ["ruled", "undone", "met"]


async def says_again(team, said):
    """The same request once more."""
    again = Saying(
        Says.KNOWN,
        HERE,
        said.rule.about.cause,
        said.about,
        said.rule.scope,
        WEEK,
        case_id=said.case_id,
        words="OPS-311",
    )
    return await team.rulings.say(again, caller=by(ANA, "say"))


async def test_a_known_issue_is_named_beside_what_is_new(team):
    await runs(team, RED)
    await says(team, Says.KNOWN)
    await runs(team, BOTH_RED)
    [case] = await team.cases.open_ones()
    assert ([each.says for each in case.causes], case.known) == (
        ["ConnectionResetError: no answer from the warehouse"],
        ("OPS-311",),
    )


async def test_a_run_says_what_of_its_failures_is_known_and_names_the_rest_first(team):
    await runs(team, RED)
    await says(team, Says.KNOWN)
    run = await runs(team, BOTH_RED)
    assert (run.verdict, run.known) == (Verdict.FAILED, (KnownIssue("OPS-311", 1),))
    assert [(each.name, each.known) for each in run.failed] == [("b", ""), ("test_a[EUR]", "OPS-311")]
    assert (await runs(team, OTHER)).known == ()


async def test_a_rule_holds_where_it_was_said_to_and_until_it_expires(team):
    await runs(team, RED)
    await says(team, Says.KNOWN, scope=Scope("api", "staging"))
    await runs(team, RED)
    assert len(await team.cases.open_ones()) == 1
    await says(team, Says.KNOWN, request="here")
    assert [each.rule.says for each in await team.rulings.in_force()] == [Says.KNOWN, Says.KNOWN]
    team.clock.advance(WEEK)
    await runs(team, RED)
    assert (len(await team.cases.open_ones()), await team.rulings.in_force()) == (1, [])
    assert (await heard(team))[-1] == "reopened"


async def test_what_is_quarantined_is_told_and_turns_no_run_red(team):
    await runs(team, RED)
    await says(team, Says.QUARANTINE, words="flaky since the fair", owner=BEN)
    assert await team.cases.open_ones() == []
    run = await runs(team, RED)
    assert (run.verdict, run.quarantined, run.failed) == (Verdict.PASSED, 1, ())
    [excused] = run.excused
    assert (excused.name, excused.owner, excused.passed_then) == ("test_a[EUR]", BEN, False)
    other = await runs(team, OTHER)
    assert (other.verdict, other.quarantined) == (Verdict.FAILED, 0)
    [case] = await team.cases.open_ones()
    assert case.causes[0].says == "ConnectionResetError: no answer from the warehouse"


async def test_what_fails_beside_a_quarantined_test_turns_the_run_red(team):
    await runs(team, RED)
    await says(team, Says.QUARANTINE, owner=BEN)
    run = await runs(team, BOTH_RED)
    assert (run.verdict, run.quarantined, [each.name for each in run.failed]) == (Verdict.FAILED, 1, ["b"])
    card = [each for each in await team.told(CHANNEL) if isinstance(each, CaseCard)][-1]
    assert (card.case.quarantined, card.case.total) == (1, 2)


async def test_a_test_that_is_a_cause_of_its_own_has_a_case_of_its_own(team):
    same = BOTH_RED.replace(b"ConnectionResetError: no answer from the warehouse", b"KeyError: EUR")
    await runs(team, same)
    [case] = await team.cases.open_ones()
    parts = await team.rulings.parts(case, case.causes[0].id)
    key = {name: test for test, name in parts.tests}["b"]
    await says(team, Says.SPLIT, test=key)
    await runs(team, same)
    assert [each.causes[0].names for each in await team.cases.open_ones()] == [("test_a[EUR]",), ("b",)]


async def test_what_a_test_that_is_split_off_has_met_before_is_its_past(team):
    """Else it would be new, though it has failed for weeks."""
    same = BOTH_RED.replace(b"ConnectionResetError: no answer from the warehouse", b"KeyError: EUR")
    await runs(team, RED)
    for _ in range(2):
        await runs(team, same)
    [case] = await team.cases.open_ones()
    [cause] = case.causes
    key = {name: test for test, name in (await team.rulings.parts(case, cause.id)).tests}["b"]
    await says(team, Says.SPLIT, test=key)
    await runs(team, same)
    [whole, apart] = [each.causes[0].evidence for each in await team.cases.open_ones()]
    assert (whole.seen_in, whole.of) == (0, 0)
    assert (apart.seen_in, apart.of, apart.verdict) == (2, 3, Failing.UNKNOWN)


async def test_what_is_the_same_as_another_cause_is_told_with_it(team):
    await runs(team, RED)
    await runs(team, BOTH_RED)
    first, second = await team.cases.open_ones()
    [other] = await team.rulings.others(second, second.causes[0].id)
    assert other.id == first.causes[0].id
    await says(team, Says.MERGE, cause=second.causes[0].id, case_id=second.id, into=other.id)
    assert [each.id for each in await team.cases.open_ones()] == [first.id]
    await runs(team, BOTH_RED)
    [one] = await team.cases.open_ones()
    assert len(one.causes[0].tests) == 2


async def test_a_test_that_fails_and_passes_is_listed_until_it_is_said_not_to_be_flaky(team):
    for report in (FLAKED, GREEN_AGAIN, FLAKED, GREEN_AGAIN):
        await runs(team, report, RunState.SUCCEEDED)
    [found] = await team.rulings.flaky()
    assert (found.name, found.failed, found.of, found.test) == (
        "test_a[EUR]",
        2,
        4,
        key_of("pytest::api.test_pay.TestPay::test_a[EUR]"),
    )
    assert await team.rulings.flaky("another") == []
    split = await says_of(team, found, Says.SPLIT, test=found.test)
    [alone] = await team.rulings.flaky()
    assert (alone.cause, alone.failed, alone.of, alone.says) == (split.rule.into, 2, 4, found.says)
    await team.rulings.undo(split.rule.id, caller=by(BEN))
    assert await team.rulings.flaky() == [found]
    await runs(team, RED)
    assert await team.cases.open_ones() == []
    await says_of(team, found, Says.NOT_FLAKY)
    await runs(team, RED)
    assert len(await team.cases.open_ones()) == 1


async def test_a_run_that_was_green_on_retry_says_how_often_that_was(team):
    await runs(team, GREEN_AGAIN, RunState.SUCCEEDED)
    await runs(team, FLAKED, RunState.SUCCEEDED)
    run = await runs(team, FLAKED, RunState.SUCCEEDED)
    [excused] = run.excused
    assert (excused.passed_then, excused.times, excused.failures, excused.tries) == (True, 1, 2, 5)


async def test_a_cause_that_comes_from_elsewhere_is_moved_once(team):
    await runs(team, RED)
    [case] = await team.cases.open_ones()
    for _ in range(2):
        case = await team.cases.move(case.id, case.causes[0].id, "orders", caller=by(BEN))
    assert ([(each.service, each.service_by) for each in case.causes], await heard(team)) == (
        [("orders", BEN)],
        ["moved"],
    )
