"""What each verb makes of a line, beside reserving, extending, releasing and booking."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotFound, UsageError
from bot.grammar.commands import (
    Ambiguous,
    AskHolder,
    Calendar,
    Cancel,
    Freeze,
    Give,
    GiveGroup,
    Health,
    Help,
    Hold,
    NeedsDuration,
    NeedsReason,
    NeedsTarget,
    SetCondition,
    Settings,
    Stats,
    Take,
    Thaw,
    Undo,
    Unwatch,
    Watch,
)
from bot.grammar.help import usage_of
from bot.grammar.targets import Target
from tests.unit.grammar.lines import INTEGRATION, MONDAY, lines_of, parse

HOUR = timedelta(hours=1)
CATALOG = Target("integration", ("catalog",))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("ask", AskHolder(None)),
        ("ask integration", AskHolder(INTEGRATION)),
        ("watch catalog", Watch(CATALOG)),
        ("unwatch", Unwatch(None)),
        ("unwatch integration", Unwatch(INTEGRATION)),
        ("calendar", Calendar(None)),
        ("Calendar integration", Calendar(INTEGRATION)),
        ("thaw integration", Thaw(INTEGRATION)),
        ("cancel", Cancel(None)),
        ("cancel integration", Cancel(INTEGRATION)),
        ("stats", Stats(None, timedelta(days=7))),
        ("stats 30d", Stats(None, timedelta(days=30))),
        ("stats 2 weeks integration", Stats(INTEGRATION, timedelta(days=14))),
        ("health", Health(None)),
        ("health catalog", Health(CATALOG)),
        ("settings", Settings()),
        ("undo", Undo()),
        ("give @ana integration", Give(INTEGRATION, "U0ANA")),
        ("give integration @ana", Give(INTEGRATION, "U0ANA")),
        ("give integration to @Ben", Give(INTEGRATION, "U0BEN")),
        ("give <@U0XYZ|zoë>, integration", Give(INTEGRATION, "U0XYZ")),
        ("give <@W0XYZ>", Give(None, "W0XYZ")),
        ("give ben", Give(None, "U0BEN")),
        ("give Ana Kovač catalog", Give(CATALOG, "U0ANA")),
        ("give @ana <@U0ANA>", Give(None, "U0ANA")),
        ("give <!subteam^S0X|@checkout> integration", GiveGroup(INTEGRATION, "S0X")),
        ("give <!subteam^S0X>", GiveGroup(None, "S0X")),
        ("give integration checkout", GiveGroup(INTEGRATION, "S0X")),
        ("give @Checkout integration", GiveGroup(INTEGRATION, "S0X")),
        ("give integration ben", Give(INTEGRATION, "U0BEN")),
        ("hold", Hold(None, None, None, "", "hold")),
        ("hold 2h", Hold(None, 2 * HOUR, None, "", "hold 2h")),
        (
            "hold integration til 5pm heap dump",
            Hold(INTEGRATION, 7 * HOUR, utc(23, 16), "heap dump", 'hold integration until 17:00 "heap dump"'),
        ),
    ],
)
def test_a_verb_is_read_without_a_question(typed, means):
    assert parse(typed) == means


@pytest.mark.parametrize(
    ("typed", "length", "reason"),
    [
        ("take integration checkout is down for customers", None, "checkout is down for customers"),
        ("steal integration because", None, "because"),
        ("take integration 2h demo", 2 * HOUR, "demo"),
        ("take 2h integration demo", 2 * HOUR, "demo"),
        ("take integration until 16:00 demo", 6 * HOUR, "demo"),
        ("take integration payments are broken", None, "payments are broken"),
        ('take integration "release in 2h"', None, "release in 2h"),
        ("take integration broken since 9:00", None, "broken since 9:00"),
    ],
)
def test_taking_says_why(typed, length, reason):
    read = parse(typed)
    assert isinstance(read, Take)
    assert (read.target, read.length, read.reason) == (INTEGRATION, length, reason)


@pytest.mark.parametrize(
    ("typed", "verb", "line"),
    [
        ("take integration", "take", "take integration"),
        ("take integration 2h", "take", "take integration 2h"),
        ("down catalog", "down", "down integration/catalog"),
        ("degraded integration until 16:30", "degraded", "degraded integration until 16:30"),
        ("freeze integration 2d", "freeze", "freeze integration 2d"),
    ],
)
def test_what_others_will_ask_about_needs_a_reason(typed, verb, line):
    asked = parse(typed)
    assert isinstance(asked, NeedsReason)
    assert (asked.verb, asked.line) == (verb, line)
    assert str(asked.target) in asked.question
    assert not isinstance(parse(f"{asked.line} because"), NeedsReason)


@pytest.mark.parametrize(
    ("typed", "target", "reason", "eta"),
    [
        ("down integration payments sandbox broken 2h", "integration", "payments sandbox broken", utc(23, 11)),
        ("down integration payments sandbox broken, 2h.", "integration", "payments sandbox broken", utc(23, 11)),
        ("down integration payments sandbox broken", "integration", "payments sandbox broken", None),
        ("down integration 2h sandbox broken", "integration", "sandbox broken", utc(23, 11)),
        ("down integration until 16:30 sandbox broken", "integration", "sandbox broken", utc(23, 15, 30)),
        ("down integration sandbox broken until 16:30", "integration", "sandbox broken", utc(23, 15, 30)),
        ("down integration eta 12:30 sandbox broken", "integration", "sandbox broken", utc(23, 11, 30)),
        ("down integration sandbox broken eta 2h", "integration", "sandbox broken", utc(23, 11)),
        ("down integration sandbox broken, eta 16:30", "integration", "sandbox broken", utc(23, 15, 30)),
        ("down integration sandbox broken, back at 5pm", "integration", "sandbox broken", utc(23, 16)),
        ("down integration broken until tomorrow 9:00", "integration", "broken", utc(24, 8)),
        ("down integration until friday new disks", "integration", "new disks", utc(27, 17)),
        ("down integration broken since 9:00", "integration", "broken since 9:00", None),
        ("down integration error 500", "integration", "error 500", None),
        ('down integration "broken 2h"', "integration", "broken 2h", None),
        ("down catalog disk at 0m", "integration/catalog", "disk at 0m", None),
    ],
)
def test_what_is_down_is_said_with_its_reason_and_when_it_should_be_back(typed, target, reason, eta):
    read = parse(typed)
    assert isinstance(read, SetCondition)
    assert (read.kind, str(read.target), read.reason, read.eta) == ("down", target, reason, eta)


@pytest.mark.parametrize(
    ("typed", "kind", "reason"),
    [
        ("ok integration", "ok", ""),
        ("ok integration all fine 2h", "ok", "all fine 2h"),
        ("degraded integration slow", "degraded", "slow"),
    ],
)
def test_a_condition_is_one_of_three(typed, kind, reason):
    read = parse(typed)
    assert isinstance(read, SetCondition)
    assert (read.kind, read.reason, read.eta) == (kind, reason, None)


@pytest.mark.parametrize(
    ("typed", "start", "until", "length"),
    [
        ("2h release rehearsal", None, None, 2 * HOUR),
        ("fri 18:00 62h release rehearsal", utc(27, 17), utc(30, 7), 62 * HOUR),
        ("fri 18:00-20:00 release rehearsal", utc(27, 17), utc(27, 19), 2 * HOUR),
        ("until 17:00 release rehearsal", None, utc(23, 16), 7 * HOUR),
        ("until friday release rehearsal", None, utc(27, 17), 104 * HOUR),
        ("tomorrow 9:00 until 2026-11-26 12:00 release rehearsal", utc(24, 8), utc(26, 11), 51 * HOUR),
        ("30d release rehearsal", None, None, 720 * HOUR),
    ],
)
def test_a_freeze_may_begin_later_and_last_longer_than_a_lease(typed, start, until, length):
    read = parse(f"freeze integration {typed}")
    assert isinstance(read, Freeze)
    assert (read.start, read.until, read.length, read.reason) == (start, until, length, "release rehearsal")


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        (
            "take integration demo at risk 2h",
            ['take integration 2h "demo at risk"', 'take integration "demo at risk 2h"'],
        ),
        ("hold broken cart 30m", ['hold 30m "broken cart"', 'hold "broken cart 30m"']),
        ("hold integration 90", ["hold integration 1h30"]),
        ("down integration broken for 2h", ['down integration 2h "broken"', 'down integration "broken for 2h"']),
        ("down integration broken 14:00", ['down integration until 14:00 "broken"', 'down integration "broken 14:00"']),
        ("down integration catalog", ["down integration/catalog", 'down integration "catalog"']),
        ("integration take because", ['take integration "because"', 'reserve integration 1h "take because"']),
        ("integration undo", ['reserve integration 1h "undo"']),
        ("integration give @ana", ["give integration <@U0ANA>", 'reserve integration 1h "give @ana"']),
        ("integration health check", ["health integration", 'reserve integration 1h "health check"']),
        (
            "integration book tomorrow 14:00 2h",
            ["book integration 2026-11-24 14:00 2h", 'reserve integration 1h "book tomorrow 14:00 2h"'],
        ),
    ],
)
def test_what_reads_in_several_ways_is_asked(typed, lines):
    asked = parse(typed)
    assert isinstance(asked, Ambiguous)
    assert lines_of(asked) == lines


def test_a_freeze_without_a_length_asks_for_one():
    asked = parse("freeze integration rehearsal")
    assert isinstance(asked, NeedsDuration)
    assert asked.question == "Freeze integration: how long?"
    assert all(isinstance(parse(line), Freeze) for line in lines_of(asked))


@pytest.mark.parametrize("verb", ["take", "watch", "thaw", "down", "degraded", "ok", "freeze"])
def test_which_environment_is_asked_never_chosen(verb):
    asked = parse(verb)
    assert isinstance(asked, NeedsTarget)
    assert lines_of(asked) == [f"{verb} integration", f"{verb} staging-2", f"{verb} int-2h"]
    assert lines_of(parse(f"{verb} payments")) == [f"{verb} integration/payments", f"{verb} staging-2/payments"]


@pytest.mark.parametrize(
    ("typed", "said", "suggestions"),
    [
        ("take integratin because", "integratin. Did you mean integration?", ("take integration because",)),
        ("take because", "because. Environments: integration, staging-2, int-2h.", ()),
        ("hold integratin 2h", "integratin. Did you mean integration?", ("hold integration 2h",)),
        ("down integratin broken", "integratin. Did you mean integration?", ("down integration broken",)),
        ("watch integratin", "integratin. Did you mean integration?", ("watch integration",)),
        ("stats integratin", "integratin. Did you mean integration?", ("stats integration",)),
        ("give integratin @ana", "integratin. Did you mean integration?", ("give integration",)),
        ("give @anna integration", "Nobody here is called @anna. Did you mean ana?", ("give @ana integration",)),
        ("give @channel", "Nobody here is called @channel.", ()),
    ],
)
def test_a_name_that_nothing_has_is_never_taken_for_another(typed, said, suggestions):
    with pytest.raises(NotFound) as error:
        parse(typed)
    assert error.value.user_message.endswith(said)
    assert error.value.suggestions == suggestions


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("give @ana @ben", "One person at a time can hold it."),
        ("give @ana integration please", "I do not know what “please” means here."),
        ("undo that", "I do not know what “that” means here."),
        ("settings loud", "I do not know what “loud” means here."),
        ("watch integration closely", "I do not know what “closely” means here."),
        ("stats 7", "Say how far back, for example 7d."),
        ("stats until 5pm", "Say how far back, for example 7d."),
        ("cancel all", "cancel takes one place at a time."),
        ("hold 0m", "At least a minute, for example 30m."),
    ],
)
def test_what_a_verb_does_not_take_is_refused(typed, said):
    with pytest.raises(UsageError) as error:
        parse(typed)
    assert (error.value.user_message, error.value.usage) == (said, usage_of(typed.split()[0]))


@pytest.mark.parametrize(
    ("word", "topic"), [("any", "any"), ("any:", "any"), ("HOTFIX", "priorities"), ("incident", "priorities")]
)
def test_there_is_help_about_what_is_no_verb(word, topic):
    assert parse(f"help {word}") == Help(topic)


def test_an_unknown_topic_is_answered_with_those_there_are():
    with pytest.raises(UsageError, match=r"no help about “zzz”. Topics: board, .*, any, parts, priorities."):
        parse("help zzz")


def test_the_reading_of_a_gift_keeps_the_person():
    read = parse("give @ben integration")
    assert isinstance(read, Give)
    assert read.reading == "give integration <@U0BEN>"
    assert parse(read.reading) == read


def test_an_eta_counts_from_now():
    read = parse("down integration slow 90m")
    assert isinstance(read, SetCondition)
    assert read.eta == MONDAY + 1.5 * HOUR
