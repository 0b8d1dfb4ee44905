"""What people read of deployments, word for word, and whatever others wrote into it is fit for Slack."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.deployments.preflight import Preflight, Reason, Why
from bot.deployments.refusals import GateClosed, NothingBefore, NotUnderWay
from bot.deployments.values import Deployment, Health, Running, Target
from bot.grammar.questions import Ambiguous, Choice
from bot.notices.facts import ChangeFacts, DeploymentFacts, LeaseFacts
from bot.notices.model import (
    BypassQuestion,
    BypassTold,
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentTurn,
)
from bot.ports.pipelines import Commit
from handlers.views.deployments import answers, checks, versions
from handlers.views.errors import refused
from handlers.views.render import render
from tests.support.blocks import assert_fit_for_slack, texts_of
from tests.unit.views.test_words import read

FEW = settings(max_examples=settings().max_examples // 6)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
PAYMENTS = Target("integration", "payments")
RUNS = Running(PAYMENTS, "1.4.2", NOON, "health", Health.UP, by="U0BEN")
FIX = ChangeFacts("9f8e7d6c5b4a39281706f5e4d3c2b1a098765432", "Round fees half up", "U0ANA")
MERGE = ChangeFacts("1234567890abcdef1234567890abcdef12345678", "Merge <!channel> *now*", "Bob <@U0BEN>")
OPEN = DeploymentFacts(
    deployment_id="DABCDEFG2",
    environment="integration",
    service="payments",
    version="1.5.0",
    by="U0ANA",
    stage="open",
    opened=NOON,
    before="1.4.2",
    note="new fees",
    lease_id="L2345678",
    lease_taken=True,
    changes=(FIX, MERGE),
    changed=7,
    compare_url="https://git.example/acme/payments/compare/1.4.2...1.5.0",
)
RUNNING = replace(
    OPEN, stage="running", started=NOON, pipeline_url="https://ci.example/runs/418", pipeline_name="deploy 418"
)
WATCHED = replace(
    RUNNING, stage="succeeded", finished=NOON, watch="watching", watch_until=LATER, seen=("payments answers as 1.5.0",)
)
GOOD = replace(WATCHED, watch="good", settled=LATER, beside=("orders 2.1.0", "inventory 0.9.3"))
RED = replace(WATCHED, watch="red", settled=LATER, why="errors rose from 0.1 % to 7 % of requests")
LINE = "payments@1.5.0 to integration"
HELD = Reason(Why.HELD, ("U0BEN",), LATER, "checkout fix")


def seen(*reasons, ref="1.5.0", **more):
    return Preflight(PAYMENTS, ref, reasons, running=RUNS, affected=("orders", "storefront"), **more)


def test_a_pre_flight_with_nothing_against_it():
    assert read(checks.checked((seen(),), LINE, LATER)) == snapshot(
        [
            """\
:white_check_mark: *payments 1.5.0* in *integration* can be deployed now.
Runs there: 1.4.2, since <!date^1767614400^{time}|2026-01-05 12:00 UTC>
Called by: orders, storefront\
""",
            "[Deploy: payments@1.5.0 to integration]",
            "Understood: `payments@1.5.0 to integration`. Nothing was deployed.",
        ]
    )


def test_a_pre_flight_that_finds_it_held():
    assert read(checks.checked((seen(HELD),), LINE, NOON, may_override=True)) == snapshot(
        [
            """\
:hourglass: *payments 1.5.0* in *integration* has to wait.
• :lock: <@U0BEN> holds it until <!date^1767615000^{date_short_pretty} {time}|2026-01-05 12:10 UTC> · checkout fix
Runs there: 1.4.2, since <!date^1767614400^{time}|2026-01-05 12:00 UTC>
Called by: orders, storefront\
""",
            "[Deploy when it's my turn: payments@1.5.0 to integration] | [Ask the holder: ask integration/payments] | [Check again: check payments@1.5.0 to integration]",
            "Understood: `payments@1.5.0 to integration`. Nothing was deployed.",
        ]
    )


def test_a_pre_flight_that_says_no_offers_an_override_only_to_those_who_may():
    frozen = seen(Reason(Why.FROZEN, ("U0CEM",), LATER, "release week"), Reason(Why.SAME))
    assert read(checks.checked((frozen,), LINE, NOON, may_override=True)) == snapshot(
        [
            """\
