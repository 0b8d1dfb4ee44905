"""An agenda as iCalendar: whatever people have typed, calendar programs read the same events back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from inline_snapshot import snapshot

from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.rules.agenda import Entry
from handlers.kit.mrkdwn import clean
from handlers.views.ical import feed

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = LeaseFacts(
    "L1", 3, "U0ANA", "integration", ("orders", "payments"), "shared", "active", "fix", NOON - HOUR, 60, started=NOON
)
BOOKED = replace(LEASE, lease_id="L2", status="booked", started=None, version=1, services=(), mode="exclusive")
FREEZE = FreezeFacts("F1", "integration", NOON, NOON, "weekend", "catalog", planned=True)
NAMES = {"U0ANA": "Ana Kovač", "U0ELI": "Eli, Berg; \\ \n"}


def text(*entries, environment="integration"):
    people = [each.what.person if isinstance(each.what, LeaseFacts) else each.what.by for each in entries]
    return feed(environment, "", entries, {person: NAMES.get(person, person) for person in people})


def events(*entries):
    return Calendar.from_ical(text(*entries)).events


def test_a_lease_a_booking_and_a_freeze():
    lease, booked = Entry(NOON, NOON + HOUR, LEASE), Entry(NOON + 2 * HOUR, NOON + 3 * HOUR, BOOKED)
    frozen = Entry(NOON + 4 * HOUR, NOON + 90 * HOUR, replace(FREEZE, planned=False, by="U0ELI"))
    assert text(lease, booked, frozen).decode().replace("\r\n", "\n") == snapshot("""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Signalbox//Signalbox//EN
CALSCALE:GREGORIAN
NAME:integration
X-WR-CALNAME:integration
REFRESH-INTERVAL;VALUE=DURATION:PT15M
UID:integration@signalbox
X-PUBLISHED-TTL:PT15M
BEGIN:VEVENT
SUMMARY:integration/orders\\,payments: Ana Kovač\\, fix
DTSTART:20260105T120000Z
DTEND:20260105T130000Z
DTSTAMP:20260105T120000Z
UID:L1@signalbox
SEQUENCE:3
CATEGORIES:lease,shared
DESCRIPTION:Held by Ana Kovač\\, shared.\\nReason: fix
STATUS:CONFIRMED
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
SUMMARY:integration: Ana Kovač\\, fix
DTSTART:20260105T140000Z
DTEND:20260105T150000Z
DTSTAMP:20260105T110000Z
UID:L2@signalbox
SEQUENCE:1
CATEGORIES:booking,exclusive
DESCRIPTION:Booked by Ana Kovač\\, exclusive.\\nReason: fix
STATUS:CONFIRMED
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
SUMMARY:integration: frozen\\, weekend
DTSTART:20260105T160000Z
DTEND:20260109T060000Z
DTSTAMP:20000101T000000Z
UID:F1@signalbox
SEQUENCE:0
CATEGORIES:freeze
DESCRIPTION:Nobody new gets it exclusively. Set by Eli\\, Berg\\; \\\\.\\nReaso
 n: weekend
STATUS:CONFIRMED
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
""")


@pytest.mark.parametrize(
    ("status", "shown"), [("booked", "CONFIRMED"), ("offered", "TENTATIVE"), ("queued", "TENTATIVE")]
)
def test_a_booking_that_is_not_taken_up_yet_is_tentative(status, shown):
    (event,) = events(Entry(NOON, NOON + HOUR, replace(BOOKED, status=status)))
    assert event.status == shown


def test_taken_up_it_is_the_same_event_in_a_later_version():
    held = replace(BOOKED, status="active", version=4, started=NOON + HOUR)
    before, after = (events(Entry(NOON, NOON + HOUR, each))[0] for each in (BOOKED, held))
    assert before.uid == after.uid
    assert (before.sequence, after.sequence) == (1, 4)
    assert before.stamp < after.stamp


def test_an_outage_is_not_planned_so_it_is_not_in_it():
    assert events(Entry(NOON, NOON + HOUR, ConditionFacts("integration", "down", "disk full", "U0ELI", NOON))) == []


def test_a_line_that_somebody_typed_into_a_reason_is_no_line_of_the_calendar():
    typed = replace(BOOKED, reason="fix\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:fake\u2028UID:x\x0b\x85ATTACH:http://x")
    entry = Entry(NOON, NOON + HOUR, typed)
    lines = text(entry).split(b"\r\n")
    assert [lines.count(each) for each in (b"BEGIN:VEVENT", b"END:VEVENT", b"SUMMARY:fake")] == [1, 1, 0]
    assert "ATTACH" not in events(entry)[0]


TYPED = st.one_of(
    st.text(max_size=200),
    st.text(alphabet='a,;:\\\r\n\t"^ ü€🚀שלום\x00\x85\u2028', max_size=200),
    st.sampled_from(["", "\\n", "\\,", "x" * 5_000, "🚀" * 90, "\ud800", "BEGIN:VEVENT"]),
)


@st.composite
def entries(draw):
    """With an id of their own, as all have."""
    found = []
    for n in range(draw(st.integers(0, 5))):
        start = NOON + timedelta(seconds=draw(st.integers(-(10**6), 10**7)), microseconds=draw(st.integers(0, 999_999)))
        end = start + timedelta(minutes=draw(st.integers(1, 50_000)))
        lease = replace(
            LEASE, lease_id=f"L{n}", person=draw(TYPED), reason=draw(TYPED), version=draw(st.integers(1, 99))
        )
        freeze = replace(FREEZE, id=f"F{n}", by=draw(TYPED), reason=draw(TYPED), planned=draw(st.booleans()))
        what = draw(st.sampled_from([lease, replace(lease, status="booked", started=None), freeze]))
        found.append(Entry(start, end, what))
    return found


@given(entries())
def test_any_agenda_is_read_back_as_it_was_written(planned):
    written = text(*planned)
    assert written == text(*planned), "the same to the byte"
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert written.count(b"\n") == written.count(b"\r") == written.count(b"\r\n")
    read = Calendar.from_ical(written)
    assert read.errors == []
    assert [(e.uid, e.start, e.end) for e in read.events] == [
        (f"{_id(x.what)}@signalbox", x.start.replace(microsecond=0), x.end.replace(microsecond=0)) for x in planned
    ]
    for entry, event in zip(planned, read.events, strict=True):
        assert event.errors == []
        reason = clean(entry.what.reason, 1_000)
        assert str(event["DESCRIPTION"]).partition("\nReason: ")[2] == reason


def _id(what):
    return what.lease_id if isinstance(what, LeaseFacts) else what.id
