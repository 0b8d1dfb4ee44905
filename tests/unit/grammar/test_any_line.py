"""What must hold for every line anybody could type."""

import timeit
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from time import process_time
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from bot.errors import NotFound, UsageError
from bot.grammar.commands import Ambiguous, Mutation, NeedsDuration, NeedsTarget, Reserve
from bot.grammar.durations import duration_at
from bot.grammar.labels import is_label
from bot.grammar.names import Names
from bot.grammar.normalise import normalise
from bot.grammar.targets import Place
from bot.grammar.words import ALIASES, VERBS, verb_of
from tests.support.timing import assert_takes
from tests.unit.grammar.lines import BERLIN, MONDAY, NAMES, lines_of, outcome, parse

KNOWN = (
    "integration",
    "staging-2",
    "int-2h",
    "payments",
    "integration/payments",
    "integration/log",
    "orders",
    "catalog",
    "any:full",
    "any:phone x2",
    "any:big",
    "gold-customer-1",
    "integration/gold-customer-1,gold-customer-2",
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
    "for the suite",
    "tomorrow",
    "mon 9:30",
    "next fri",
    "morning",
    "9-12",
    "14:00-16:00",
    "2026-12-01 10:00",
    "dec 1",
    "1/2",
    "in 2h",
    "until friday",
    "eta 1h",
    "tonight",
)
OTHER = (
    "fix",
    "cart",
    "relase",
    "integratin",
    "for",
    "until",
    "all",
    "shared",
    "hotfix",
    "incident",
    '"',
    "“a b”",
    "„c“",
    "«",
    "secure",
    "#418",
    "{x}",
    ",",
    "&lt;",
    "&amp;lt;",
    "to",
    "@ana",
    "<@U0BEN|ben>",
    "<!subteam^S0X|@checkout>",
    "since",
)
WORDS = st.sampled_from((*KNOWN, *WHENS, *VERBS, *ALIASES, "free", *OTHER))
SENSIBLE = st.tuples(
    st.sampled_from(("", *VERBS)), st.lists(st.sampled_from((*KNOWN, *WHENS)), max_size=3), st.lists(WORDS, max_size=4)
).map(lambda parts: " ".join((parts[0], *parts[1], *parts[2])))
LINES = st.one_of(
    SENSIBLE,
    st.lists(WORDS, max_size=8).map(" ".join),
    st.text(max_size=60),
    st.lists(WORDS | st.text(max_size=6)).map(" ".join),
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"]).map(ZoneInfo)
MOMENTS = st.one_of(
    st.integers(0, 700 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(0, 3 * 3600).map(lambda seconds: datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(seconds=seconds)),
)


def times(many):
    """As often as the profile says, many times over: a line is read in no time."""
    return settings(max_examples=many * settings().max_examples)


@times(5)
@given(LINES, MOMENTS, ZONES)
@example("2h integratin", datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
@example('"x" integration 2h', datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
def test_nothing_changes_unless_the_line_starts_with_a_verb_or_a_known_target_or_a_length_and_one(line, now, zone):
    if not isinstance(outcome(line, now, zone), Mutation):
        return
    meant = normalise(line).lstrip(" ,;")
    first = meant.split()[0].rstrip(",;:")
    length = duration_at(meant.removeprefix("for").lstrip(), 0)
    after = meant.removeprefix("for").lstrip()[length.end :].lstrip(" ,;") if length else meant
    assert verb_of(first) or NAMES.find_at(after, 0)


@times(3)
@given(st.sampled_from((*VERBS, *ALIASES)), st.text("abcdefghxyz", min_size=3, max_size=9), LINES)
def test_a_verb_with_an_unknown_name_behind_it_changes_at_most_what_i_hold(verb, name, rest):
    if NAMES.find(name) or verb_of(name) or duration_at(name, 0) or name.startswith(("dec", "feb")):
        return
    read = outcome(f"{verb} {name} {rest}")
    assert (
        not isinstance(read, Mutation) or getattr(read, "target", None) is None or name not in read.reading.split()[1]
    )


@times(3)
@given(st.text(min_size=1, max_size=12), LINES)
def test_an_unknown_first_word_never_changes_anything(word, rest):
    meant = normalise(f"{word} {rest}").split()
    first = meant[0].strip(",;:") if meant else ""
    known = (
        verb_of(first)
        or NAMES.find(first)
        or is_label(first)
        or first[:1].isdigit()
        or first.casefold() in {"for", "half", "an", "a", "one", "two", ""}
    )
    if known or first[:1] == "-" or NAMES.find_at(" ".join(meant).lstrip(",;: "), 0):
        return
    assert not isinstance(outcome(f"{word} {rest}", datetime(2026, 6, 1, 8, tzinfo=UTC), ZoneInfo("UTC")), Mutation)


@times(8)
@given(LINES, MOMENTS, ZONES)
def test_every_change_says_how_it_was_read_and_that_line_means_the_same(line, now, zone):
    read = outcome(line, now, zone)
    if isinstance(read, Mutation):
        again = parse(read.reading, now=now, zone=zone)
        assert again == read
        assert isinstance(again, Mutation)
        assert again.reading == read.reading


@times(5)
@given(LINES, MOMENTS, ZONES)
def test_every_line_offered_can_be_read(line, now, zone):
    """Questions about a length or a reading are over after one answer; a picker of targets may lead to one more."""
    asked = outcome(line, now, zone)
    for offered in lines_of(asked):
        if isinstance(asked, NeedsDuration | Ambiguous):
            assert not isinstance(parse(offered, now=now, zone=zone), NeedsDuration | Ambiguous), offered
        if isinstance(asked, NeedsTarget):
            assert not isinstance(outcome(offered, now, zone), NeedsTarget), offered


@times(4)
@given(LINES, MOMENTS, ZONES)
@example("relase integratin", MONDAY, BERLIN)
@example("integratin until 25:00", MONDAY, BERLIN)
def test_every_line_suggested_can_be_read(line, now, zone):
    try:
        parse(line, now=now, zone=zone)
    except (UsageError, NotFound) as error:
        for suggested in error.suggestions:
            parse(suggested, now=now, zone=zone)


@times(2)
@given(LINES, st.sampled_from(["", " x" * 4_000, "," * 4_000 + "integratin", " payments,payments" * 400]))
@example("payments 2h", " x" * 4_000)
def test_what_is_offered_fits_a_button(line, more):
    """Slack takes 75 characters of label and 2,000 of value."""
    with suppress(UsageError, NotFound):
        asked = parse(line + more)
        choices = getattr(asked, "choices", ())
        assert all(len(choice.label) <= 75 and len(choice.line) <= 2_000 for choice in choices)
        return
    with pytest.raises((UsageError, NotFound)) as error:
        parse(line + more)
    assert len(error.value.user_message) <= 300
    assert all(len(suggestion) <= 2_000 for suggestion in error.value.suggestions)


@times(2)
@given(LINES, MOMENTS, ZONES)
def test_a_reservation_is_within_the_policy(line, now, zone):
    read = outcome(line, now, zone)
    if isinstance(read, Reserve):
        assert timedelta() < read.length <= NAMES.limits(read.target).maximum


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
    assert_takes(lambda: outcome(line, datetime(2026, 6, 1, 8, tzinfo=UTC), ZoneInfo("UTC")), at_most=0.25)


def test_a_line_is_read_in_less_than_a_millisecond_however_large_the_catalog():
    """The best of several, so that a busy machine does not tell; it prints what it measured."""
    names = Names(tuple(Place(f"env-{n}", tuple(f"svc-{n}-{m}" for m in range(10))) for n in range(200)))
    for line in (
        "env-42/svc-42-7 2h checkout fix",
        "book env-1 tomorrow 9-12 demo",
        "down svc-7-7 broken until friday",
    ):
        took = min(timeit.repeat(partial(parse, line, names=names), timer=process_time, number=20, repeat=10)) / 20
        print(f"{line}: {took * 1000:.2f} ms")
        assert took < 0.001