:no_entry: *payments 1.5.0* in *integration* cannot be deployed now.
• :snowflake: it is frozen until <!date^1767615000^{date_short_pretty} {time}|2026-01-05 12:10 UTC> · release week
• :repeat: *1.5.0* runs there already
Runs there: 1.4.2, since <!date^1767614400^{time}|2026-01-05 12:00 UTC>
Called by: orders, storefront\
""",
            "[Override…: payments@1.5.0 to integration] | [Check again: check payments@1.5.0 to integration]",
            "Understood: `payments@1.5.0 to integration`. Nothing was deployed.",
        ]
    )
    assert "Override" not in str(checks.checked((frozen,), LINE, NOON))
    no_version = replace(frozen, reasons=(*frozen.reasons, Reason(Why.NO_VERSION)))
    assert "Override" not in str(checks.checked((no_version,), LINE, NOON, may_override=True))


def test_each_reason_says_what_it_is_about():
    lines = [
        checks.reason(each, "1.5.0")
        for each in (
            Reason(Why.LINE, ("U0BEN", "U0CEM")),
            Reason(Why.DEPLOYING, ("pipeline:nightly",), words="1.4.9"),
            Reason(Why.DOWN, ("U0CEM",), LATER, "disk is full"),
            Reason(Why.DEGRADED, ("U0CEM",), None, "slow"),
            Reason(Why.SICK, words="503"),
            Reason(Why.NOT_OWNER, tuple(f"U0OWNER{n}" for n in range(8))),
            Reason(Why.NO_VERSION, words="1.5.0-rc1, 1.5.1"),
            Reason(Why.NO_PIPELINE),
            Reason(Why.SAME),
        )
    ]
    assert lines == snapshot(
        [
            ":hourglass: <@U0BEN>, <@U0CEM> wait for it before you",
            ":rocket: pipeline nightly deploys 1.4.9 there",
            ':red_circle: it is down · disk is full · expected to be well again <!date^1767615000^{date_short_pretty} {time}|2026-01-05 12:10 UTC> · says <@U0CEM>',
            ":large_orange_circle: it is degraded · slow · says <@U0CEM>",
            ":face_with_thermometer: it does not answer well at its health address: 503",
            ":bust_in_silhouette: only its owners deploy it: <@U0OWNER0>, <@U0OWNER1>, <@U0OWNER2>, <@U0OWNER3>, <@U0OWNER4> and 3 more",
            ":label: there is no tag, branch or commit called *1.5.0*. There is 1.5.0-rc1, 1.5.1.",
            ":wrench: nobody has said how it is deployed. Give it a `deploy:` section in the catalog, or deploy with your own pipeline behind `POST /v1/deployments`.",
            ":repeat: *1.5.0* runs there already",
        ]
    )


def test_several_at_once_are_waited_for_only_where_that_is_all_that_keeps_them():
    orders = Preflight(Target("integration", "orders"), "2.1.0")
    both = f"orders@2.1.0 {LINE}"
    assert "when it's my turn" in str(checks.checked((seen(HELD), orders), both, NOON))
    frozen = replace(orders, reasons=(Reason(Why.FROZEN, ("U0CEM",), LATER),))
    assert "when it's my turn" not in str(checks.checked((seen(HELD), frozen), both, NOON))


def test_what_was_begun():
    assert read(answers.begun((RUNNING,), LINE)) == snapshot(
        [
            ":rocket: *payments* 1.4.2 → *1.5.0* in *integration* is being deployed by <https://ci.example/runs/418|deploy 418>.",
            "[Cancel: deploy.cancel.0]",
            "Understood: `payments@1.5.0 to integration`. Its card in the environment's channel says how it goes.",
        ]
    )
    assert read(answers.begun((replace(OPEN, stage="waiting"),), LINE, cautions=(seen(Reason(Why.SAME)),))) == snapshot(
        [
            """\
:hourglass: *payments* 1.4.2 → *1.5.0* in *integration* is deployed when it is your turn. A direct message tells you.
• :repeat: *1.5.0* runs there already\
""",
            "[Leave the line: deploy.cancel.0]",
            "Understood: `payments@1.5.0 to integration`. Its card in the environment's channel says how it goes.",
        ]
    )
    assert read(
        answers.begun(
            (OPEN, replace(OPEN, service="orders", deployment_id="D2")),
            LINE,
            stopped="catalog is held by <@U0BEN>.",
        )
    ) == snapshot(
        [
            """\
