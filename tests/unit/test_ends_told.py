"""Of an end the holder is reminded in few messages; the card of a booking follows it to its end."""

from datetime import timedelta

import pytest

from bot.notices.model import LeaseCard, LeaseEnded, LeaseEnding
from bot.reservations.commands import Accept, Book, Extend, Leave, Tick, Undo
from bot.reservations.values import Mode, Scope, Wanted
from tests.unit.test_reactions import NINE, History, notices


@pytest.mark.parametrize("waits", [False, True])
def test_an_end_that_its_holder_was_reminded_of_is_said_in_the_reminder_itself(waits):
    [reminder], [ended] = reminder_and_end(*[0] * waits)
    assert ended.card == reminder.card


def test_an_end_that_somebody_has_begun_to_wait_for_since_the_reminder_is_a_new_message():
    [reminder], [ended] = reminder_and_end(55)
    assert ended.card != reminder.card


def test_an_end_says_whether_a_reminder_of_it_or_an_earlier_one_has_rung():
    [_], [ended] = reminder_and_end(55)
    assert ended.notice.reminded
    history = History()
    history.reserve("U0ANA")
    history.now = NINE + timedelta(hours=1)
    history.do(Tick())
    [without] = notices(history.told(), LeaseEnded)
    assert not without.notice.reminded


def reminder_and_end(*rival_after):
    """Of a lease of an hour; somebody queues so many minutes after nine."""
    history = History()
    history.reserve("U0ANA")
    for minutes in sorted((*rival_after, 51, 60)):
        history.now = NINE + timedelta(minutes=minutes)
        if minutes in rival_after:
            history.reserve("U0BEN")
        history.do(Tick())
    told = history.told()
    return notices(told, LeaseEnding), notices(told, LeaseEnded)


def extended_at_each_reminder(*, waits, by=30, times=2):
    """A minute after each reminder; `by` minutes."""
    history = History()
    lease = history.reserve("U0ANA")
    if waits:
        history.reserve("U0BEN")
    for each in range(times):
        history.now = NINE + timedelta(minutes=51 + by * each)
        history.do(Tick())
        history.do(Extend(lease, "U0ANA", timedelta(minutes=by)))
    return history


@pytest.mark.parametrize(
    ("waits", "by", "messages"), [(False, 30, 1), (False, 60, 1), (True, 60, 4), (True, 30, 2), (True, 20, 2)]
)
def test_reminders_of_a_lease_notify_once_and_while_somebody_waits_once_an_hour(waits, by, messages):
    told = extended_at_each_reminder(waits=waits, by=by, times=4).told()
    reminders = [each.card for each in notices(told, LeaseEnding)]
    assert (len(reminders), len(set(reminders))) == (4, messages)


def test_a_reminder_notifies_again_when_somebody_has_begun_to_wait_since_the_last_one():
    history = extended_at_each_reminder(waits=False, times=1)
    history.reserve("U0BEN")
    history.now = NINE + timedelta(minutes=81)
    history.do(Tick())
    alone, waited = notices(history.told(), LeaseEnding)
    assert alone.card != waited.card


@pytest.mark.parametrize("waits", [False, True])
def test_an_end_that_no_reminder_rang_for_is_a_message_of_its_own(waits):
    history = extended_at_each_reminder(waits=waits, times=1)
    for minutes in (81, 91):
        history.now = NINE + timedelta(minutes=minutes)
        history.do(Tick())
    [ended] = notices(history.told(), LeaseEnded)
    assert ended.card is None


def the_card_of_a_booking(*acts):
    """Booked for ten o'clock; each of `acts` happens so many minutes after nine. The card's states in order."""
    history = History()
    hour, ten = timedelta(hours=1), NINE + timedelta(hours=1)
    wanted = Wanted("B", "U0BEN", Scope("integration"), Mode.EXCLUSIVE, hour, begins=ten, until=ten + hour)
    history.do(Book(wanted), "U0BEN")
    for minutes, act in acts:
        history.now = NINE + timedelta(minutes=minutes)
        history.do(act, "U0BEN")
    return [each.notice.lease.status for each in notices(history.told(), LeaseCard) if each.card == "lease:B"]


@pytest.mark.parametrize(
    ("acts", "states"),
    [
        ([(60, Tick()), (61, Accept("B", "U0BEN"))], ["booked", "queued", "active"]),
        ([(60, Tick()), (121, Tick())], ["booked", "queued", "missed"]),
        ([(10, Leave("B", "U0BEN"))], ["booked", "cancelled"]),
        ([(10, Leave("B", "U0BEN")), (10, Undo("U0BEN"))], ["booked", "cancelled", "booked"]),
    ],
)
def test_the_card_of_a_booking_follows_it_to_its_end(acts, states):
    assert the_card_of_a_booking(*acts) == states
