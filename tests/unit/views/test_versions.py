"""What runs where, what differs, what was deployed: word for word."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.deployments.values import Health, Judged, Target, Watch
from bot.grammar.deploy_commands import Rollback
from bot.ports.pipelines import Commit
from handlers.views.deployments import answers, glance, versions
from tests.support.blocks import assert_fit_for_slack
from tests.unit.views.deployed import (
    FIX,
    GOOD,
    LATER,
    NOON,
    OPEN,
    PAYMENTS,
    RED,
    RUNNING,
    RUNS,
)
from tests.unit.views.test_words import read

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
:large_green_circle: payments *1.4.2* · since <!date^1767614400^{time}|2026-01-05 12:00 UTC> · <@U0BEN> · ≠ staging-2 has 1.5.0
:white_circle: orders · nothing is known of it\
""",
            """\
*staging-2*
:red_circle: payments *1.5.0* · since <!date^1767614400^{time}|2026-01-05 12:00 UTC> · *does not answer well*: 503 · ≠ integration has 1.4.2\
""",
            "`/deploy history &lt;service&gt;` says how it came to be, `/deploy diff &lt;environment&gt;` what is new.",
        ]
    )


def test_the_board_names_the_sick_first():
    sick = replace(RUNS, target=Target("integration", "orders"), version="2.1.0", health=Health.DOWN)
    assert glance.line((RUNS, sick)) == snapshot([":gear: :red_circle: orders 2.1.0 · payments 1.4.2"])
    assert glance.line(()) == []


def test_a_version_that_turned_red_is_not_green_though_it_answers():
    red = replace(RUNS, judged=Judged(Watch.RED, LATER, "errors rose to 7 %"))
    assert service_line(red) == snapshot(
        ":red_circle: payments *1.4.2* · since <!date^1767614400^{time}|2026-01-05 12:00 UTC> · <@U0BEN> · *not well*: errors rose to 7 %"
    )
    watched = replace(RUNS, target=Target("integration", "catalog"), judged=Judged(Watch.WATCHING, LATER))
    assert service_line(watched) == snapshot(
        ":large_green_circle: catalog *1.4.2* · since <!date^1767614400^{time}|2026-01-05 12:00 UTC> · <@U0BEN> · watched until <!date^1767615000^{time}|2026-01-05 12:10 UTC>"
    )
    good = replace(RUNS, judged=Judged(Watch.GOOD, LATER))
    assert service_line(good) == service_line(RUNS)
    assert glance.line((watched, good, red)) == snapshot(
        [":gear: :red_circle: payments 1.4.2 · :eyes: catalog 1.4.2 · payments 1.4.2"]
    )


def service_line(running):
    return versions.service_line(running.target, (), {running.target: running}, LATER)


def test_the_home_has_what_one_deploys():
    waits = replace(OPEN, stage="waiting", service="orders")
    blocks = glance.mine((RUNNING, waits))
    assert_fit_for_slack(blocks)
    assert [block["text"]["text"] for block in blocks if block["type"] == "section"] == snapshot(
        [
            ":rocket: *payments* 1.4.2 → *1.5.0* in *integration* is being deployed, since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> · <https://ci.example/runs/418|deploy 418>",
            ":rocket: *orders* 1.4.2 → *1.5.0* in *integration* waits for its turn, since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>",
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
≠ payments *1.4.2* · staging-2 has *1.5.0* · <https://git.example/compare|7 commits>
≠ orders *nothing* · staging-2 has *2.1.0*
:heavy_check_mark: 3 the same
:white_circle: nobody can say: catalog\
"""
        ]
    )


def test_what_only_one_of_two_environments_has_is_no_difference_that_nobody_knows():
    same = versions.diff("integration", "staging-2", (), 3, ())
    assert read(versions.with_alone(same, {"integration": ["catalog", "inventory"], "staging-2": []})) == snapshot(
        [
            """\
*integration* against *staging-2*
:heavy_check_mark: 3 the same\
""",
            "Only integration has catalog, inventory",
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
:white_check_mark: *integration*: found good together last
• payments *1.4.2* · now *1.5.0*
• orders *2.1.0*\
""",
            ":white_circle: *staging-2*: nothing was found good together yet.",
        ]
    )


def test_rolling_back_asks_first():
    assert read(
        answers.roll_back(
            PAYMENTS, GOOD, "1.4.2", Rollback("integration", "payments", "", "rollback payments to integration")
        )
    ) == snapshot(
        [
            """\
:leftwards_arrow_with_hook: Roll *payments* in *integration* back from *1.5.0* to *1.4.2*?
1.5.0 was deployed by <@U0ANA>.\
""",
            "[Roll back to 1.4.2: deploy.back] | [Check first: check integration/payments@1.4.2]",
            "Understood: `rollback payments to integration`. Nothing was changed yet.",
        ]
    )


def test_what_could_be_deployed():
    tip = Commit(FIX.hash, FIX.subject, "Ana", at=NOON, url="https://git.example/9f8e7d6c")
    tagged = answers.Candidate(PAYMENTS, replace(tip, version="1.5.0"), "1.4.2", 7)
    assert read(answers.candidates([tagged], LATER))[1] == snapshot(
        "[Deploy 1.5.0: integration/payments@1.5.0] | [Check: check integration/payments@1.5.0]"
    )
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
