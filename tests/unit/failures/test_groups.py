"""What falls together and what doesn't."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.failures.fingerprint import examined
from bot.failures.grouping import group
from bot.failures.near import MOST_COMPARED, Index
from bot.failures.rules import Rule, Rules, Says, Scope, Subject
from bot.failures.scoring import score
from bot.failures.values import Cause, Failure, Origin
from tests.support.messages import FAMILIES, halves, lines

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PODS = [
    ("2-7", "nodes-us-west1-a-w0fq", "10.0.1.2", "pods.go:1022"),
    ("2-14", "i-0d1f2dfeb37c586ad", "10.0.7.9", "pods.go:548"),
    ("1-0", "nodes-us-central1-c-1tpf", "172.16.3.4", "pods.go:849"),
    ("2-0", "nodes-uksouth-2000002", "10.244.0.17", "pods.go:1381"),
    ("5-5", "kind-worker2", "192.168.1.1", "pods.go:1381"),
]


def failures(part=FAMILIES, each=2):
    return [
        (Failure(line["test"], line["message"], line["error_class"], line["stack"]), line["cause"])
        for line in lines(part, each=each)
    ]


def sets(groups, of):
    return {frozenset(of[member] for member in each.members) for each in groups}


def test_one_pod_failure_in_five_places_is_one_cause():
    said = [
        f"[FAILED] 1 errors:\npod pod-end-{pod} on node {node} ({ip}) unexpected exit code 2: start=2026-12-10 13:51:3{n} +0000"
        f" UTC\nIn [It] at: shop/e2e/node/{line} @ 12/10/26 13:52:29.2{n}"
        for n, (pod, node, ip, line) in enumerate(PODS)
    ]
    assert len(group([Failure("pods end", each) for each in said])) == 1
    other = Failure("pods end", said[0].replace("code 2", "code 137"))
    assert len(group([*(Failure("pods end", each) for each in said), other])) == 2


def test_compared_values_in_different_places_are_different_causes():
    places = [f"tests/test_{name}.py:5: in test_{name}\nE   assert 1 == 2" for name in "abc"]
    found = group([Failure(f"t{n}", f"assert {n} == {n + 1}", stack=stack) for n, stack in enumerate(places)])
    assert len(found) == 3


def test_what_a_service_answered_counts_whichever_status_was_hoped_for():
    said = 'expected {}, got 500: {{"error": "KeyError: \'EUR\'"}}'
    assert len(group([Failure(str(each), said.format(each), "AssertionError") for each in (200, 201)])) == 1
    assert len(group([Failure("t", said.format(200)), Failure("t", said.replace("500", "503").format(200))])) == 2


def test_the_same_words_of_two_origins_are_two_causes_and_all_words_of_one_origin_are_one():
    payments, orders = Origin("payments", "KeyError"), Origin("orders", "Timeout")
    found = group(
        [
            Failure("a", "assert 500 == 201", stack="tests/t.py:1: in a", origin=payments),
            Failure("b", "checkout did not finish", stack="tests/t.py:9: in b", origin=payments),
            Failure("c", "assert 500 == 201", stack="tests/t.py:1: in a", origin=orders),
        ]
    )
    assert sets(found, "abc") == {frozenset("ab"), frozenset("c")}


def test_words_that_fit_two_origins_alike_are_put_to_neither():
    same = Failure("a", "assert 500 == 201", stack="tests/t.py:1: in a")
    found = group([replace(same, origin=Origin("payments")), replace(same, origin=Origin("orders")), same])
    assert [len(each.members) for each in found] == [1, 1, 1]


def test_a_place_that_cannot_be_reached_is_one_cause_however_it_is_said():
    said = [
        "connect ECONNREFUSED payments:8080",
        "dial tcp: lookup payments on 10.0.0.1:53: no such host",
        "connect ECONNREFUSED orders:8080",
    ]
    assert sets(group([Failure(each, each) for each in said]), said) == {frozenset(said[:2]), frozenset(said[2:])}


@settings(max_examples=8, deadline=None)
@given(st.integers())
def test_the_order_of_arrival_changes_nothing(seed):
    found = [failure for failure, _cause in failures(each=1)]
    shuffled = random.Random(seed).sample(found, len(found))
    here, there = group(found), group(shuffled)
    assert sets(here, found) == sets(there, shuffled)
    assert {each.cause for each in here} == {each.cause for each in there}


@pytest.mark.parametrize("half", halves(), ids=lambda half: half.name)
def test_both_halves_of_the_labelled_messages_are_grouped(half):
    found = failures(half.families, each=4)
    owner = {member: each.cause for each in group([one for one, _ in found]) for member in each.members}
    scored = score([owner[n] for n in range(len(found))], [cause for _, cause in found])
    assert (scored.precision >= 0.95, scored.recall >= 0.9) == (True, True), scored


def cause_of(failure, name, days=0):
    return Cause(name, (examined(failure).fingerprint,), NOW - timedelta(days=days))


WAITED = Failure("t", "TimeoutError: export of the nightly ledger for branch Kiel was not ready in time")
NEARLY = replace(WAITED, message=WAITED.message.replace("Kiel", "Bonn"))


def test_an_open_cause_takes_in_what_is_near_and_keeps_its_id():
    (found,) = group([NEARLY], open_causes=[cause_of(WAITED, "C7")], now=NOW)
    assert (found.cause, found.known) == ("C7", True)


def test_a_cause_not_seen_for_more_than_14_days_takes_in_nothing():
    (found,) = group([NEARLY], open_causes=[cause_of(WAITED, "C7", days=15)], now=NOW)
    assert not found.known


def test_a_cause_found_by_older_masks_takes_in_nothing():
    old = cause_of(WAITED, "C7")
    old = replace(old, fingerprints=(replace(old.fingerprints[0], version=0),))
    assert not group([WAITED], open_causes=[old])[0].known


def rule(says, about, **more):
    return Rule("R1", says, about, Scope(), "ana", NOW, **more)


def test_people_split_a_test_from_its_cause_and_merge_two():
    other = Failure("u", WAITED.message)
    seeds = [cause_of(WAITED, "C7")]
    split = Rules([rule(Says.SPLIT, Subject("C7", test="u"), into="C8")])
    assert {each.cause: each.members for each in group([WAITED, other], open_causes=seeds, rules=split)} == {
        "C7": (0,),
        "C8": (1,),
    }
    merged = Rules([rule(Says.MERGE, Subject("C7"), into="C9")])
    assert [each.cause for each in group([WAITED, other], open_causes=seeds, rules=merged)] == ["C9"]


def test_a_line_is_compared_with_few_others_however_many_are_near():
    known = [
        replace(examined(WAITED).fingerprint, line=f"export {n:05} of the ledger was not ready") for n in range(5_000)
    ]
    index = Index()
    for each in known:
        index.add(each, 1)
    assert 1 <= len(list(index.near(known[2_500]))) <= MOST_COMPARED


def test_nothing_is_lost_and_nothing_is_in_two_groups():
    found = [failure for failure, _cause in failures()]
    assert sorted(member for each in group(found) for member in each.members) == list(range(len(found)))


def test_scores_are_those_of_the_definitions():
    scored = score("aab", "xyy")
    assert (scored.precision, scored.recall, scored.f1, scored.n) == (0, 0, 0, 3)
    perfect = score("aabb", "xxyy")
    assert (perfect.f1, perfect.homogeneity, perfect.completeness) == (1, 1, 1)
    lumped = score("aaaa", "xxyy")
    assert (round(lumped.precision, 3), lumped.recall, lumped.homogeneity) == (0.333, 1, 0)
