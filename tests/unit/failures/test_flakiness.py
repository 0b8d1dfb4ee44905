"""Flaky or broken since: what histories say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.failures.flaky import History, Try, change_points, judged
from bot.failures.rules import Rule, Rules, Says, Scope, Subject

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def tries(text):
    """`.` passed, `F` failed, `|` another version."""
    found, code = [], 0
    for mark in text:
        if mark == "|":
            code += 1
        else:
            found.append(Try(NOON + len(found) * HOUR, f"v{code}", mark == "F"))
    return found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("....|....", History.STEADY),
        ("........F", History.UNCLEAR),
        ("....F....", History.UNCLEAR),
        ("....FFF..", History.UNCLEAR),
        ("..F...F..", History.FLAKY),
        ("..F..|..F.", History.FLAKY),
        ("....|F", History.UNCLEAR),
        ("." * 60 + "|FFF", History.BROKEN),
        ("." * 60 + "|" + "F" * 12, History.BROKEN),
        ("." * 60 + "|" + "F" * 9 + "|" + "." * 9, History.STEADY),
        ("." * 200 + "|" + "F.FF.F.FF.", History.BROKEN),
        ("." * 60 + "|" + "F.F.", History.UNCLEAR),
        ("." * 20 + "|" + "F..F.|.F.", History.UNCLEAR),
        ("." * 60 + "|" + "F........F........|....F....|....", History.FLAKY),
        ("F.F..FF.|.F.F.F|F..F.FF.", History.FLAKY),
        ("F" * 20, History.UNCLEAR),
        ("", History.STEADY),
    ],
)
def test_a_history_says(text, meant):
    assert judged(tries(text)).history is meant


def test_a_pass_on_retry_proves_nothing_alone():
    assert judged(tries("....F.")).history is History.UNCLEAR
    assert judged(tries("....F.....F.")).history is History.FLAKY


def test_what_strikes_many_tests_of_a_run_makes_none_of_them_flaky():
    wide = [replace(each, struck=40) for each in tries("..F...F..")]
    assert judged(wide).history is History.UNCLEAR


def test_a_change_is_where_the_version_changed_and_nowhere_else():
    assert change_points(tries("." * 60 + "|" + "F" * 12)) == (60,)
    assert change_points(tries("." * 60 + "F" * 12)) == ()


def test_since_when_it_is_broken_is_said():
    found = judged(tries("." * 60 + "|" + "F" * 12))
    assert (found.since, found.failures, found.tries) == (NOON + 60 * HOUR, 12, 12)
    assert found.rate > 0.9


@given(st.text(alphabet=".F|", max_size=80))
def test_changes_are_ascending_edges_of_versions(text):
    found = tries(text)
    changes = change_points(found)
    assert list(changes) == sorted(set(changes))
    assert all(0 < at < len(found) and found[at - 1].code != found[at].code for at in changes)


@given(st.text(alphabet=".F|", max_size=60))
def test_flaky_is_only_what_failed_and_passed_twice_without_a_change(text):
    found = judged(tries(text))
    assert found.history is not History.FLAKY or (found.episodes >= 2 and found.failures < found.tries)


def rule(says, about, *, id="R1", made_at=NOON, **more):
    return Rule(id, says, about, Scope("checkout"), "ana", made_at, **more)


def test_a_rule_holds_in_its_scope_until_it_expires_or_is_undone():
    known = rule(Says.KNOWN, Subject("C1"), reference="OPS-311", expires_at=NOON + 2 * HOUR, undone_at=NOON + HOUR)

    def holds(suite, at):
        return Rules.for_run([known], suite, "integration", at).saying(Says.KNOWN, Subject("C1")) is not None

    assert holds("checkout", NOON)
    assert not holds("search", NOON)
    assert not holds("checkout", NOON - HOUR)
    assert not holds("checkout", NOON + HOUR)
    assert not Rules([known]).saying(Says.KNOWN, Subject("C2"))


def test_the_later_of_two_rules_counts():
    first, later = (
        rule(Says.KNOWN, Subject("C1"), id=f"R{n}", made_at=NOON + n * HOUR, reference=str(n)) for n in (1, 2)
    )
    assert Rules([later, first]).saying(Says.KNOWN, Subject("C1")) is later


def test_merges_follow_one_another_and_a_circle_ends():
    chain = [rule(Says.MERGE, Subject(a), into=b) for a, b in ("AB", "BC")]
    assert Rules(chain).merged("A") == "C"
    circle = Rules([*chain, rule(Says.MERGE, Subject("C"), into="A")])
    assert {circle.merged(each) for each in "ABC"} == {"A"}


@pytest.mark.parametrize(
    ("says", "about", "more"),
    [
        (Says.KNOWN, Subject(), {}),
        (Says.SPLIT, Subject(test="t"), {}),
        (Says.MERGE, Subject("C1"), {"into": "C1"}),
        (Says.QUARANTINE, Subject(test="t"), {"owner": "ana", "reason": "OPS-1"}),
    ],
)
def test_a_rule_that_lacks_what_it_needs_is_refused(says, about, more):
    with pytest.raises(UsageError):
        rule(says, about, **more)
