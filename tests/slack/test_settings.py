"""Personal settings, from the button on the Home to what is delivered by them."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.notices.preferences import Preferences, Quiet
from bot.notices.topics import OPTIONAL, Topic
from tests.support.blocks import VIEW_BLOCKS, assert_fit_for_slack
from tests.support.signalbox import ANA, BEN, words_of

SERVICES = ("storefront", "catalog", "orders", "payments", "inventory")


def until_eight(now):
    """Until a morning in Berlin, so that no midnight comes in between."""
    local = now.astimezone(ZoneInfo("Europe/Berlin"))
    return local.replace(hour=8, minute=0) + timedelta(days=1) - local


@pytest.fixture
async def form(signalbox):
    """Ana's, as it opens."""
    return await open_form(signalbox)


async def open_form(signalbox):
    await signalbox.workspace.open_home(ANA)
    home = await signalbox.workspace.wait_for_home(ANA, "Settings")
    assert (await signalbox.workspace.press(ANA, "settings.open", view_id=home["id"])).ok
    return await signalbox.workspace.wait_for_view(ANA, "settings.save")


async def save(signalbox, **changes):
    outcome = await signalbox.workspace.submit(ANA, changes)
    assert outcome.ok, outcome
    return words_of(await signalbox.workspace.views(ANA))


async def in_force(signalbox):
    return await signalbox.started.rooms.personal.of(ANA)


async def test_a_form_saved_as_it_opened_changes_nothing_and_says_what_holds(signalbox, form):
    assert_fit_for_slack(form["blocks"], most=VIEW_BLOCKS)
    shown = await save(signalbox)
    assert await in_force(signalbox) == Preferences()
    assert "offers, reminders, ends, team mates" in shown
    assert "*Quiet hours:* none" in shown
    assert "Mon-Fri 09:00 to 18:00, Europe/Berlin" in shown
    assert await signalbox.workspace.direct_messages(ANA) == []


async def test_settings_are_shown_where_one_types_with_a_way_to_the_form(signalbox):
    assert "*Quiet hours:* none" in await signalbox.type(ANA, "/env settings")
    assert (await signalbox.workspace.press(ANA, "settings.open")).ok
    await signalbox.workspace.wait_for_view(ANA, "settings.save")
    assert "outside my working day" in await save(signalbox, quiet="outside_work")
    assert "outside my working day" in await signalbox.type(ANA, "/env settings")


async def test_what_was_saved_is_in_the_form_when_it_opens_again(signalbox, form):
    quiet = {"quiet": "own", "quiet_from": "22:00", "quiet_to": "07:00"}
    shown = await save(
        signalbox, topics=["ended"], zone="asia/tokyo", work_from="10:00", full_days=["unlimited"], **quiet
    )
    assert "22:00 to 07:00" in shown
    assert "*On a full day:* all of them" in shown
    assert "Mon-Fri 10:00 to 18:00, Asia/Tokyo" in shown
    chosen = Preferences(
        frozenset(OPTIONAL) - {Topic.ENDED},
        Quiet.OWN,
        time(22),
        time(7),
        zone_name="Asia/Tokyo",
        work=(time(10), time(18)),
        unlimited=True,
    )
    assert await in_force(signalbox) == chosen
    await signalbox.workspace.dismiss(ANA, all_of_them=True)
    await open_form(signalbox)
    await save(signalbox)
    assert await in_force(signalbox) == chosen


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"zone": "Europe/Berln"}, "zone", "Did you mean Europe/Berlin"),
        ({"quiet": "own", "quiet_from": "22:00", "quiet_to": "22:00"}, "quiet_to", "never end"),
        ({"work_from": "09:00", "work_to": "09:00"}, "work_to", "never end"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field_and_not_saved(signalbox, form, wrong, field, says):
    outcome = await signalbox.workspace.submit(ANA, wrong)
    assert list(outcome.errors) == [field]
    assert says in outcome.errors[field]
    assert await in_force(signalbox) == Preferences()


async def test_whoever_turns_reminders_off_gets_none(signalbox, form):
    await save(signalbox, topics=["ended", "mates"])
    await signalbox.type(ANA, "/env integration 30m")
    signalbox.advance(timedelta(minutes=31))
    await signalbox.told(ANA, "is over")
    assert len(await signalbox.workspace.direct_messages(ANA)) == 1


@pytest.mark.parametrize(("full_days", "rang"), [([], 1), (["unlimited"], len(SERVICES))])
async def test_on_a_full_day_what_asks_nothing_of_one_shares_a_message(signalbox, form, full_days, rang):
    await save(signalbox, full_days=full_days)
    signalbox.advance(until_eight(signalbox.clock.now()))
    for service in SERVICES:
        await signalbox.type(ANA, f"/env integration/{service} 30m")
        await signalbox.type(BEN, f"/env extend integration/{service} 30m")
    told = await signalbox.told(ANA, SERVICES[-1])
    assert len(await signalbox.workspace.direct_messages(ANA)) == rang
    if not full_days:
        assert "Also today" in words_of(told)
        assert all(service in words_of(told) for service in SERVICES)
        assert (await signalbox.workspace.press(ANA, "settings.open", channel="dm")).ok


async def test_quiet_hours_end_with_one_message_that_leaves_out_what_is_over(signalbox, form):
    now = signalbox.clock.now().astimezone(ZoneInfo("Europe/Berlin"))
    times = {"quiet_from": f"{now - timedelta(minutes=5):%H:%M}", "quiet_to": f"{now + timedelta(hours=3):%H:%M}"}
    await save(signalbox, quiet="own", **times)
    for environment in ("integration", "staging-2"):
        await signalbox.type(ANA, f"/env {environment} 30m")
    signalbox.advance(timedelta(minutes=31))
    await signalbox.announced("expired")
    assert await signalbox.workspace.direct_messages(ANA) == []
    signalbox.advance(timedelta(hours=3))
    signalbox.started.rooms.delivery.wake()
    told = words_of(await signalbox.told(ANA, "2 things happened while I kept quiet"))
    assert told.count("is over") == 2
    assert "is yours" not in told


async def test_a_time_of_day_is_read_in_the_zone_that_was_chosen(signalbox, form):
    noon_there = f"Etc/GMT{signalbox.clock.now().hour - 12:+d}"
    await save(signalbox, zone=noon_there)
    until = signalbox.clock.now().astimezone(ZoneInfo(noon_there)) + timedelta(hours=1)
    answer = await signalbox.type(ANA, f"/env integration until {until:%H:%M}")
    assert "is yours" in answer
    [lease] = signalbox.started.rooms.reservations.cached().leases.values()
    assert lease.ends == until.replace(second=0, microsecond=0)
