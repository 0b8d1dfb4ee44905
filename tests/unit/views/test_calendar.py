"""`/env calendar`: each day in the reader's zone, what is theirs with its button, and a message that Slack takes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.rules.agenda import Entry
from handlers.views.calendar import Look, calendar
from tests.support.blocks import assert_fit_for_slack

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEASE = LeaseFacts("L1", 1, "U0ANA", "integration", (), "exclusive", "active", "fix", NOON, 60, started=NOON)
BOOKED = replace(LEASE, lease_id="L2", person="U0BEN", status="booked", reason="demo", services=("orders", "payments"))
FREEZE = FreezeFacts("F1", "integration", NOON, NOON, "weekend", "catalog", planned=True)
DOWN = ConditionFacts("integration/orders", "down", "disk full", "U0ELI", NOON)
LOOK = Look("U0CEM", NOON, ZoneInfo("UTC"), "integration", "integration", "/env", "https://signalbox.example.com")


def entry(what, start, length):
    return Entry(NOON + start, NOON + start + length, what)


def shown(*entries, **look):
    """A text for each block, with the label of its button."""
    message = calendar(entries, replace(LOOK, **look))
    assert_fit_for_slack(message.blocks, text=message.text)
    return [_words(block) for block in message.blocks]


def _words(block):
    button = f" [{block['accessory']['text']['text']}]" if "accessory" in block else ""
    return "\n".join(x["text"] for x in block.get("elements", [block.get("text")])) + button


def test_a_few_days():
    assert "\n\n".join(
        shown(
            entry(LEASE, -HOUR, 3 * HOUR),
            entry(DOWN, -HOUR, 2 * HOUR),
            entry(replace(FREEZE, reason="release", planned=False, by="U0ELI"), 6 * HOUR, DAY),
            entry(BOOKED, 3 * DAY, 2 * HOUR),
            entry(replace(BOOKED, person="pipeline:nightly", mode="shared", reason=""), 10 * DAY, HOUR),
        )
    ) == snapshot("""\
Calendar of integration

*<!date^1767614400^{date_long_pretty}|2026-01-05 12:00 UTC>*
:lock: <!date^1767610800^{time}|2026-01-05 11:00 UTC> to <!date^1767621600^{time}|2026-01-05 14:00 UTC> · *integration* · <@U0ANA> has it, exclusive · fix
:red_circle: <!date^1767610800^{time}|2026-01-05 11:00 UTC> to <!date^1767618000^{time}|2026-01-05 13:00 UTC> · *integration/orders* · down, expected back then · disk full · says <@U0ELI>
:snowflake: <!date^1767636000^{time}|2026-01-05 18:00 UTC> until <!date^1767722400^{date_short_pretty} {time}|2026-01-06 18:00 UTC> · *integration* · frozen · release · by <@U0ELI>

*<!date^1767700800^{date_long_pretty}|2026-01-06 12:00 UTC>*
:snowflake: until <!date^1767722400^{time}|2026-01-06 18:00 UTC> · *integration* · frozen · release · by <@U0ELI>

*<!date^1767873600^{date_long_pretty}|2026-01-08 12:00 UTC>*
:calendar: <!date^1767873600^{time}|2026-01-08 12:00 UTC> to <!date^1767880800^{time}|2026-01-08 14:00 UTC> · *integration/orders, payments* · booked by <@U0BEN>, exclusive · demo

*Later*
:calendar: <!date^1768478400^{date_short_pretty} {time}|2026-01-15 12:00 UTC> to <!date^1768482000^{time}|2026-01-15 13:00 UTC> · *integration/orders, payments* · booked by pipeline nightly, shared

To book: `/env book integration tomorrow 9:00 2h`

