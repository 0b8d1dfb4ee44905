"""What the channel and whoever deploys read of a deployment, word for word."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.notices.facts import ComplaintFacts
from bot.notices.model import (
    BypassQuestion,
    BypassTold,
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentTurn,
    DeploymentUnsure,
)
from handlers.views.render import render
from tests.unit.views.deployed import (
    GOOD,
    NOON,
    OPEN,
    RED,
    RUNNING,
    WATCHED,
)
from tests.unit.views.test_words import read


def test_the_card_grows():
    stages = (
        replace(OPEN, stage="waiting", changes=(), changed=0),
        replace(OPEN, overridden_by="U0CEM", overridden_reason="disk is full"),
        RUNNING,
    )
    assert [read(render(DeploymentCard(each))) for each in stages] == snapshot(
        [
            [
                ":hourglass: *payments* 1.4.2 → *1.5.0* in *integration* · waits for its turn",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it",
            ],
            [
                """\
:rocket: *payments* 1.4.2 → *1.5.0* in *integration* · about to start
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · U0ANA
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more\
""",
                "<@U0ANA> · new fees · :unlock: gate set aside by <@U0CEM>: disk is full · :lock: lease `L2345678`, taken for it",
                "[Queue for 1 h: reserve integration/payments 1h] | [Tell me when it is free: watch integration/payments]",
            ],
            [
                """\
:rocket: *payments* 1.4.2 → *1.5.0* in *integration* · being deployed since <!date^1767614400^{time}|2026-01-05 12:00 UTC>
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · U0ANA
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it · <https://ci.example/runs/418|deploy 418>",
                "[Queue for 1 h: reserve integration/payments 1h] | [Tell me when it is free: watch integration/payments]",
            ],
        ]
    )


def test_the_card_says_what_the_watch_finds():
    stages = (WATCHED, GOOD, RED)
    assert [read(render(DeploymentCard(each))) for each in stages] == snapshot(
        [
            [
                """\
:eyes: *payments* 1.4.2 → *1.5.0* in *integration* · deployed, and watched until <!date^1767615000^{time}|2026-01-05 12:10 UTC>
• payments answers as 1.5.0
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · U0ANA
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, taken for it · <https://ci.example/runs/418|deploy 418>",
                "[Queue for 1 h: reserve integration/payments 1h] | [Tell me when it is free: watch integration/payments]",
            ],
            [
                """\
:white_check_mark: *payments* 1.4.2 → *1.5.0* in *integration* · deployed, and it works
Works with orders 2.1.0, inventory 0.9.3.
• payments answers as 1.5.0
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · U0ANA
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, was taken for it · <https://ci.example/runs/418|deploy 418>",
            ],
            [
                """\
:red_circle: *payments* 1.4.2 → *1.5.0* in *integration* · deployed, and not well: errors rose from 0.1 % to 7 % of requests
• payments answers as 1.5.0
Brings <https://git.example/acme/payments/compare/1.4.2...1.5.0|7 commits>:
• `9f8e7d6c` Round fees half up · U0ANA
• `12345678` Merge &lt;!channel&gt; \u2060*now\u2060* · Bob &lt;@U0BEN&gt;
… and 5 more\
""",
                "<@U0ANA> · new fees · :lock: lease `L2345678`, was taken for it · <https://ci.example/runs/418|deploy 418>",
            ],
        ]
    )


def test_what_went_around_the_gate_is_marked_on_its_card():
    around = replace(RUNNING, lease_id="", observed="integration/payments cannot be deployed now: <@U0BEN> holds it.")
    assert read(render(DeploymentCard(around)))[1] == snapshot(
        "<@U0ANA> · new fees · :warning: the gate said no: integration/payments cannot be deployed now: <@U0BEN> holds it. · <https://ci.example/runs/418|deploy 418>"
    )


def test_a_run_that_did_not_ask_the_gate_says_what_it_would_have_said():
    free = replace(WATCHED, lease_id="", unannounced=True)
    held = replace(free, observed="integration/payments cannot be deployed now: <@U0BEN> holds it.")
    assert [read(render(DeploymentCard(each)))[1] for each in (free, held)] == snapshot(
        [
            "<@U0ANA> · new fees · :warning: its pipeline ran without asking the gate · <https://ci.example/runs/418|deploy 418>",
            "<@U0ANA> · new fees · :warning: its pipeline ran without asking the gate, which would have said no: integration/payments cannot be deployed now: <@U0BEN> holds it. · <https://ci.example/runs/418|deploy 418>",
        ]
    )


