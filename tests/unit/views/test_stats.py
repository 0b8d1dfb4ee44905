"""What `stats` says, and the picture below it."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.catalog.values import Environment, Hours
from bot.stats.closures import closures_of
from bot.stats.lives import lives_of
from bot.stats.report import report
from bot.stats.timeline import Seen
from handlers.views import chart
from handlers.views.stats import alt_text, stats
from tests.support.blocks import assert_fit_for_slack
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

BERLIN = Hours("Europe/Berlin")
PLACE = Environment("integration", services=("payments", "orders"), hours=BERLIN)


def a_story():
    town = Story()
    town.reserve("ana", length=2 * HOUR, team="pay")
    town.reserve("ben", "payments", mode=SHARED, length=HOUR)
    town.after(90 * MINUTE)
    town.release("ana")
    town.accept("ben")
    town.after(HOUR)
    return town


def told(town, *environments, back=timedelta(days=7), hours=BERLIN, title="integration"):
    seen = environments or (PLACE,)
    period = (town.now - back, town.now)
    return report(Seen(lives_of(town.history), closures_of(town.history), period), seen, hours, title)


def shown(message):
    return "\n".join(
        [block["text"]["text"] for block in message.blocks if "text" in block]
        + [field["text"] for block in message.blocks for field in block.get("fields", [])]
    )


def test_the_figures_stand_in_words():
    message = stats(told(a_story(), back=timedelta(hours=10)), "integration", "F00000001")
    words = shown(message)
    assert "*integration* over the last 10 h" in words
    assert "*Leases*\n2\nheld for 1 h 15 min (median), 9 in 10 for up to 1 h 30 min" in words
    assert "*Waits*\n1\nwaited for 1 h 30 min (median)" in words
    assert "1 released\n1 ran out of time" in words
    assert "pay 60%, no team 40%" in words
    assert message.text == "*integration* over the last 10 h: used 57% of working hours"


def test_very_little_is_not_nothing():
    town = Story()
    town.reserve("ana", length=2 * HOUR)
    town.after(MINUTE / 4)
    town.release("ana")
    words = shown(stats(told(town), "integration", None))
    assert "less than 1% of all hours" in words
    assert "held for less than a minute (median)" in words
    assert "0 min" not in words


def test_the_picture_stands_below_with_its_words():
    message = stats(told(a_story()), "integration", "F00000001")
    [picture] = [block for block in message.blocks if block["type"] == "image"]
    assert picture["slack_file"] == {"id": "F00000001"}
    assert picture["alt_text"].endswith("Rows: payments, orders.")
    assert_fit_for_slack(message.blocks, text=message.text)


def test_without_a_picture_it_says_why():
    message = stats(told(a_story()), "integration", None, "The chart could not be uploaded: missing_scope.")
    assert "missing_scope" in str(message.blocks[-2])
    assert not any(block["type"] == "image" for block in message.blocks)


def test_what_nobody_held_is_one_line():
    assert (
        shown(stats(told(Story()), "integration", None)) == "*integration* over the last 7 days: nobody held any of it."
    )


def test_a_longer_time_is_one_press_away():
    assert '"days":30' in str(stats(told(a_story()), "integration", None).blocks[-1])
    assert stats(told(a_story(), back=timedelta(days=90)), "", None).blocks[-1]["type"] == "context"


def drawn(seen):
    picture = Image.open(BytesIO(chart.draw(seen.timeline))).convert("RGB")
    return picture, {colour for _, colour in picture.getcolors(maxcolors=1_000_000) or []}


def rgb(text):
    return tuple(bytes.fromhex(text.removeprefix("#")))


def test_the_same_history_gives_the_same_bytes():
    assert chart.draw(told(a_story()).timeline) == chart.draw(told(a_story()).timeline)


def test_what_is_held_shared_and_waited_for_has_its_colour():
    picture, _ = drawn(told(a_story(), back=timedelta(hours=4)))
    band = picture.crop((2 * 152, 2 * 78, 2 * 572, 2 * 144))
    colours = {colour for _, colour in band.getcolors(maxcolors=1_000_000) or []}
    assert colours >= {rgb(each) for each in (chart.EXCLUSIVE, chart.SHARED, chart.WAITING)}


def test_nothing_held_has_none_of_them():
    picture, _ = drawn(told(Story(), back=timedelta(hours=4)))
    band = picture.crop((2 * 152, 2 * 78, 2 * 572, 2 * 144))
    colours = {colour for _, colour in band.getcolors(maxcolors=1_000_000) or []}
    assert not colours & {rgb(each) for each in (chart.EXCLUSIVE, chart.SHARED, chart.WAITING)}


def test_a_lease_of_a_minute_is_seen_in_a_month():
    town = Story()
    town.reserve("ana", length=MINUTE)
    town.after(MINUTE)
    town.after(24 * HOUR)
    picture, _ = drawn(told(town, back=timedelta(days=30)))
    column = picture.crop((2 * 152, 2 * 78, 2 * 572, 2 * 108))
    assert rgb(chart.EXCLUSIVE) in {colour for _, colour in column.getcolors(maxcolors=1_000_000) or []}


def test_forty_environments_fit_and_the_rest_is_counted():
    many = tuple(Environment(f"a-very-long-environment-name-{n:02}") for n in range(40))
    picture, _ = drawn(told(Story(), *many, title="Environments"))
    assert picture.width == 1280
    assert picture.height < 2 * 900


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
@pytest.mark.parametrize("days", [1, 2, 7, 14, 30, 90, 365])
def test_the_days_are_the_readers(zone, days):
    """Also across the change of the clocks."""
    end = datetime(2026, 4, 6, 12, 30, tzinfo=UTC)
    seen = report(Seen((), (), (end - timedelta(days=days), end)), (PLACE,), Hours(zone), "integration").timeline
    ticks = list(chart._ticks(seen))
    assert 2 <= len(ticks) <= 14
    assert [at for at, _ in ticks] == sorted(at for at, _ in ticks)
    assert all(at.utcoffset() == seen.hours.zone.utcoffset(at.replace(tzinfo=None)) for at, _ in ticks)
    if days > 2:
        assert all((at.hour, at.minute) == (0, 0) for at, _ in ticks[1:])


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60 * 24 * 400), st.integers(0, 8))
def test_any_period_can_be_drawn(minutes, services):
    place = Environment("integration", services=tuple(f"s{n}" for n in range(services)))
    assert chart.draw(told(a_story(), place, back=timedelta(minutes=minutes)).timeline).startswith(b"\x89PNG")


def test_the_words_of_a_picture_keep_slacks_limit():
    many = tuple(Environment(f"environment-number-{n:03}") for n in range(200))
    assert len(alt_text(told(a_story(), *many))) <= 1_000


def test_the_story_is_as_old_as_it_says():
    assert a_story().now == NINE + 150 * MINUTE
