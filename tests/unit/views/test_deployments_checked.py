"""Whether it is safe now, and what was begun: what is answered, word for word."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.deployments.preflight import Preflight, Reason, Why, sentence
from bot.deployments.refusals import GateClosed, NothingBefore, NotUnderWay
from bot.deployments.values import Deployment, Target
from handlers.views.deployments import answers, checks
from handlers.views.errors import refused
from tests.unit.views.deployed import (
    HELD,
    LATER,
    LINE,
    NOON,
    OPEN,
    PAYMENTS,
    RUNNING,
    seen,
)
from tests.unit.views.test_words import read


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


def test_who_may_not_roll_back_is_not_told_that_it_is_so_now():
    message = read(checks.checked((seen(Reason(Why.NOT_OWNER, ("U0ANA",))),), LINE, NOON, undoes="D1"))
    assert message[0].splitlines()[:2] == [
        ":no_entry: *payments* in *integration* cannot be rolled back to *1.5.0* by you.",
        "• :busts_in_silhouette: only its owners roll it back: <@U0ANA>",
    ]
    missing = seen(Reason(Why.NO_VERSION))
    assert read(checks.checked((missing,), LINE, NOON))[0].startswith(
        ":no_entry: *payments 1.5.0* in *integration* cannot be deployed.\n"
    )
    assert sentence(missing) == "integration/payments cannot be deployed: there is no such version."


def test_a_pre_flight_that_says_no_offers_an_override_only_to_those_who_may():
    frozen = seen(Reason(Why.FROZEN, ("U0CEM",), LATER, "release week"), Reason(Why.SAME))
    assert read(checks.checked((frozen,), LINE, NOON, may_override=True)) == snapshot(
        [
            """\
:no_entry: *payments 1.5.0* in *integration* cannot be deployed now.
• :snowflake: it is frozen until <!date^1767615000^{date_short_pretty} {time}|2026-01-05 12:10 UTC> · release week
• :heavy_check_mark: *1.5.0* runs there already
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
            Reason(Why.NO_VERSION, near=("1.5.0-rc1", "1.5.1")),
            Reason(Why.AWAY, words="GitHub has trouble (503): again in 30 s."),
            Reason(Why.NO_PIPELINE),
            Reason(Why.SAME),
        )
    ]
    assert lines == snapshot(
        [
            ":hourglass: <@U0BEN>, <@U0CEM> wait for it before you",
            ":rocket: pipeline nightly deploys 1.4.9 there",
            ":red_circle: it is down · disk is full · expected to be well again <!date^1767615000^{date_short_pretty} {time}|2026-01-05 12:10 UTC> · says <@U0CEM>",
            ":large_orange_circle: it is degraded · slow · says <@U0CEM>",
            ":red_circle: it does not answer well at its health address: 503",
            ":busts_in_silhouette: only its owners deploy it: <@U0OWNER0>, <@U0OWNER1>, <@U0OWNER2>, <@U0OWNER3>, <@U0OWNER4> and 3 more",
            ":x: there is no tag, branch or commit called *1.5.0*. Did you mean *1.5.0-rc1* or *1.5.1*?",
            ":zzz: GitHub has trouble (503): again in 30 s. It begins once that answers again.",
            ":wrench: nobody has said how it is deployed. Give it a `deploy:` section in the catalog, or deploy with your own pipeline behind `POST /v1/deployments`.",
            ":heavy_check_mark: *1.5.0* runs there already",
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
• :heavy_check_mark: *1.5.0* runs there already\
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


def test_a_pre_flight_says_which_open_cases_point_to_the_service_and_that_others_are_open():
    mine = Reason(Why.SUSPECTED, ("U0BEN",), words="payments: KeyError <!channel> 'EUR'")
    others = Reason(Why.CASES, words="inventory: timeout", count=3)
    assert read(checks.checked((seen(mine, others),), LINE, LATER))[0] == snapshot("""\
:warning: *payments 1.5.0* in *integration* can be deployed now. Know this first:
• :red_circle: an open case points to it: payments: KeyError &lt;!channel&gt; 'EUR' · <@U0BEN> looks into it
• :white_circle: another case is open there: inventory: timeout (and 2 more)
Runs there: 1.4.2, since <!date^1767614400^{time}|2026-01-05 12:00 UTC>
Called by: orders, storefront\
""")
