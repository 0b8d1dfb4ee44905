"""Whatever others wrote into a deployment, its messages are fit for Slack."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.deployments.preflight import Preflight, Reason, Why
from bot.deployments.refusals import GateClosed
from bot.deployments.values import Health, Running, Target
from bot.grammar.questions import Ambiguous, Choice
from bot.notices.facts import ChangeFacts, LeaseFacts
from bot.notices.model import (
    BypassQuestion,
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentTurn,
    DeploymentUnsure,
)
from bot.ports.pipelines import Commit
from handlers.views import pages
from handlers.views.deployments import answers, checks, versions
from handlers.views.errors import refused
from handlers.views.render import render
from tests.support.blocks import assert_fit_for_slack, markup_in
from tests.unit.views.deployed import (
    GOOD,
    LATER,
    NOON,
    OPEN,
    PAYMENTS,
    RED,
    RUNNING,
    RUNS,
    WATCHED,
)

FEW = settings(max_examples=settings().max_examples // 6)
NASTY = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["", " ", "<!channel>", "*b* `x", "a" * 10_000, "\x00\u202ee", "<http://x|y>", "&amp;<@U0BEN>", "|>"]
    ),
)
NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,60}", fullmatch=True)


@st.composite
def any_deployment(draw):
    lists = st.lists(NASTY, max_size=30).map(tuple)
    return replace(
        draw(st.sampled_from((OPEN, RUNNING, WATCHED, GOOD, RED, replace(OPEN, stage="lost")))),
        service=draw(NAMES),
        environment=draw(NAMES),
        version=draw(NASTY),
        before=draw(NASTY),
        note=draw(NASTY),
        why=draw(NASTY),
        seen=draw(lists),
        doubts=draw(lists),
        beside=draw(lists),
        overridden_by=draw(st.sampled_from(("", "U0CEM"))),
        overridden_reason=draw(NASTY),
        pipeline_url=draw(st.one_of(NASTY, NASTY.map(lambda text: f"https://ci.example/{text}"))),
        pipeline_name=draw(NASTY),
        compare_url=draw(NASTY),
        changes=tuple(ChangeFacts(draw(NASTY), draw(NASTY), draw(NASTY)) for _ in range(draw(st.integers(0, 5)))),
        changed=draw(st.integers(0, 1000)),
    )


@FEW
@given(any_deployment(), NASTY)
def test_whatever_stands_in_a_deployment_its_messages_fit(deployment, word):
    question = BypassQuestion("B1", deployment.environment, deployment.service, word, word, NOON, holder="U0BEN")
    for message in (
        render(DeploymentCard(deployment)),
        render(DeploymentReceipt(deployment, back_to=word or "1")),
        render(DeploymentRed(deployment, back_to=word or "1")),
        render(DeploymentTurn(deployment)),
        render(DeploymentUnsure(deployment)),
        answers.started_again(deployment),
        render(question),
        answers.begun((deployment,) * 8, word, stopped=word),
        answers.cancelled(deployment),
        answers.which_to_cancel((deployment,) * 20),
        versions.history(word[:100], (deployment,) * 50, one=bool(word)),
    ):
        assert_fit_for_slack(message.blocks, text=message.text)
        assert "<!channel>" not in markup_in(message.blocks)
        assert message.text.strip()


@FEW
@given(st.sampled_from(Why), NASTY, NASTY)
def test_whatever_stands_in_a_reason_its_messages_fit(why, word, ref):
    lease = LeaseFacts("L", 1, "U0ANA", word or "x", (word,), "exclusive", "active", word, NOON, 60, ends=LATER)
    found = Preflight(
        Target(word, word),
        ref,
        (Reason(why, (word, "U0BEN"), LATER, word),) * 12,
        lease,
        replace(RUNS, version=word),
        (word,) * 30,
    )
    closed = GateClosed(f"no: {word}", replace(found, ref=ref[:150], target=PAYMENTS))
    for message in (
        checks.checked((found,) * 8, word, NOON, may_override=True),
        answers.begun((OPEN,), word, cautions=(found,)),
        refused(closed),
        pages.question(Ambiguous(word, (Choice(word[:75].strip() or "x", word[:500]),) * 5), "deploy"),
    ):
        assert_fit_for_slack(message.blocks, text=message.text)


@pytest.mark.parametrize("word", ["x", "a" * 10_000, "<!channel>", "שלום"])
def test_a_crowded_board_of_versions_fits(word: str):
    places = tuple(versions.Place(f"{word[:70]}{n}", tuple(f"{word[:60]}{m}" for m in range(60))) for n in range(30))
    there = {
        Target(p.name, s): Running(Target(p.name, s), word, NOON, "health", Health.DOWN, detail=word, by="U0ANA")
        for p in places
        for s in p.services
    }
    sets = tuple(versions.GoodSet(p.name, dict.fromkeys(p.services, word), {}) for p in places)
    many = tuple(versions.Difference(word, word, word, 3, word) for _ in range(100))
    tips = tuple(answers.Candidate(Target(word[:64], word[:64]), Commit(word, word, word), word, 1) for _ in range(20))
    for message in (
        versions.where(places, there, NOON, "/deploy"),
        versions.good(sets),
        versions.diff(word, word, many, 1, (word,) * 50),
        answers.candidates(tips, NOON),
    ):
        assert_fit_for_slack(message.blocks, text=message.text)


@pytest.mark.parametrize("verb", [None, "deploy", "check", "help"])
def test_the_help_fits(verb):
    message = answers.help_page("/deploy", verb)
    assert_fit_for_slack(message.blocks, text=message.text)
