"""Whatever people type, every message we make is one that Slack takes, and says it as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.grammar.help import TOPICS
from bot.grammar.questions import Ambiguous, Choice
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts, OfferOutcome
from bot.notices.model import (
    AlsoToday,
    BookingMissed,
    CatalogRefused,
    ClockRuns,
    ClockStopped,
    ConditionCard,
    DoneForYou,
    FreezeCard,
    GivenToYou,
    InACircle,
    Kept,
    KeptForRun,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    Notice,
    OfferMade,
    OfferPressed,
    OfferSettled,
    PlaceFree,
    TakenFromYou,
    TurnCame,
    TurnSoon,
    WantedByOther,
    WhileQuiet,
)
from bot.reservations.queries import Waits
from bot.reservations.story import Line
from handlers.views import answers, board, home, pages
from handlers.views import lease as words
from handlers.views.blocks import cut_markup
from handlers.views.render import render
from tests.support.blocks import VIEW_BLOCKS, WHOLE, assert_fit_for_slack

FEW = settings(max_examples=settings().max_examples // 6)
"""For what takes long to draw."""

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
NASTY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "",
            " ",
            "<!channel>",
            "<@U0BEN>",
            "*bold* `x",
            "\u202eevil",
            "a" * 10_000,
            "\x00\x1b[31m",
            "<http://x|y>",
            "שלום",
        ]
    ),
)
NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,60}", fullmatch=True)


STATUSES = ("queued", "offered", "booked", "active", "released", "expired", "cancelled", "taken", "given", "replaced")


@st.composite
def leases(draw: st.DrawFn) -> LeaseFacts:
    status = draw(st.sampled_from(STATUSES))
    started = NOON if status not in ("queued", "offered", "booked") else None
    return LeaseFacts(
        lease_id="L2345678",
        version=draw(st.integers(1, 99)),
        person=draw(st.sampled_from(["U0ANA", "U0BEN"]) | NASTY),
        environment=draw(NAMES),
        services=tuple(draw(st.lists(NAMES, max_size=30, unique=True))),
        mode=draw(st.sampled_from(["exclusive", "shared"])),
        status=status,
        reason=draw(NASTY),
        asked=NOON,
        minutes=draw(st.integers(0, 100_000)),
        started=started,
        ends=NOON + timedelta(minutes=draw(st.integers(1, 5_000))) if started else None,
        place=draw(st.none() | st.integers(1, 1_000)),
        eta_from=NOON if status == "queued" else None,
        eta_to=NOON + timedelta(minutes=draw(st.integers(0, 900))) if status == "queued" else None,
        token="3.417" if started else None,
        resources=tuple(draw(st.lists(NAMES, max_size=12, unique=True))),
        wish=draw(st.sampled_from(["", "any:gold-customer x2"])) if status == "queued" else "",
        begins=NOON if draw(st.booleans()) else None,
        again=NOON if status == "queued" and draw(st.booleans()) else None,
        ready=draw(st.booleans()),
        paused=draw(st.booleans()),
        kept_until=NOON + timedelta(hours=9) if started and draw(st.booleans()) else None,
        held=draw(st.booleans()),
        rank=draw(st.integers(0, 3)),
    )


@st.composite
def of_others(draw: st.DrawFn) -> Notice:
    """What somebody else's hand, or the state of a place, brings."""
    lease, reason = draw(leases()), draw(NASTY)
    condition = ConditionFacts(draw(NAMES), draw(st.sampled_from(["down", "degraded"])), reason, "U0BEN", NOON, NOON)
    freeze = FreezeFacts("F1", draw(NAMES), NOON, NOON + timedelta(days=3), reason, "catalog", draw(st.booleans()))
    make = draw(
        st.sampled_from(
            [
                lambda: TurnCame(lease),
                lambda: TurnSoon(lease, NOON),
                lambda: TakenFromYou(lease, "U0BEN", reason, draw(st.none() | leases())),
                lambda: GivenToYou(lease, "U0BEN"),
                lambda: WantedByOther(lease, "U0BEN"),
                lambda: KeptForRun(lease),
                lambda: BookingMissed(lease),
                lambda: InACircle(tuple(draw(st.lists(leases(), max_size=9)))),
                lambda: ClockStopped(lease, condition),
                lambda: ClockRuns(lease),
                lambda: ConditionCard(condition, 3, 0, draw(st.none() | st.just("U0BEN")), reason),
                lambda: FreezeCard(
                    freeze, draw(st.sampled_from(["announced", "on", "over"])), draw(st.none() | st.just("U0ANA"))
                ),
                lambda: PlaceFree(draw(NAMES), draw(st.none() | st.just("U0BEN"))),
            ]
        )
    )
    return make()  # what it alone is made of is drawn for it alone


