"""Times on pages: what stands there without JavaScript, and what a text from outside may not make of one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from handlers.http.pages.moments import Form, instant, moment, span, told

AT = datetime(2026, 3, 2, 12, 3, 40, 123456, tzinfo=UTC)
EVIL = "<b>at 12:03:40 UTC</b> & "


def test_a_moment_is_readable_in_utc_and_bears_its_instant():
    assert moment(AT, Form.SECOND) == (
        '<time datetime="2026-03-02T12:03:40.123Z" data-form="second" title="2026-03-02 12:03:40 UTC">12:03:40</time>'
    )
    assert " to " in span(AT, AT + timedelta(minutes=1))


def test_only_a_time_that_we_wrote_is_one_where_it_stands_last():
    said = told(f"{EVIL}first at 12:03:40 UTC, then at 12:04:00 UTC", [AT])
    assert said == f"{escape(EVIL)}first at {moment(AT, Form.SECOND)}, then at 12:04:00 UTC"
    both = told("from 12:03:40 UTC to 12:05:40 UTC", [AT + timedelta(minutes=2), AT])
    assert both.count("<time") == 2
    assert both.index("12:03:40<") < both.index("12:05:40<")


@given(st.text(alphabet="<>&'\"12:034 UTC", max_size=60))
def test_whatever_stands_in_a_text_is_text(text):
    assert told(text, ()) == escape(text)
    assert told(text, [AT]).replace(moment(AT, Form.SECOND), "12:03:40 UTC") == escape(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_names_its_millisecond(at):
    assert at - datetime.fromisoformat(instant(at)) < timedelta(milliseconds=1)
