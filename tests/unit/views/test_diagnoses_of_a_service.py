"""What people read of a service that they asked about, and the times that a diagnosis names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from inline_snapshot import snapshot

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.facts import facts
from bot.diagnosis.values import Clause, Explanation
from bot.notices.diagnosing import ClauseFacts
from handlers.views.diagnoses.plain import plain
from handlers.views.diagnoses.words import clause
from tests.support.diagnosing import AT, LIKELY, SPANS, item
from tests.unit.views.test_diagnoses_told import answered, shown, words
from tests.unit.views.test_words import read

SUBJECT = Clause("12 of 40 calls to orders fail, in health none of 40: that begins in payments, which it calls", SPANS)
ALSO = (Clause("inventory is slow (it takes 80 ms longer)", (item("span:t9/s9", "inventory"),)),)


def test_asked_about_a_service_it_begins_with_that_one():
    found = answered(replace(LIKELY, subject=SUBJECT, also=ALSO))
    said = read(shown(found))
    first, second, *_ = said[0].splitlines()
    assert first.startswith(":mag: 12 of 40 calls to orders fail, in health none of 40:")
    assert second.startswith("Likely *payments*")
    assert "*In the same minutes:* inventory is slow (it takes 80 ms longer) (<" in said[1]
    assert plain(facts(found)).splitlines()[1].startswith("  - 12 of 40 calls to orders fail")


def test_of_a_service_that_is_well_nothing_but_that_is_said():
    nothing = Clause("nothing unusual is seen of orders in 80 calls, compared with the 15 minutes before", SPANS[:1])
    found = answered(Explanation("", Confidence.LOW, subject=nothing, also=ALSO))
    assert read(shown(found))[:2] == snapshot(
        [
            ":grey_question: Nothing unusual is seen of orders in 80 calls, compared with the 15 minutes before (<https://telemetry.example.com/traces/t0|trace>)",
            "*In the same minutes:* inventory is slow (it takes 80 ms longer) (<https://telemetry.example.com/span/t9/s9|trace>).",
        ]
    )
    assert "Cannot tell" not in plain(facts(found))


FAKES = "<!date^0^{time}|x> ‹!date^1›"


@pytest.mark.parametrize(
    ("text", "hours", "said"),
    [
        ("it began at 12:03:40 UTC", 0, "it began at <!date^1772453020^{time_secs}|12:03:40 UTC>"),
        (
            "it began at 12:03:40 UTC",
            -24,
            "it began at <!date^1772366620^{date_short_pretty} {time_secs}|12:03:40 UTC>",
        ),
        (
            '"at 12:03:40 UTC" appears first at 12:03:40 UTC, later',
            0,
            '"at 12:\u206003:40 UTC" appears first at <!date^1772453020^{time_secs}|12:03:40 UTC>, later',
        ),
        ("it began at 12:03:41 UTC", 0, "it began at 12:\u206003:41 UTC"),
        (f"{FAKES} at 12:03:40 UTC", 0, None),
    ],
)
def test_only_a_time_that_we_wrote_is_shown_in_its_readers_zone(text, hours, said):
    """However others write theirs: a line that is quoted, or a model."""
    at = AT + timedelta(seconds=40, hours=hours)
    shown_as = clause(ClauseFacts(text, moments=(at,)), facts(answered()), "")
    assert said in {shown_as, None}
    assert shown_as.count("<!date^") == (0 if "41" in text else 1)
    assert "<" not in clause(ClauseFacts(text), facts(answered()), "")


def test_times_beside_the_statements_are_shown_so_as_well():
    told = replace(
        LIKELY,
        unchanged="payments 1.5.0 came at 12:05:00 UTC, after it was first seen",
        missing=("nothing to compare with before 12:03:00 UTC",),
        moments=(AT.timestamp() + 120, AT.timestamp()),
    )
    said = words(shown(answered(told)))
    assert "payments 1.5.0 came at <!date^1772453100^{time_secs}|12:05:00 UTC>, after it was first seen" in said
    assert "nothing to compare with before <!date^1772452980^{time_secs}|12:03:00 UTC>" in said
    assert "came at 12:05:00 UTC" in plain(facts(answered(told)))