To have it in your own calendar, subscribe to `https://signalbox.example.com/calendar/integration.ics?token=TOKEN`. Whoever runs Signalbox makes the token: `signalbox token create NAME --scope calendar:read`\
""")


def test_an_empty_calendar_says_how_to_book_and_how_to_subscribe():
    assert shown() == snapshot(
        [
            ":large_green_circle: Nothing is booked, frozen or held in *integration*.",
            "To book: `/env book integration tomorrow 9:00 2h`",
            "To have it in your own calendar, subscribe to `https://signalbox.example.com/calendar/integration.ics?token=TOKEN`. Whoever runs Signalbox makes the token: `signalbox token create NAME --scope calendar:read`",
        ]
    )


def test_without_a_known_address_it_says_who_knows_it():
    assert "`SIGNALBOX_PUBLIC_URL`" in shown(root="")[-1]
    assert "`/calendar/ENVIRONMENT.ics?token=TOKEN`" in shown(root="", target="")[-1]


def test_the_feed_of_a_part_is_that_of_its_environment():
    assert "/calendar/integration.ics?" in shown(target="integration/orders")[-1]


def test_a_day_begins_where_the_reader_is():
    late = entry(BOOKED, 11 * HOUR, 30 * timedelta(minutes=1))
    here, there = shown(late), shown(late, zone=ZoneInfo("Asia/Tokyo"))
    assert "2026-01-05 12:00 UTC" in here[1]
    assert "2026-01-06 03:00 UTC" in there[1], "noon in Tokyo, of the day after"


def test_what_lasts_for_days_is_on_each_of_them_and_not_on_the_one_whose_midnight_ends_it():
    assert len(shown(entry(FREEZE, 6 * HOUR, DAY + 7 * HOUR))[1:-2]) == 3
    until_midnight = shown(entry(FREEZE, 6 * HOUR, DAY + 6 * HOUR))[1:-2]
    assert [day.splitlines()[1].split(" · ")[0].split("|")[0] for day in until_midnight] == snapshot(
        [":snowflake: <!date^1767636000^{time}", ":snowflake: until <!date^1767744000^{time}"]
    )


def test_ones_own_booking_has_its_button_where_it_begins_and_only_there():
    mine = replace(BOOKED, person="U0CEM")
    others = (replace(BOOKED, lease_id=id) for id in ("L3", "L4"))
    blocks = shown(entry(next(others), HOUR, HOUR), entry(mine, 6 * HOUR, DAY), entry(next(others), 7 * HOUR, HOUR))
    assert [block.endswith("[Cancel booking]") for block in blocks[1:-2]] == [False, True, False, False]
    assert "<@U0CEM>" in blocks[2]


def test_what_one_holds_cannot_be_cancelled_here():
    assert "[" not in "".join(shown(entry(replace(LEASE, person="U0CEM"), -HOUR, 2 * HOUR))[:-2])


@pytest.mark.parametrize(("status", "says"), [("offered", ", is being asked,"), ("queued", ", waits for it,")])
def test_a_booking_whose_time_has_come_says_what_it_waits_for(status, says):
    assert f"booked by <@U0BEN>{says}" in shown(entry(replace(BOOKED, status=status), -HOUR, 2 * HOUR))[1]


def test_a_crowded_day_keeps_what_is_ones_own_and_counts_the_rest():
    crowd = [entry(replace(BOOKED, lease_id=f"L{n}"), HOUR + n * timedelta(minutes=1), HOUR) for n in range(30)]
    mine = entry(replace(BOOKED, lease_id="MINE", person="U0CEM"), 9 * HOUR, HOUR)
    blocks = shown(*crowd, mine)
    assert any("<@U0CEM>" in block and block.endswith("[Cancel booking]") for block in blocks)
    assert "… and 21 more" in blocks[-3]


NASTY = st.sampled_from(["", "<!channel> <@U0BEN>", "*bold* `x", "a" * 10_000, "\x00\x1b[31m", "שלום", "&" * 300])


@given(NASTY, st.integers(0, 60), st.integers(0, 14 * 24), st.integers(1, 14 * 24), st.sampled_from(["U0CEM", "U0BEN"]))
def test_whatever_is_planned_slack_takes_the_message(text, many, start, length, person):
    lease = replace(BOOKED, reason=text, person=person, services=tuple(f"service-{n}" for n in range(many)))
    freeze, down = replace(FREEZE, reason=text, planned=False, by=person), replace(DOWN, reason=text)
    entries = [
        entry(what, start * HOUR / 2 + n * HOUR, length * HOUR)
        for n in range(many)
        for what in (replace(lease, lease_id=f"L{n}"), replace(lease, status="active"), freeze, down)
    ]
    message = calendar(entries, replace(LOOK, target=""))
    assert_fit_for_slack(message.blocks, text=message.text)
    assert "<!channel>" not in str(message)
