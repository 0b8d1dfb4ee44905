"""What people read of rules, of flaky tests, and of runs that are green for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from inline_snapshot import snapshot

from bot.notices.casework import CaseCard, CaseLine, RuledFacts
from bot.notices.running import ExcusedFacts, RunFacts, SuiteEnded
from handlers.views.cases import forms, rules
from handlers.views.render import render
from tests.support.blocks import VIEW_BLOCKS, assert_fit_for_slack, markup_in
from tests.unit.views.deployed import NOON
from tests.unit.views.test_cases_told import CASE, EUR, MINUTE, STOCK
from tests.unit.views.test_every_view_is_fit_for_slack import NASTY
from tests.unit.views.test_words import read

KNOWN = RuledFacts(
    "K2Q7WMZ3A", "known issue", "U0ANA", "https://tickets.example.com/OPS-311", until=NOON + 14 * 24 * 60 * MINUTE
)
QUARANTINED = replace(KNOWN, says="quarantine", words="flaky since the fair", owner="U0BEN")
MERGED = replace(KNOWN, says="merge", words="KeyError: 'USD'")


def test_what_is_known_stands_beside_what_is_new():
    case = replace(CASE, causes=(EUR, replace(STOCK, ruled=KNOWN)), known=("OPS-311",), quarantined=2)
    assert "\n".join(read(render(CaseCard(case)))[:4]) == snapshot("""\
:red_circle: *payments: KeyError: 'EUR'* broke 4 of 127 in checkout-api · integration
• *payments: KeyError: 'EUR'* · 4 tests · New since payments 1.4.2 → 1.5.0 (<!date^1767614400^{time}|2026-01-05 12:00 UTC>, <@U0ANA>) · never in 240 earlier runs
• *AssertionError: 3 items of 4* · 2 tests · A known issue, <https://tickets.example.com/OPS-311|OPS-311>, until <!date^1768824000^{date_short_pretty} {time}|2026-01-19 12:00 UTC> · said by <@U0ANA>
also 1 known (OPS-311), 2 quarantined
_Nobody is looking yet_\
""")


@pytest.mark.parametrize(
    ("how", "cause", "line"),
    [
        (
            "ruled",
            replace(EUR, ruled=KNOWN),
            snapshot(
                ":label: <@U0CEM>: *payments: KeyError: 'EUR'* is a known issue, <https://tickets.example.com/OPS-311|OPS-311>, until <!date^1768824000^{date_short_pretty} {time}|2026-01-19 12:00 UTC>."
            ),
        ),
        (
            "ruled",
            replace(EUR, ruled=QUARANTINED),
            snapshot(
                ":label: <@U0CEM>: *payments: KeyError: 'EUR'* is quarantined, until <!date^1768824000^{date_short_pretty} {time}|2026-01-19 12:00 UTC>: flaky since the fair; <@U0BEN> looks after it."
            ),
        ),
        (
            "ruled",
            replace(EUR, ruled=MERGED),
            snapshot(
                ":label: <@U0CEM>: *payments: KeyError: 'EUR'* is the same as KeyError: 'USD', until <!date^1768824000^{date_short_pretty} {time}|2026-01-19 12:00 UTC>."
            ),
        ),
        (
            "undone",
            replace(EUR, ruled=KNOWN),
            snapshot(
                ":label: <@U0CEM> has taken back that *payments: KeyError: 'EUR'* is a known issue, <https://tickets.example.com/OPS-311|OPS-311>, until <!date^1768824000^{date_short_pretty} {time}|2026-01-19 12:00 UTC>."
            ),
        ),
        (
            "moved",
            EUR,
            snapshot(
                ":point_right: <@U0CEM>: *payments: KeyError: 'EUR'* comes from *orders*. <!subteam^S0ORDERS>: please look."
            ),
        ),
        (
            "moved back",
            replace(EUR, service="orders", service_by="U0BEN"),
            snapshot(
                ":label: <@U0CEM> has taken back that *KeyError: 'EUR'* comes from *orders*. <!subteam^S0ORDERS>: it is no longer yours."
            ),
        ),
    ],
    ids=["known", "quarantined", "merged", "undone", "moved", "moved back"],
)
def test_what_somebody_said_of_a_cause_is_one_line(how, cause, line):
    now = replace(EUR, service="orders", service_by="U0CEM", cause_id="eur")
    told = CaseLine(replace(CASE, causes=(now,)), how, "U0CEM", replace(cause, cause_id="eur"), ("S0ORDERS",))
    assert render(told).text == line


def test_rules_that_hold_are_listed_with_a_button_that_takes_each_back():
    facts = rules.RuleFacts(QUARANTINED, "test_buying[EUR]", "checkout-api", "")
    listed = rules.rules((facts,), "/suite", NOON)
    assert read(listed) == snapshot(
        [
            "*1 rule of people holds*",
            """\