@st.composite
def conditions(draw: st.DrawFn) -> ConditionFacts:
    scope = "/".join(["integration", *draw(st.lists(NAMES, max_size=1))])
    eta = draw(st.none() | st.just(NOON + timedelta(hours=3)))
    return ConditionFacts(scope, draw(st.sampled_from(["down", "degraded"])), draw(NASTY), "U0DANA", NOON, eta)


@st.composite
def freezes(draw: st.DrawFn) -> FreezeFacts:
    scope = "/".join(["integration", *draw(st.lists(NAMES, max_size=1))])
    return FreezeFacts("F1", scope, NOON, NOON + timedelta(days=3), draw(NASTY), "U0DANA", draw(st.booleans()))


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    lease = draw(leases())
    if draw(st.booleans()):
        return draw(of_others())
    make = draw(
        st.sampled_from(
            [
                lambda: LeaseCard(lease, draw(st.integers(0, 1_000)), draw(st.none() | st.just("U0BEN")), draw(NASTY)),
                lambda: OfferMade(lease, draw(st.none() | st.just("U0BEN"))),
                lambda: OfferPressed(lease),
                lambda: DoneForYou(lease, draw(st.sampled_from(["accepted", "extended"])), "U0BEN"),
                lambda: OfferSettled(lease, draw(st.sampled_from(get_args(OfferOutcome)))),
                lambda: LeaseEnding(lease, draw(st.booleans())),
                lambda: LeaseEnded(
                    lease, draw(st.sampled_from(["expired", "released"])), draw(st.none() | st.just("U0BEN"))
                ),
                lambda: CatalogRefused(tuple(draw(st.lists(NASTY, max_size=30)))),
            ]
        )
    )
    return make()  # what it alone is made of is drawn for it alone


@FEW
@given(st.lists(notices(), min_size=2, max_size=40))
def test_what_was_put_together_is_one_message_that_slack_takes(held: list[Notice]):
    for together in (WhileQuiet, AlsoToday):
        message = render(together(tuple(Kept(NOON, notice) for notice in held)))
        assert_fit_for_slack(message.blocks, text=message.text)
        assert "<!channel>" not in str(message)


@given(notices())
def test_every_notice_is_a_message_that_slack_takes(notice: Notice):
    message = render(notice)
    assert message.text.strip()
    assert_fit_for_slack(message.blocks, text=message.text)
    assert "<!channel>" not in str(message)


@given(leases(), st.lists(leases(), max_size=5))
def test_every_answer_is_a_message_that_slack_takes(lease: LeaseFacts, others: list[LeaseFacts]):
    several = (lease, *others)
    for message in (
        answers.queued(lease, Waits(tuple(others), circle=several)),
        answers.extended(lease, 3),
        answers.released(several),
        answers.passed(lease, waits=True),
        answers.passed(lease, waits=False),
        answers.left(several),
    ):
        assert_fit_for_slack(message.blocks, text=message.text)


@st.composite
def happenings(draw: st.DrawFn) -> Line:
    who = draw(st.sampled_from(["U0ANA", "system"]) | NASTY)
    until = draw(st.none() | st.just(NOON + timedelta(days=2)))
    return Line(NOON, who, "reserved exclusive", draw(NAMES | NASTY), draw(NASTY | st.just("&<>" * 30)), until)


@given(NASTY, st.lists(happenings(), max_size=5), st.integers(1, 40))
def test_the_log_is_a_message_that_slack_takes_however_much_has_happened(title: str, lines: list[Line], times: int):
    message = pages.log(title, tuple(lines * times))
    assert_fit_for_slack(message.blocks, text=message.text)
    assert "<!channel>" not in str(message)


