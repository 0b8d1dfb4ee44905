"""Whatever was typed, Slack takes what each verb answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.catalog import Person
from bot.grammar.questions import NeedsReason
from bot.grammar.targets import Target
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.queries import Beside, Loss
from bot.reservations.values import Mode, Scope, Wanted
from handlers.views import answers, booking, giving, health, holding, reasons, taking, troubles, undone, watching
from handlers.views.place import EnvironmentFacts
from tests.support.blocks import VIEW_BLOCKS, assert_fit_for_slack, markup_in

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HELD = LeaseFacts(
    lease_id="L2345678",
    version=3,
    person="U0ANA",
    environment="integration",
    services=("payments",),
    mode="exclusive",
    status="active",
    reason="checkout fix",
    asked=NOON,
    minutes=120,
    started=NOON,
    ends=NOON + timedelta(hours=2),
    token="3.417",
)
DOWN = ConditionFacts("integration", "down", "disk full", "U0ELI", NOON, NOON + timedelta(hours=2))
FREEZE = FreezeFacts("F1", "integration", NOON, NOON + timedelta(days=2), "rehearsal", "U0ELI")
NASTY = st.sampled_from(
    ["", "<!channel> <@U0BEN>", "*bold* `x", "a" * 10_000, "\x00\x1b[31m", "שלום", "🚀" * 300, '"' * 300]
)
FEW = settings(max_examples=15, phases=[Phase.explicit, Phase.generate], deadline=None)


@FEW
@given(NASTY, st.integers(0, 40))
@example("<!channel> <@U0BEN>", 13)
@example("\x00\x1b", 1)
def test_every_answer_is_one_that_slack_takes(text, many):
    held = replace(HELD, reason=text, services=tuple(f"service-{n}" for n in range(many)))
    booked = replace(held, status="booked", begins=NOON)
    condition, freeze = replace(DOWN, reason=text), replace(FREEZE, reason=text)
    env = EnvironmentFacts("integration", "", (), (held,), (), unwell=(condition,) * 20, freezing=(freeze,) * 20)
    for message in (
        answers.held(held, text, undo=True, notes=taking.notes((held,) * (many + 1))),
        answers.queued(replace(held, status="queued"), reading=text, undo=True),
        taking.sure(Loss("integration", (held,) * (many + 1), many, many), text[:300]),
        booking.booked(booked, Beside((booked,) * many, (freeze,) * many), text),
        holding.kept(held, text, moved=False),
        giving.given(held, "U0CEM", NOON),
        giving.asked((held,), waits=False),
        giving.to_whom(None, tuple(Person(f"p{n}", f"U{n}", full_name=text) for n in range(1, many + 2))),
        undone.undone((held,), (held,) * many),
        answers.left((held, booked)),
        troubles.unwell(condition, many, text),
        troubles.well("integration", many, text),
        troubles.frozen(freeze, text, now=freeze.start),
        watching.watched("integration", text),
        watching.unwatched(tuple(f"env-{n}" for n in range(many)), ""),
        health.health((env,) * 20),
    ):
        assert_fit_for_slack(message.blocks, text=message.text)
        assert "<!channel>" not in markup_in(message.blocks, message.text)


@FEW
@given(NASTY)
def test_the_form_that_asks_why_is_one_that_slack_takes(text):
    form = reasons.form(
        NeedsReason("take", Target("integration"), text[:500] or "Why?", f"take integration {text[:300]}")
    )
    assert_fit_for_slack(form["blocks"], most=VIEW_BLOCKS)
    assert len(form["private_metadata"]) <= 3_000


@FEW
@given(NASTY)
def test_the_next_free_time_is_booked_as_it_was_wanted(text):
    scope = Scope("integration", frozenset({"orders", "payments"}))
    wanted = Wanted("L1", "U0ANA", scope, Mode.SHARED, timedelta(minutes=90), text)
    button = booking.then_button(wanted, NOON)
    assert len(button["value"]) <= 2_000
    carried = booking.carried(button["value"])
    assert str(carried.target) == "integration/orders,payments"
    assert (carried.mode, carried.start, carried.until) == ("shared", NOON, NOON + timedelta(minutes=90))
    assert carried.reason == text[:300]
