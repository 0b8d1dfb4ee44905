"""What must hold for every line anybody could type."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from bot.errors import NotFound, UsageError
from bot.grammar.commands import Ambiguous, EnvCommand, Extend, Leave, NeedsDuration, NeedsTarget, Release, Reserve
from bot.grammar.durations import duration_at
from bot.grammar.normalise import normalise
from bot.grammar.words import verb_of
from tests.unit.grammar.lines import NAMES, lines_of, parse

KNOWN = (
    "integration",
    "staging-2",
    "int-2h",
    "payments",
    "integration/payments",
    "integration/log",
    "orders",
    "catalog",
)
WHENS = (
    "2h",
    "90",
    "1:30",
    "16:30",
    "30m",
    "5pm",
    "eod",
    "until 6",
    "til 16:30",
    "for 90 min",
    "3d",
    "half an hour",
    "-1h",
    "0m",
)
VERBS = ("reserve", "release", "extend", "leave", "queue", "log", "help", "board", "lock", "done", "free", "who")
OTHER = (
    "fix",
    "cart",
    "relase",
    "integratin",
    "for",
    "until",
    "all",
    "shared",
    '"',
    "“a b”",
    "secure",
    "#418",
    "{x}",
    ",",
    "take",
    "&lt;",
)
WORDS = st.sampled_from((*KNOWN, *WHENS, *VERBS, *OTHER))
LINES = st.one_of(
    st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=60), st.lists(WORDS | st.text(max_size=6)).map(" ".join)
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"]).map(ZoneInfo)
MOMENTS = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def outcome(line: str, now: datetime, zone: ZoneInfo) -> EnvCommand | None:
    try:
        return parse(line, now=now, zone=zone)
    except (UsageError, NotFound):
        return None


@settings(max_examples=400)
@given(LINES, MOMENTS, ZONES)
@example("2h integratin", datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
@example('"x" integration 2h', datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
def test_nothing_changes_unless_the_line_starts_with_a_verb_or_a_known_target_or_a_length_and_one(line, now, zone):
    if not isinstance(outcome(line, now, zone), Reserve | Release | Extend | Leave):
        return
    meant = normalise(line).lstrip(" ,;")
    first = meant.split()[0].rstrip(",;:")
    length = duration_at(meant.removeprefix("for").lstrip(), 0)
    after = meant.removeprefix("for").lstrip()[length.end :].lstrip(" ,;") if length else meant
    assert verb_of(first) or NAMES.find_at(after, 0)


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=12), LINES)
def test_an_unknown_first_word_never_changes_anything(word, rest):
    meant = normalise(f"{word} {rest}").split()
    first = meant[0].strip(",;:") if meant else ""
    known = (
        verb_of(first)
        or NAMES.find(first)
        or first[:1].isdigit()
        or first.casefold() in {"for", "half", "an", "a", "one", "two", ""}
    )
    if known or first[:1] == "-" or NAMES.find_at(" ".join(meant).lstrip(",;: "), 0):
        return
    assert not isinstance(
        outcome(f"{word} {rest}", datetime(2026, 6, 1, 8, tzinfo=UTC), ZoneInfo("UTC")),
        Reserve | Release | Extend | Leave,
    )


@settings(max_examples=400)
@given(LINES, MOMENTS, ZONES)
def test_every_line_offered_can_be_read(line, now, zone):
    """Questions about a length or a reading are over after one answer; a picker of targets may lead to one more."""
    asked = outcome(line, now, zone)
    for offered in lines_of(asked) if asked else ():
        if isinstance(asked, NeedsDuration | Ambiguous):
            assert not isinstance(parse(offered, now=now, zone=zone), NeedsDuration | Ambiguous), offered
        if isinstance(asked, NeedsTarget):
            assert not isinstance(outcome(offered, now, zone), NeedsTarget), offered


@settings(max_examples=200)
@given(LINES, st.sampled_from(["", " x" * 4_000, "," * 4_000 + "integratin", " payments,payments" * 400]))
@example("payments 2h", " x" * 4_000)
def test_what_is_offered_fits_a_button(line, more):
    """Slack takes 75 characters of label and 2,000 of value."""
    with suppress(UsageError, NotFound):
        asked = parse(line + more)
        choices = getattr(asked, "choices", ())
        assert len(choices) <= 5
        assert all(len(choice.label) <= 75 and len(choice.line) <= 2_000 for choice in choices)
        return
    with pytest.raises((UsageError, NotFound)) as error:
        parse(line + more)
    assert len(error.value.user_message) <= 300
    assert all(len(suggestion) <= 2_000 for suggestion in error.value.suggestions)


@settings(max_examples=200)
@given(LINES, MOMENTS, ZONES)
def test_a_reservation_is_within_the_policy_and_says_how_it_was_read(line, now, zone):
    read = outcome(line, now, zone)
    if not isinstance(read, Reserve):
        return
    assert timedelta() < read.length <= NAMES.place(read.target.environment).maximum
    again = parse(read.reading, now=now, zone=zone)
    assert isinstance(again, Reserve)
    assert (again.target, again.mode, again.until) == (read.target, read.mode, read.until)


@pytest.mark.parametrize(
    "line",
    [
        "integration " + "9" * 10_000,
        "integration/" + "payments," * 1_200,
        "integration/" + "payments, " * 1_000,
        "payments," * 1_200,
        "<" * 10_000,
        "<http://" * 1_200,
        "<http://a|" + "b" * 9_900,
        '"' * 10_000,
        'integration "a" ' * 600,
        "integration " + "for " * 2_500,
        "integration " + "2h " * 3_000,
        "an hour and a " * 700,
        "1h" * 5_000,
        "until " * 1_700,
        "\u202e" * 10_000,
        "relase" * 1_600,
        "&amp;" * 2_000,
        "integration" + " " * 9_000 + "2h",
        "half" + "\n" * 9_000 + "an hour",
    ],
    ids=lambda line: line[:16].encode("ascii", "backslashreplace").decode(),
)
def test_ten_thousand_characters_are_read_in_no_time(line):
    started = time.perf_counter()
    outcome(line, datetime(2026, 6, 1, 8, tzinfo=UTC), ZoneInfo("UTC"))
    assert time.perf_counter() - started < 0.25