:rocket: *payments* 1.4.2 → *1.5.0* in *integration* is being deployed.
:rocket: *orders* 1.4.2 → *1.5.0* in *integration* is being deployed.
:no_entry: catalog is held by <@U0BEN>.\
""",
            "[Cancel: payments: deploy.cancel.0] | [Cancel: orders: deploy.cancel.1]",
            "Understood: `payments@1.5.0 to integration`. Its card in the environment's channel says how it goes.",
        ]
    )


def test_the_card_grows():
    stages = (
        replace(OPEN, stage="waiting", changes=(), changed=0),
        replace(OPEN, overridden_by="U0CEM", overridden_reason="disk is full"),
        RUNNING,
        WATCHED,
        GOOD,
        RED,
    )
    assert [read(render(DeploymentCard(each))) for each in stages] == snapshot(
        [
            [
                ":hourglass: *payments* 1.4.2 → *1.5.0* in *integration* · waits for its turn",
                '<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it',
            ],
            [
                """\
:rocket: *payments* 1.4.2 → *1.5.0* in *integration* · about to start
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · <@U0ANA>
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more\
""",
                '<@U0ANA> · new fees · :unlock: gate set aside by <@U0CEM>: disk is full',
            ],
            [
                """\
:rocket: *payments* 1.4.2 → *1.5.0* in *integration* · being deployed since <!date^1767614400^{time}|2026-01-05 12:00 UTC>
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · <@U0ANA>
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it · <https://ci.example/runs/418|deploy 418>",
            ],
            [
                """\
:eyes: *payments* 1.4.2 → *1.5.0* in *integration* · deployed, and watched until <!date^1767615000^{time}|2026-01-05 12:10 UTC>
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · <@U0ANA>
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more
• payments answers as 1.5.0\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it · <https://ci.example/runs/418|deploy 418>",
            ],
            [
                """\
:white_check_mark: *payments* 1.4.2 → *1.5.0* in *integration* · deployed, and it works
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · <@U0ANA>
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more
• payments answers as 1.5.0
Works with orders 2.1.0, inventory 0.9.3.\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it · <https://ci.example/runs/418|deploy 418>",
            ],
            [
                """\
:red_circle: *payments* 1.4.2 → *1.5.0* in *integration* · deployed, and not well: errors rose from 0.1 % to 7 % of requests
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · <@U0ANA>
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more
• payments answers as 1.5.0\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it · <https://ci.example/runs/418|deploy 418>",
            ],
        ]
    )


def test_what_did_not_come_to_be():
    heads = [
        read(render(DeploymentCard(replace(RUNNING, stage=stage, why=why))))[0].partition("\n")[0]
        for stage, why in (("failed", "step <deploy> failed"), ("cancelled", "cancelled by <@U0ANA>"), ("lost", ""))
    ]
    assert heads == snapshot(
        [
            ":x: *payments* 1.4.2 → *1.5.0* in *integration* · failed: step &lt;deploy&gt; failed",
            ":no_entry_sign: *payments* 1.4.2 → *1.5.0* in *integration* · not deployed: cancelled by <@U0ANA>",
            ":grey_question: *payments* 1.4.2 → *1.5.0* in *integration* · it never said how it ended: look at its pipeline",
        ]
    )


def test_the_receipt():
    assert read(render(DeploymentReceipt(GOOD))) == snapshot(
        [
            """\
:white_check_mark: *payments* 1.4.2 → *1.5.0* in *integration* works with orders 2.1.0, inventory 0.9.3.
• payments answers as 1.5.0\
""",
            'Watched until <!date^1767615000^{time}|2026-01-05 12:10 UTC> · <https://ci.example/runs/418|deploy 418>',
        ]
    )


def test_red_offers_to_roll_back_only_when_told_to_what():
    assert read(render(DeploymentRed(RED, back_to="1.4.2"))) == snapshot(
        [
            """\
:red_circle: *payments* 1.4.2 → *1.5.0* in *integration* is in place, and is not well: errors rose from 0.1 % to 7 % of requests
• payments answers as 1.5.0
See <https://ci.example/runs/418|deploy 418>.\
""",
            "[Roll back to 1.4.2: deploy.back] | [What was deployed: history integration/payments]",
        ]
    )
    assert "deploy.back" not in str(render(DeploymentRed(replace(RED, stage="failed"))))


def test_ones_turn():
    assert read(render(DeploymentTurn(OPEN))) == snapshot(
        [
            ":rocket: It is your turn: *payments* 1.4.2 → *1.5.0* in *integration* is being deployed.",
            "[Cancel: deploy.cancel.0]",
        ]
    )


def test_whose_was_it():
    asked = BypassQuestion("B1", "integration", "payments", "1.5.0", "1.4.2", NOON, holder="U0BEN")
    assert read(render(asked)) == snapshot(
        [
            """\
:thinking_face: *payments* in *integration* went from 1.4.2 to *1.5.0* (<!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>) without a reservation. Was that you?
<@U0BEN> holds it, and is told.\
""",
            "[Mine: deploy.mine] | [Not mine: deploy.not_mine]",
            "There is no harm in it: whoever wonders what changed knows whom to ask.",
        ]
    )
    told = BypassTold("integration", "payments", "1.5.0", "", NOON)
    assert read(render(told)) == snapshot(
        [
            """\
:warning: *payments* in *integration* is now at *1.5.0* (<!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>) without a reservation.
Nobody knows who it was.\
""",
            "[What was deployed: history integration/payments]",
        ]
    )
    said = [read(render(replace(told, by="U0ANA", confirmed=sure)))[0].rpartition("\n")[2] for sure in (False, True)]
    assert said == snapshot(["<@U0ANA> is asked.", "<@U0ANA> says that it was theirs."])


PLACES = (versions.Place("integration", ("payments", "orders")), versions.Place("staging-2", ("payments",)))
WHERE = {
    PAYMENTS: RUNS,
    Target("staging-2", "payments"): replace(
        RUNS, target=Target("staging-2", "payments"), version="1.5.0", health=Health.DOWN, detail="503", by=""
    ),
}


def test_what_runs_where():
    assert read(versions.where(PLACES, WHERE, LATER, "/deploy")) == snapshot(
        [
            "What runs where",
            """\
*integration*
:large_green_circle: payments *1.4.2* · since <!date^1767614400^{time}|2026-01-05 12:00 UTC> · <@U0BEN> · :left_right_arrow: staging-2 has 1.5.0
:white_circle: orders · nothing is known of it\
""",
            """\
*staging-2*
:red_circle: payments *1.5.0* · since <!date^1767614400^{time}|2026-01-05 12:00 UTC> · *does not answer well*: 503 · :left_right_arrow: integration has 1.4.2\
""",
            "`/deploy history <service>` says how it came to be, `/deploy diff <environment>` what is new.",
        ]
    )


def test_what_differs():
    found = (
        versions.Difference("payments", "1.4.2", "1.5.0", 7, "https://git.example/compare"),
        versions.Difference("orders", "", "2.1.0"),
    )
    assert read(versions.diff("integration", "staging-2", found, 3, ("catalog",))) == snapshot(
        [
            """\
*integration* against *staging-2*
:left_right_arrow: payments *1.4.2* · staging-2 has *1.5.0* · <https://git.example/compare|7 commits>
:left_right_arrow: orders *nothing* · staging-2 has *2.1.0*
:heavy_check_mark: 3 the same
:white_circle: nobody can say: catalog\
"""
        ]
    )


def test_what_was_deployed():
    found = (GOOD, replace(RED, undoes="D1"), replace(RUNNING, note=""))
    assert read(versions.history("integration/payments", found, one=True)) == snapshot(
        [
            """\
*integration/payments*: what was deployed, newest first
:white_check_mark: <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> *payments* 1.4.2 → *1.5.0* in *integration* · <@U0ANA> · new fees
:red_circle: <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> *payments* 1.4.2 → *1.5.0* in *integration* · <@U0ANA> · a roll back · new fees
:rocket: <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> *payments* 1.4.2 → *1.5.0* in *integration* · <@U0ANA>\
""",
            "[Roll back…: rollback integration/payments]",
        ]
    )
    assert read(versions.history("", ())) == snapshot(["*Everywhere*: nothing was deployed yet."])


def test_the_last_good_set():
    sets = (
        versions.GoodSet("integration", {"payments": "1.4.2", "orders": "2.1.0"}, {"payments": "1.5.0"}),
        versions.GoodSet("staging-2", {}, {}),
    )
    assert read(versions.good(sets)) == snapshot(
        [
            """\
:trophy: *integration*: found good together last
• payments *1.4.2* · now *1.5.0*
• orders *2.1.0*\
""",
            ":white_circle: *staging-2*: nothing was found good together yet.",
        ]
    )


def test_rolling_back_asks_first():
    assert read(answers.roll_back(PAYMENTS, GOOD, "1.4.2", "", "rollback payments to integration")) == snapshot(
        [
            """\
:rewind: Roll *payments* in *integration* back from *1.5.0* to *1.4.2*?
1.5.0 was deployed by <@U0ANA>.\
""",
            "[Roll back to 1.4.2: deploy.back] | [Check first: check integration/payments@1.4.2]",
            "Understood: `rollback payments to integration`. Nothing was changed yet.",
        ]
    )


def test_what_could_be_deployed():
    tip = Commit(FIX.hash, FIX.subject, "Ana", at=NOON, url="https://git.example/9f8e7d6c")
    found = (answers.Candidate(PAYMENTS, tip, "1.4.2", 7), answers.Candidate(Target("integration", "orders"), None))
    assert read(answers.candidates(found, LATER)) == snapshot(
        [
            """\
*payments* in *integration* runs *1.4.2*.
Newest: <https://git.example/9f8e7d6c|9f8e7d6c> Round fees half up · Ana · <!date^1767614400^{time}|2026-01-05 12:00 UTC> · 7 commits since\
""",
            "[Deploy 9f8e7d6c: integration/payments@9f8e7d6c5b4a39281706f5e4d3c2b1a098765432] | [Check: check integration/payments@9f8e7d6c5b4a39281706f5e4d3c2b1a098765432]",
            """\
*orders* in *integration*: nobody knows what runs there.
Nobody can say what could be deployed: name a version.\
""",
            "Nothing was deployed. A version goes behind an @, such as `payments@1.5.0`.",
        ]
    )


def test_what_can_be_cancelled():
    assert read(answers.which_to_cancel((OPEN, replace(OPEN, stage="waiting", service="orders")))) == snapshot(
        [
            """\
:thinking_face: Which one?
• *payments* 1.4.2 → *1.5.0* in *integration* · <@U0ANA>
• *orders* 1.4.2 → *1.5.0* in *integration* · <@U0ANA>\
""",
            "[Cancel: payments: deploy.cancel.0] | [Leave the line: orders: deploy.cancel.1]",
        ]
    )
    assert read(answers.nothing_to_cancel((RUNNING,))) == snapshot(
        [
            """\
You deploy nothing now.
• <@U0ANA> deploys *payments* 1.4.2 → *1.5.0* in *integration*\
""",
            "[What runs where: where]",
        ]
    )
    assert read(answers.cancelled(RUNNING)) == snapshot(
        [
            ":no_entry_sign: *payments* 1.4.2 → *1.5.0* in *integration* is not deployed any more.",
            "[Check again: check integration/payments@1.5.0]",
        ]
    )


def test_a_refusal_offers_the_next_step():
    closed = GateClosed("integration/payments cannot be deployed now: <@U0BEN> holds it.", seen(HELD))
    over = Deployment("DABCDEFG2", PAYMENTS, "1.5.0", "U0ANA", NOON)
    assert read(refused(closed)) == snapshot(
        [
            """\
integration/payments cannot be deployed now: <@U0BEN> holds it.
• :lock: <@U0BEN> holds it until <!date^1767615000^{date_short_pretty} {time}|2026-01-05 12:10 UTC> · checkout fix\
""",
            "[Deploy when it's my turn: integration/payments@1.5.0] | [Ask the holder: ask integration/payments] | [Check again: check integration/payments@1.5.0]",
        ]
    )
    assert read(refused(NotUnderWay("It has ended.", over)))[1:] == snapshot(
        ["[What was deployed: history integration/payments]"]
    )
    assert read(refused(NothingBefore("Nothing is known of what ran there before.")))[1:] == snapshot(
        ["[What runs where: where]"]
    )


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
        render(DeploymentReceipt(deployment)),
        render(DeploymentRed(deployment, back_to=word or "1")),
        render(DeploymentTurn(deployment)),
        render(question),
        answers.begun((deployment,) * 8, word, stopped=word),
        answers.cancelled(deployment),
        answers.which_to_cancel((deployment,) * 20),
        versions.history(word, (deployment,) * 50, one=bool(word)),
    ):
        assert_fit_for_slack(message.blocks, text=message.text)
        assert "<!channel>" not in "".join(texts_of(message.blocks, "mrkdwn"))
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
        answers.question(Ambiguous(word, (Choice(word[:75].strip() or "x", word[:500]),) * 5)),
    ):
        assert_fit_for_slack(message.blocks, text=message.text)


@pytest.mark.parametrize("word", ["x", "a" * 10_000, "<!channel>", "שלום"])
def test_a_crowded_board_of_versions_fits(word):
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
