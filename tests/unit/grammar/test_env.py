"""What lines of /env mean: the cases of the grammar, and the rules behind them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotFound, UsageError
from bot.grammar.commands import (
    Extend,
    Help,
    Leave,
    Log,
    Queue,
    Release,
    Reserve,
    ShowBoard,
    ShowTarget,
)
from bot.grammar.targets import Target
from tests.unit.grammar.lines import INTEGRATION, MONDAY, parse

HOUR = timedelta(hours=1)


def utc(hour: int, minute: int = 0) -> datetime:
    return MONDAY.replace(hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("typed", "target", "length", "reason"),
    [
        ("integration/payments 2h checkout fix", "integration/payments", 2 * HOUR, "checkout fix"),
        ("2h integration checkout", "integration", 2 * HOUR, "checkout"),
        ("for 2h integration checkout", "integration", 2 * HOUR, "checkout"),
        ("staging-2 1h", "staging-2", HOUR, ""),
        ("int-2h 1h", "int-2h", HOUR, ""),
        ("INTEGRATION 1H", "integration", HOUR, ""),
        ("catalog 2h", "integration/catalog", 2 * HOUR, ""),
        ("integration/2h 1h", "integration/2h", HOUR, ""),
        ("integration/payments,orders 1h", "integration/payments,orders", HOUR, ""),
        ("integration/payments, orders 1h fix", "integration/payments,orders", HOUR, "fix"),
        ("integration/<http://payments.api|payments.api> 1h", "integration/payments.api", HOUR, ""),
        ("<http://integration/payments.api|integration/payments.api> 1h", "integration/payments.api", HOUR, ""),
        ("<#C024BE7LH|integration> 1h", "integration", HOUR, ""),
        ("integration for 90 min", "integration", 1.5 * HOUR, ""),
        ("integration half an hour", "integration", 0.5 * HOUR, ""),
        ("integration an hour demo", "integration", HOUR, "demo"),
        ("integration 2 hours", "integration", 2 * HOUR, ""),
        ("integration 2h30", "integration", 2.5 * HOUR, ""),
        ("integration 1.5h", "integration", 1.5 * HOUR, ""),
        ("integration, 2h, fix", "integration", 2 * HOUR, "fix"),
        ("reserve log 1h", "integration/log", HOUR, ""),
        ("lock integration 1h", "integration", HOUR, ""),
        ("claim integration 1h", "integration", HOUR, ""),
        ('integration 1h "2h of fun"', "integration", HOUR, "2h of fun"),
        ("integration “3d secure” 2h", "integration", 2 * HOUR, "3d secure"),
        ('integration 2h "shared cart bug"', "integration", 2 * HOUR, "shared cart bug"),
        ("integration 2h fix 3h of cron till 9", "integration", 2 * HOUR, "fix 3h of cron till 9"),
        ("integration 2h payments refund bug", "integration", 2 * HOUR, "payments refund bug"),
        ("integration 2h for EUR fix", "integration", 2 * HOUR, "EUR fix"),
        ("integration 2h 404 on checkout", "integration", 2 * HOUR, "404 on checkout"),
        ("integration 2h Tom &amp; Ana &lt;3", "integration", 2 * HOUR, "Tom & Ana <3"),
        ("integration 2h with <@U0ANA|ana>", "integration", 2 * HOUR, "with @ana"),
        ("integration 1h {0} {x}", "integration", HOUR, "{0} {x}"),
        ("integration／payments ２h 決済の修正", "integration/payments", 2 * HOUR, "決済の修正"),
        ("integration\u00a02h\u202ffix", "integration", 2 * HOUR, "fix"),
        ("integration «2h drôle» 2h", "integration", 2 * HOUR, "2h drôle"),
        ("integration „sofort“ 2h", "integration", 2 * HOUR, "sofort"),
        ('integration "5” screen" 2h', "integration", 2 * HOUR, "5” screen"),
        ("integration 2h fix <https://example.com/x|the cart>", "integration", 2 * HOUR, "fix the cart"),
        ("integration 2h für Ä &amp;lt; b", "integration", 2 * HOUR, "für Ä &lt; b"),
    ],
)
def test_a_line_that_names_a_target_and_a_length_reserves(typed, target, length, reason):
    read = parse(typed)
    assert isinstance(read, Reserve)
    assert (str(read.target), read.length, read.until, read.reason, read.mode) == (
        target,
        length,
        None,
        reason,
        "exclusive",
    )


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("integration til 5pm", utc(16)),
        ("integration till 5:30 pm", utc(16, 30)),
        ("integration until 16:30", utc(15, 30)),
        ("integration until 16.30", utc(15, 30)),
        ("integration until 17", utc(16)),
        ("integration until 5", utc(16)),
        ("integration 5pm", utc(16)),
        ("integration 16:30", utc(15, 30)),
        ("integration eod", utc(17)),
        ("integration until end of day", utc(17)),
        ("integration until noon", utc(11)),
        ("2h integration", None),
    ],
)
def test_an_end_is_a_time_of_today_where_the_typist_is(typed, until):
    read = parse(typed)
    assert isinstance(read, Reserve)
    assert read.until == until
    assert until is None or read.length == until - MONDAY


@pytest.mark.parametrize(
    "typed", ["integration shared 2h", "integration 2h shared", 'integration 2h shared "cart bug"']
)
def test_shared_is_a_mode_where_nothing_else_can_be_meant(typed):
    read = parse(typed)
    assert isinstance(read, Reserve)
    assert read.mode == "shared"


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("", ShowBoard()),
        ("   ", ShowBoard()),
        ("status", ShowBoard()),
        ("who", ShowBoard()),
        ("list", ShowBoard()),
        ("who integration", ShowTarget(INTEGRATION)),
        ("integration", ShowTarget(INTEGRATION)),
        ("Integration/Payments", ShowTarget(Target("integration", ("payments",)))),
        ("catalog", ShowTarget(Target("integration", ("catalog",)))),
        ("release", Release(None)),
        ("done", Release(None)),
        ("unlock staging-2", Release(Target("staging-2"))),
        ("release all", Release(None, everything=True)),
        ("release integration/all", Release(Target("integration", ("all",)))),
        ("leave", Leave(None)),
        ("leave int-2h", Leave(Target("int-2h"))),
        ("queue integration", Queue(INTEGRATION)),
        ("log", Log(None)),
        ("log log", Log(Target("integration", ("log",)))),
        ("extend", Extend(None)),
        ("extend 1h", Extend(None, length=HOUR)),
        ("extend by 1h", Extend(None, length=HOUR)),
        ("extend integration 1h", Extend(INTEGRATION, length=HOUR)),
        ("extend 1h integration", Extend(INTEGRATION, length=HOUR)),
        ("extend till 6", Extend(None, until=utc(17))),
        ("help", Help(None)),
        ("help lock", Help("reserve")),
    ],
)
def test_a_verb_or_a_bare_name_is_read_without_a_question(typed, means):
    assert parse(typed) == means


@pytest.mark.parametrize(
    ("typed", "suggestions"),
    [
        ("relase", ("release",)),
        ("relase integration", ("release integration",)),
        ("shared integration 2h", ("reserve shared integration 2h",)),
        ("til 5pm integration", ("reserve til 5pm integration",)),
        ("release integration staging-2", ("release integration",)),
        ("help relese", ("help release",)),
        ("zzz", ()),
        ("2h zzz", ()),
        ("🚀 integration 2h", ()),
    ],
)
def test_a_line_that_says_nothing_known_is_an_error_with_what_is_near(typed, suggestions):
    with pytest.raises(UsageError) as error:
        parse(typed)
    assert error.value.suggestions == suggestions
    assert error.value.usage


@pytest.mark.parametrize(
    ("typed", "suggestions"),
    [
        ("integratin 2h fix", ("integration 2h fix",)),
        ("reserve integratin 2h fix", ("reserve integration 2h fix",)),
        ("reserve 2h integratin fix", ("reserve 2h integration fix",)),
        ("integration/paymnts 2h", ("integration/payments 2h",)),
        ("integratin/payments 2h", ("integration/payments 2h",)),
        ("release integratin", ("release integration",)),
        ("extend integratin 1h", ("extend integration",)),
        ("reserve zzz 2h", ()),
    ],
)
def test_a_misspelled_name_is_never_taken_for_another(typed, suggestions):
    with pytest.raises(NotFound) as error:
        parse(typed)
    assert error.value.suggestions == suggestions


def test_more_than_the_policy_allows_names_the_limit_and_offers_only_that():
    with pytest.raises(UsageError, match="5h is more than staging-2 allows: at most 4h") as error:
        parse("staging-2 5h fix")
    assert error.value.suggestions == ('reserve staging-2 4h "fix"',)


def test_three_days_of_a_card_scheme_are_not_taken_for_days():
    with pytest.raises(UsageError) as error:
        parse("integration 3d secure")
    assert 'reserve integration 1h "3d secure"' in error.value.suggestions


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("integration 0m", "At least a minute, for example 30m."),
        ("integration 0.0h", "At least a minute, for example 30m."),
        ("integration -1h", "A length cannot be negative: at least a minute, for example 30m."),
        ("extend -30m", "A length cannot be negative: at least a minute, for example 30m."),
    ],
)
def test_no_time_at_all_is_refused(typed, said):
    with pytest.raises(UsageError) as error:
        parse(typed)
    assert error.value.user_message == said


@pytest.mark.parametrize("typed", ["integration 999999999h", "integration 99999999d", "integration until 23:59"])
def test_an_absurd_length_is_refused_with_the_limit(typed):
    with pytest.raises(UsageError, match="at most 8h"):
        parse(typed)


def test_a_time_that_has_passed_is_an_error_and_its_other_half_is_suggested():
    with pytest.raises(
        UsageError, match=r"^5:30 has passed already: it is 10:00 for you \(Europe/Berlin\)\.$"
    ) as error:
        parse("integration til 5:30 {fix}")
    assert error.value.suggestions == ('reserve integration until 17:30 "{fix}"',)


def test_eod_after_the_working_day_is_an_error():
    with pytest.raises(UsageError, match="eod has passed"):
        parse("integration eod", now=datetime(2026, 11, 23, 18, tzinfo=UTC))


def test_a_reason_is_cut_with_an_ellipsis():
    read = parse("integration 1h " + "long " * 200)
    assert isinstance(read, Reserve)
    assert len(read.reason) <= 300
    assert read.reason.endswith("…")


def test_the_reading_says_the_same_beyond_doubt():
    read = parse("2h integration/payments shared “12h clock”")
    assert isinstance(read, Reserve)
    assert read.reading == 'reserve integration/payments shared 2h "12h clock"'
    assert parse(read.reading) == read


def test_invisible_characters_change_nothing():
    read = parse("integ\u200bration\u202e 2h\x00 fix\x1b[31m")
    assert isinstance(read, Reserve)
    assert (read.target, read.reason) == (INTEGRATION, "fix[31m")