*test\u2060_buying[EUR]* is quarantined, until <!date^1768824000^{date_short_pretty} {time}|2026-01-19 12:00 UTC>: flaky since the fair; <@U0BEN> looks after it
checkout-api in every environment · said by <@U0ANA> · `K2Q7WMZ3A`\
""",
            "Each ends by itself. `/suite rules undo &lt;rule&gt;` takes one back.",
        ]
    )
    assert listed.blocks[1]["accessory"]["action_id"] == "rule.undo.1"
    assert "nobody has said" in rules.rules((), "/suite", NOON).text


FLAKY = rules.FlakyFacts(
    forms.About("checkout-api", "integration", cause="eur", test="0a1b", name="test_buying[EUR]"),
    "KeyError: 'EUR'",
    0.031,
    9,
    400,
    NOON,
)


def test_flaky_tests_are_listed_with_how_often_and_since_when():
    listed = rules.flaky((FLAKY, replace(FLAKY, quarantined=NOON + 60 * MINUTE)), "", NOON)
    assert read(listed) == snapshot(
        [
            "2 flaky tests",
            """\
`test_buying[EUR]` · checkout-api · integration
9 of its last 400 runs · about 3 % · since <!date^1767614400^{time}|2026-01-05 12:00 UTC>
KeyError: 'EUR'\
""",
            """\
`test_buying[EUR]` · checkout-api · integration
9 of its last 400 runs · about 3 % · since <!date^1767614400^{time}|2026-01-05 12:00 UTC> · quarantined until <!date^1767618000^{time}|2026-01-05 13:00 UTC>
KeyError: 'EUR'\
""",
            "A test is flaky when it has failed of one cause and passed, twice, while nothing else changed.",
        ]
    )
    assert ["accessory" in block for block in listed.blocks] == [False, True, False, False]


RUN = RunFacts(
    *("R418", 418, "checkout-api", "integration", "U0ANA", "person", "over", NOON, "passed"),
    total=127,
    passed=127,
    flaky=1,
    excused=(ExcusedFacts("refund.spec:12", "0a1b", "eur", 1, 9, 400, passed_then=True),),
)


def test_a_run_that_was_green_on_retry_names_the_test_and_offers_to_quarantine_it():
    receipt = render(SuiteEnded(RUN))
    assert read(receipt) == snapshot(
        [
            ":large_yellow_circle: *checkout-api* #418 in *integration*: green on retry: 127 passed, 1 only when tried again",
            "`refund.spec:12` failed once, then passed on the same versions (9 of its last 400).",
        ]
    )
    assert receipt.blocks[1]["accessory"]["text"]["text"] == "Quarantine…"


def test_a_run_with_a_quarantined_failure_is_green_and_says_so():
    shut = ExcusedFacts("refund.spec:12", "0a1b", "eur", 1, 9, 400, owner="U0BEN", until=NOON)
    receipt = render(SuiteEnded(replace(RUN, passed=126, failed=1, flaky=0, quarantined=1, excused=(shut,))))
    assert read(receipt) == snapshot(
        [
            ":large_yellow_circle: *checkout-api* #418 in *integration*: green but for what is quarantined: 126 passed, 1 failed",
            "`refund.spec:12` failed: it is quarantined until <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>, and <@U0BEN> looks after it.",
        ]
    )


@pytest.mark.parametrize("ruled", [KNOWN, QUARANTINED, MERGED], ids=["known", "quarantined", "merged"])
@given(text=NASTY, name=NASTY)
def test_whatever_people_say_of_causes_is_text(ruled, text, name):
    ruled = replace(ruled, words=text)
    facts, flaky = (
        rules.RuleFacts(ruled, name, name, ""),
        replace(FLAKY, says=text, about=replace(FLAKY.about, name=name)),
    )
    told = CaseLine(CASE, "ruled", "U0ANA", replace(EUR, ruled=ruled, says=name))
    for message in (render(told), rules.rules((facts,) * 30, "/suite", NOON), rules.flaky((flaky,) * 30, name, NOON)):
        assert_fit_for_slack(message.blocks, text=message.text)
        assert "<!channel>" not in markup_in(message.blocks, message.text)


@given(text=NASTY, name=NASTY)
def test_forms_about_causes_take_whatever_tests_say(text, name):
    about = forms.About("api", "integration", cause="eur", test="0a1b", name=name[:200])
    causes = tuple(replace(EUR, says=text, cause_id=f"c{n}") for n in range(30))
    groups = {f"{n} {name}"[:75]: [(f"test {n} {m}", text) for m in range(20)] for n in range(4)}
    for form in (
        forms.rule_form(about, causes, "U0ANA"),
        forms.move_form(forms.of_case(CASE), causes, ["payments", "orders"]),
        forms.part_form(forms.of_case(CASE), groups),
    ):
        assert_fit_for_slack(form["blocks"], most=VIEW_BLOCKS)