def test_what_was_not_well_and_is_rolled_back_says_so_first():
    back = replace(RED, replaced_by="U0BEN", replaced_with="1.4.2")
    assert read(render(DeploymentCard(back)))[0].partition("\n")[0] == snapshot(
        ":leftwards_arrow_with_hook: *payments* 1.4.2 → *1.5.0* in *integration* · deployed, not well: errors rose from 0.1 % to 7 % of requests, and rolled back to *1.4.2* by <@U0BEN>"
    )


def test_what_did_not_come_to_be():
    heads = [
        read(render(DeploymentCard(replace(RUNNING, stage=stage, why=why, ended_by=by))))[0].partition("\n")[0]
        for stage, why, by in (("failed", "step <@U0ANA> failed", ""), ("cancelled", "", "U0ANA"), ("lost", "", ""))
    ]
    assert heads == snapshot(
        [
            ":x: *payments* 1.4.2 → *1.5.0* in *integration* · failed: step &lt;@U0ANA&gt; failed",
            ":no_entry_sign: *payments* 1.4.2 → *1.5.0* in *integration* · not deployed: cancelled by <@U0ANA>",
            ":warning: *payments* 1.4.2 → *1.5.0* in *integration* · it never said how it ended: look at its pipeline",
        ]
    )


def test_the_receipt():
    assert read(render(DeploymentReceipt(GOOD))) == snapshot(
        [
            """\
:white_check_mark: *payments* 1.4.2 → *1.5.0* in *integration* works with orders 2.1.0, inventory 0.9.3.
• payments answers as 1.5.0\
""",
            "Watched until <!date^1767615000^{time}|2026-01-05 12:10 UTC> · <https://ci.example/runs/418|deploy 418>",
        ]
    )


def test_a_receipt_with_a_doubt_names_it_first_escaped_and_has_a_way_back():
    line = "orders logs errors of a kind that is new, in one request"
    quoted = ComplaintFacts("orders", "<!here> no rate", 1, "https://traces.example/1")
    doubted = replace(GOOD, doubts=(line,), complaints=(quoted,))
    said = "\n".join(read(render(DeploymentReceipt(doubted, back_to="1.4.2"))))
    assert "works with orders 2.1.0, inventory 0.9.3, but look at this:\n:warning: orders logs errors" in said
    assert "1 x in orders: `&lt;!here&gt; no rate` · <https://traces.example/1|one of the requests>" in said
    assert "[Roll back to 1.4.2" in said
    assert "but look at this" in read(render(DeploymentCard(doubted)))[0]


def test_red_offers_to_roll_back_only_when_told_to_what():
    assert read(render(DeploymentRed(RED, back_to="1.4.2"))) == snapshot(
        [
            """\
:red_circle: *payments* 1.4.2 → *1.5.0* in *integration* is in place, and is not well: errors rose from 0.1 % to 7 % of requests
• payments answers as 1.5.0\
""",
            "<https://ci.example/runs/418|deploy 418>",
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


def test_whether_it_began():
    assert read(render(DeploymentUnsure(OPEN))) == snapshot(
        [
            """\
:grey_question: *payments* 1.4.2 → *1.5.0* in *integration*: nobody knows whether its run began.
Its provider did not answer when it was asked to start it, and lists no such run. Look there, and start it if it is not there.\
""",
            "[Start it: deploy.start] | [Cancel: deploy.cancel.0]",
            "It is looked for all the while: when it shows, the deployment goes on by itself.",
        ]
    )


def test_a_card_says_what_keeps_it():
    busy = "GitHub asks for a pause: again in 30 s."
    texts = [render(DeploymentCard(replace(each, why=busy))).text for each in (OPEN, RUNNING)]
    assert texts == snapshot(
        [
            ":rocket: *payments* 1.4.2 → *1.5.0* in *integration* · about to start: GitHub asks for a pause: again in 30 s.",
            ":rocket: *payments* 1.4.2 → *1.5.0* in *integration* · being deployed since <!date^1767614400^{time}|2026-01-05 12:00 UTC>: GitHub asks for a pause: again in 30 s.",
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