def test_the_log_says_how_much_it_leaves_out():
    lines = tuple(Line(NOON, "U0ANA", "reserved", "integration", f"fix {n}") for n in range(50))
    shown = str(pages.log("integration", lines).blocks)
    assert shown.count("<@U0ANA>") + int(shown.partition("… and ")[2].split()[0]) == len(lines)


@pytest.mark.parametrize("verb", [None, *(topic.verb for topic in TOPICS)])
def test_every_help_page_is_a_message_that_slack_takes(verb: str | None):
    message = pages.help_page("/env", verb)
    assert_fit_for_slack(message.blocks, text=message.text)


@given(NASTY, st.lists(NAMES, max_size=40))
def test_every_question_is_a_message_that_slack_takes(question: str, labels: list[str]):
    choices = tuple(Choice(label, f"reserve {label} 1h") for label in labels)
    message = pages.question(Ambiguous(question, choices))
    assert_fit_for_slack(message.blocks, text=message.text)


@pytest.mark.parametrize(("many", "long", "buttons"), [(5, 20, 5), (10, 20, 10), (12, 20, 10), (9, 1_900, 3)])
def test_what_has_no_button_in_a_question_is_named_in_it(many: int, long: int, buttons: int):
    names = [f"place-{n}" for n in range(many)]
    choices = tuple(Choice(name, f"reserve {name} ".ljust(long, "x")) for name in names)
    _, offered, *more = pages.question(Ambiguous("Which one?", choices)).blocks
    assert [each["text"]["text"] for each in offered["elements"]] == names[:buttons]
    named = f"There are {many - buttons} more; type the one you mean: {' · '.join(f'`{x}`' for x in names[buttons:])}"
    assert [each["elements"][0]["text"] for each in more] == ([named] if many > buttons else [])


@given(st.integers(2, 120))
def test_a_cut_leaves_no_markup_open(limit: int):
    text = "a <!date^1767614400^{time}|2026-01-05 12:00 UTC> &amp; <@U0ANA> &lt;b&gt; " * 2
    short = cut_markup(text, limit)
    assert len(short) <= limit
    assert WHOLE.fullmatch(short)


Matter = tuple[ConditionFacts, FreezeFacts]


def an_environment(name: str, holders: int, waiters: int, lease: LeaseFacts, matter: Matter) -> board.EnvironmentFacts:
    """With as many bookings as waiters, and several things the matter where anybody waits."""
    unwell, frozen = matter
    times = min(waiters, 5)
    return board.EnvironmentFacts(
        name,
        "d" * 500,
        ("payments",) * 40,
        (lease,) * holders,
        (lease,) * waiters,
        booked=(lease,) * waiters,
        unwell=(unwell,) * times,
        frozen=(frozen,) * times,
        freezing=(frozen,) * times,
    )


@pytest.mark.parametrize(
    ("environments", "holders", "waiters"), [(0, 0, 0), (1, 1, 1), (3, 0, 0), (30, 5, 50), (200, 5, 0)]
)
@FEW
@given(leases(), st.tuples(conditions(), freezes()))
def test_a_crowded_board_still_fits(environments: int, holders: int, waiters: int, lease: LeaseFacts, matter: Matter):
    all_of_them = tuple(an_environment(f"env-{n}", holders, waiters, lease, matter) for n in range(environments))
    message = board.board(all_of_them, "/env")
    assert_fit_for_slack(message.blocks, text=message.text)
    assert "<!channel>" not in str(message)
    seen = home.home((lease,) * 30, all_of_them, "/env", (words.target(lease),) * 30)
    assert_fit_for_slack(seen["blocks"], most=VIEW_BLOCKS)
    assert seen["blocks"][-1]["type"] == ("context" if environments else "section"), "nothing is cut off at the end"
    for env in all_of_them[:1]:
        card = board.card(env, "/env", env.name, frozenset(("down", "freeze", "take")))
        assert_fit_for_slack(card.blocks, text=card.text)
