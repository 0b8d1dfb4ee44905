"""What is refused, and the sentence that says why."""

import pytest

from bot.errors import NotFound, UsageError
from bot.grammar.commands import Reserve
from bot.grammar.help import usage_of
from bot.grammar.names import Names
from bot.grammar.targets import Place
from tests.unit.grammar.lines import NAMES, parse

OTHER_DAYS = "until reads times of today, not “{}”: say how long instead, for example 4h."
NO_TIME = "“{}” is no time of today: until takes one such as 16:30, 5pm or eod."
PASSED = "“{}” has passed already: until takes a time of today, such as 16:30, 5pm or eod."
NO_CLOCK = "{} is no time of day."
SECONDS = "{} is in seconds: at least a minute, for example 30m."


def refused(typed: str, names: Names = NAMES) -> UsageError:
    with pytest.raises(UsageError) as error:
        parse(typed, names=names)
    return error.value


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("integration until 25:00", NO_CLOCK.format("25:00")),
        ("integration till 16:75 checkout", NO_CLOCK.format("16:75")),
        ("integration until 25", NO_CLOCK.format("25")),
        ("integration til 13pm", NO_CLOCK.format("13pm")),
        ("integration until 30m", NO_CLOCK.format("30m")),
        ("integration until", "until needs a time of today, such as 16:30, 5pm or eod."),
        ("integration until tomorrow", OTHER_DAYS.format("tomorrow")),
        ("integration until Friday 5pm", OTHER_DAYS.format("Friday")),
        ("integration until 2026-12-01", OTHER_DAYS.format("2026-12-01")),
        ("integration until 24/12", OTHER_DAYS.format("24/12")),
        ("integration until yesterday", PASSED.format("yesterday")),
        ("integration until last friday 5pm", PASSED.format("last friday 5pm")),
        ("integration until lunch", NO_TIME.format("lunch")),
        ("integration until the end of the week", NO_TIME.format("the end of")),
        ("integration shared until lunch", NO_TIME.format("lunch")),
        ("reserve until 25:00 integration", NO_CLOCK.format("25:00")),
        ("until 25:00 integration", NO_CLOCK.format("25:00")),
        ("integration 25:00", NO_CLOCK.format("25:00")),
        ("25:00 integration", NO_CLOCK.format("25:00")),
        ("integration 13:00pm", NO_CLOCK.format("13:00pm")),
        ("integration 90s", SECONDS.format("90s")),
        ("integration for 90 seconds", SECONDS.format("90 seconds")),
        ("integration 1m30s checkout", SECONDS.format("1m30s")),
        ("integration 0m", "At least a minute, for example 30m."),
    ],
)
def test_what_stands_for_an_end_and_is_none_is_refused_with_the_reason_why(typed, said):
    error = refused(typed)
    assert error.user_message == said
    assert error.usage == usage_of("reserve")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("extend 0m", "At least a minute, for example 30m."),
        ("extend 90s", SECONDS.format("90s")),
        ("extend integration until tomorrow", OTHER_DAYS.format("tomorrow")),
        ("extend integration because", "I do not know what “because” means here."),
    ],
)
def test_extend_shows_its_own_usage(typed, said):
    error = refused(typed)
    assert (error.user_message, error.usage) == (said, usage_of("extend"))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ('integration 1h "until 25:00"', "until 25:00"),
        ("integration 1h “90s music page”", "90s music page"),
        ("integration 1h until the demo is over", "until the demo is over"),
        ("integration 1h 90s music page", "90s music page"),
        ("integration 1h for @nobody", "@nobody"),
        ("integration 1h with <@U0ANA|ana> and <@U0BEN>", "with @ana and @U0BEN"),
        ("integration 1h untiled roof", "untiled roof"),
    ],
)
def test_after_a_length_or_in_quotes_a_reason_may_say_anything(typed, reason):
    read = parse(typed)
    assert isinstance(read, Reserve)
    assert read.reason == reason


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("integration until 9:00", "9:00 has passed already: it is 10:00 for you (Europe/Berlin)."),
        ("extend until 9:00", "9:00 has passed already: it is 10:00 for you (Europe/Berlin)."),
        ("extend integration till 9am", "9am has passed already: it is 10:00 for you (Europe/Berlin)."),
        ("staging-2 5h", "5h is more than staging-2 allows: at most 4h."),
    ],
)
def test_a_sentence_that_says_it_all_stands_without_a_usage_line(typed, said):
    error = refused(typed)
    assert (error.user_message, error.usage) == (said, "")


def test_a_mention_is_repeated_as_the_name_it_shows():
    error = refused("release integration <@U0ANA|ana>")
    assert error.user_message == "I do not know what “@ana” means here."
    assert error.usage == usage_of("release")
    assert refused("<@U0ANA|ana> 1h").user_message.startswith("I do not know “@ana”")
    assert refused("shared integration 1h <@U0ANA|ana>").suggestions == ("reserve shared integration 1h @ana",)


def test_leave_takes_one_place_at_a_time():
    error = refused("leave ALL")
    assert (error.user_message, error.usage) == ("leave takes one place at a time.", usage_of("leave"))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (NAMES, "No environment or service is called zzz. Environments: integration, staging-2, int-2h."),
        (Names(()), "No environment or service is called zzz."),
        (
            Names(tuple(Place(f"qa-{n}") for n in range(9))),
            (
                "No environment or service is called zzz. "
                "Environments: qa-0, qa-1, qa-2, qa-3, qa-4, qa-5, qa-6, qa-7 and more."
            ),
        ),
    ],
)
def test_a_name_that_resembles_none_is_answered_with_the_environments_there_are(names, said):
    with pytest.raises(NotFound) as error:
        parse("reserve zzz 2h", names=names)
    assert error.value.user_message == said
