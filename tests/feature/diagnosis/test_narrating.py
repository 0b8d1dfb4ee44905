"""A model's words about a failure: what holds whatever it answers, and whatever it was made to read."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import generate_latest

from bot.diagnosis.asking import About, Question
from bot.diagnosis.evidence import Evidence, Observed, Window
from bot.diagnosis.narration.costs import Amount, micros
from bot.diagnosis.narration.spending import Reserved, Spending
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.values import Findings, Gathered
from bot.errors import Unavailable
from bot.ports.model import Usage
from bot.runtime.metrics import REGISTRY
from tests.support.narrating import (
    ANSWERS,
    GOOD,
    LIMITS,
    NOW,
    READ_ALL,
    TROUBLES,
    WHY,
    hostile_findings,
    narrating,
    told,
)
from tests.support.stores import BOTH, database, database_url
from tests.support.vendors.claude import answers, looks_up, says, statement
from tests.support.vendors.claude_here import obliging

__all__ = ["database", "database_url"]


@pytest.fixture(scope="module")
def findings():
    return hostile_findings()


@pytest.mark.parametrize("what", [*TROUBLES, *ANSWERS])
async def test_nothing_uncited_harmful_or_secret_is_said_or_sent_and_no_budget_is_passed(database, findings, what):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, {**TROUBLES, **ANSWERS}[what])
    assert one.uncited(findings) == []
    assert one.harmful() == []
    assert one.leaked() == []
    assert one.sent_secrets() == []
    assert one.tokens <= LIMITS.once.tokens
    (day,) = await Spending(database, "test").days()
    assert one.tokens <= day.amount.tokens
    assert day.amount.within(LIMITS.daily)


@pytest.mark.parametrize("what", TROUBLES)
async def test_on_any_trouble_the_plain_explanation_comes_back_and_one_line_says_why(database, findings, what):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, TROUBLES[what])
    assert replace(one.explanation, remark="", spent=one.plain.spent) == one.plain
    (why,) = [words for words, names in WHY.items() if what in names]
    assert why in one.explanation.remark
    assert one.explanation.remark.endswith(", so this is from the numbers alone.")
    assert one.explanation.author == ""


@pytest.mark.parametrize("what", ANSWERS)
async def test_what_rests_on_evidence_is_told_in_its_words(database, findings, what):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, ANSWERS[what])
    assert (one.explanation.author, one.explanation.remark) == ("claude-opus-5-5", "")
    assert one.explanation.because
    assert one.explanation.spent.rounds == len(one.sent)
    assert one.explanation.spent.dollars > 0


async def test_a_good_answer_keeps_what_statistics_know_and_says_what_it_looks_at(database, findings):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, [looks_up(*READ_ALL), GOOD])
    assert [each.words for each in one.explanation.because] == ["payment fails in every trace", "It began with 1.5.0."]
    assert one.explanation.summary == "payment rejects euros since 1.5.0."
    assert (one.explanation.service, one.explanation.passing_on) == (one.plain.service, one.plain.passing_on)
    assert one.explanation.ruled_out == one.plain.ruled_out
    assert one.steps[:2] == ["Claude reads the evidence", "Claude reads the logs of payment"]


@pytest.mark.parametrize(("said", "sure"), [("high", "medium"), ("medium", "medium"), ("low", "low")])
async def test_it_may_be_less_sure_than_statistics_and_never_surer(database, findings, said, sure):
    less = replace(findings, ranking=replace(findings.ranking, confidence="medium"))
    async with narrating(database) as (narrator, script):
        answer = answers(confidence=said, because=[statement("It fails.", "E1")])
        one = await told(narrator, script, less, [answer])
    assert one.explanation.confidence == sure


async def test_another_service_than_that_of_statistics_is_named_with_low_confidence_only(database, findings):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, ANSWERS["names another service"])
    assert one.explanation.service == findings.ranking.services[1].service
    assert (one.explanation.confidence, one.explanation.change, one.explanation.passing_on) == ("low", None, ())


async def test_the_model_to_try_it_by_says_what_statistics_say(database, findings):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, [obliging])
    assert (one.explanation.service, one.explanation.confidence, one.explanation.remark) == ("payment", "high", "")
    assert one.explanation.because[0].words.startswith("I see that POST /charge")
    assert one.steps == ["Claude reads the evidence", "Claude reads the logs of payment"]


async def test_lines_are_sent_as_templates_and_marked_as_data(database, findings):
    async with narrating(database) as (narrator, script):
        await told(narrator, script, findings, [looks_up(("logs_around", {"evidence": "E1", "seconds": 60})), GOOD])
        asked = script.asked[0]["messages"][0]["content"][0]["text"]
        looked = script.asked[1]["messages"][2]["content"][0]["content"]
    assert "<data>payment</data>" in asked
    assert "EUR" not in asked + looked
    assert asked.count("<data>") == asked.count("</data>")
    assert all("</data>" not in part.partition("<data>")[0] for part in asked.split("</data>")[:-1])


async def test_the_last_round_has_to_answer(database, findings):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, TROUBLES["looks things up without end"])
        choices = [body["tool_choice"]["type"] for body in script.asked]
    assert choices == ["auto"] * (LIMITS.rounds - 1) + ["none"]
    assert "cannot be read" in one.explanation.remark


@pytest.mark.parametrize(
    ("once", "daily", "words"),
    [
        (Amount(10, 2_000_000), LIMITS.daily, "would have cost more than one diagnosis may"),
        (Amount(400_000, 10), LIMITS.daily, "would have cost more than one diagnosis may"),
        (LIMITS.once, Amount(10, 20_000_000), "may cost today is used up"),
        (LIMITS.once, Amount(4_000_000, 10), "may cost today is used up"),
    ],
)
async def test_what_would_pass_a_budget_is_not_asked(database, findings, once, daily, words):
    async with narrating(database, replace(LIMITS, once=once, daily=daily)) as (narrator, script):
        one = await told(narrator, script, findings, [GOOD])
    assert one.sent == []
    assert words in one.explanation.remark


async def test_a_vendor_that_counts_more_than_can_be_ends_the_day(database, findings):
    lying = says('{"service": 1}')

    async with narrating(database) as (narrator, script):
        script.counts = {"input_tokens": 9_000_000, "output_tokens": 1}
        await told(narrator, script, findings, [lying])
        one = await told(narrator, script, findings, [GOOD])
    assert one.sent == []
    assert "used up" in one.explanation.remark


@BOTH
async def test_replicas_that_ask_at_once_together_keep_the_days_budget(database, findings):
    """Each reserves the most that it may cost before it asks: there is room for few at a time."""
    limits = replace(LIMITS, daily=Amount(250_000, micros(1.5)), seconds=20)
    async with narrating(database, limits) as (narrator, script):
        script.says(looks_up(*READ_ALL), GOOD)
        plain = plainly(findings)
        many = await asyncio.gather(*(narrator(findings, plain) for _ in range(12)))
        tokens = script.tokens
    (day,) = await Spending(database, "test").days()
    assert 0 < tokens == day.amount.tokens <= limits.daily.tokens
    assert day.amount.micros <= limits.daily.micros
    assert day.diagnoses == 12
    assert {bool(each.author) or each.remark.endswith("numbers alone.") for each in many} == {True}
    assert any("used up" in each.remark for each in many)


async def test_what_was_under_way_when_it_was_given_up_stays_reserved(database, findings):
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, findings, TROUBLES["hangs"])
    (day,) = await Spending(database, "test").days()
    assert day.amount.tokens > 0
    assert day.amount.micros == micros(one.explanation.spent.dollars)


class Away:
    """A database that is away, from the start or once something was reserved."""

    def __init__(self, at_first):
        self.at_first = at_first

    async def reserve(self, most, limit, now):
        if self.at_first:
            raise Unavailable("SQL does not answer.")
        return Reserved("2026-11-26", most)

    async def settle(self, reserved, spent, usage):
        raise Unavailable("SQL does not answer.")

    async def ended(self, now, *, told):
        raise Unavailable("SQL does not answer.")


@pytest.mark.parametrize(("at_first", "asked"), [(True, 0), (False, 1)])
async def test_nobody_is_asked_where_the_budget_cannot_be_looked_up_and_an_answer_that_came_is_told(
    database, findings, at_first, asked
):
    async with narrating(database, purse=Away(at_first)) as (narrator, script):
        one = await told(narrator, script, findings, [GOOD])
    assert (len(one.sent), bool(one.explanation.author)) == (asked, not at_first)
    assert ("could not be looked up" in one.explanation.remark) is at_first


async def test_a_new_day_has_a_budget_of_its_own_and_an_answer_is_counted_where_it_was_reserved(database):
    spending, limit = Spending(database, "test"), Amount(100, 100)
    first = await spending.reserve(Amount(80, 80), limit, NOW)
    assert await spending.reserve(Amount(30, 30), limit, NOW) is None
    assert await spending.reserve(Amount(30, 30), limit, NOW + timedelta(days=1)) is not None
    assert first is not None
    await spending.settle(first, Amount(20, 20), Usage(15, 0, 0, 5))
    assert await spending.reserve(Amount(80, 80), limit, NOW) is not None
    days = await spending.days()
    assert [(each.day, each.amount.tokens, each.rounds) for each in days] == [
        ("2026-11-27", 30, 0),
        ("2026-11-26", 100, 1),
    ]


async def test_what_it_cost_is_in_the_metrics(database, findings):
    async with narrating(database) as (narrator, script):
        await told(narrator, script, findings, [GOOD])
    text = generate_latest(REGISTRY).decode()
    for name in ("model_tokens_total", "model_dollars_total", "model_rounds_total", 'narratives_total{outcome="told"}'):
        assert f"signalbox_{name}" in text


async def test_without_evidence_nobody_is_asked(database):
    nothing = Evidence(Observed(Window(0, 1)), ())
    question = Question("q", About.RUN, "integration", nothing.faulty.window)
    async with narrating(database) as (narrator, script):
        one = await told(narrator, script, Findings(question, Gathered(nothing), rank(nothing)), [GOOD])
    assert (one.sent, one.explanation) == ([], one.plain)
