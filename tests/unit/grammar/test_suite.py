"""What a line of /suite means, each rule with its lines."""

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from bot.errors import NotFound, UsageError
from bot.grammar.questions import NeedsTarget
from bot.grammar.suite import parse_suite
from bot.grammar.suite_commands import Cancel, Flaky, Help, Plan, Retry, Rules, Run, Status, UndoRule, Which
from bot.grammar.suite_names import KnownParameter, KnownSuite, SuiteNames

NAMES = SuiteNames(
    (
        KnownSuite("checkout-api", ("integration", "staging-2"), (KnownParameter("CURRENCY", ("EUR", "USD")),)),
        KnownSuite("checkout-e2e", ("integration",), (KnownParameter("grep"), KnownParameter("CURRENCY"))),
    ),
    ("integration", "staging-2"),
)


def run(line):
    read = parse_suite(line, NAMES)
    assert isinstance(read, Run), read
    return read.suite, read.environment, read.ref, dict(read.parameters)


def refused(line):
    with pytest.raises((UsageError, NotFound)) as refusal:
        parse_suite(line, NAMES)
    assert refusal.value.family == "suite"
    return refusal.value


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("checkout-e2e", ("checkout-e2e", "integration", "", {})),
        ("run checkout-e2e", ("checkout-e2e", "integration", "", {})),
        ("CHECKOUT-E2E ON INTEGRATION", ("checkout-e2e", "integration", "", {})),
        ("checkout-api on staging-2", ("checkout-api", "staging-2", "", {})),
        ("checkout-api staging-2 currency=USD", ("checkout-api", "staging-2", "", {"CURRENCY": "USD"})),
        ("checkout-api currency=USD on staging-2", ("checkout-api", "staging-2", "", {"CURRENCY": "USD"})),
        ('checkout-e2e grep="pay @smoke"', ("checkout-e2e", "integration", "", {"grep": "pay @smoke"})),
        ("checkout-e2e grep=“pay @smoke”", ("checkout-e2e", "integration", "", {"grep": "pay @smoke"})),
        ('checkout-e2e grep="<@U0ANA|ana> pays"', ("checkout-e2e", "integration", "", {"grep": "@ana pays"})),
        ("checkout-e2e@feature/fees", ("checkout-e2e", "integration", "feature/fees", {})),
    ],
)
def test_a_line_that_begins_with_a_suite_runs_it(line, meant):
    assert run(line) == meant


@pytest.mark.parametrize(
    "line",
    [
        "checkout-e2e",
        'checkout-e2e@main on integration grep="a b" CURRENCY=x',
        "checkout-api on staging-2 CURRENCY=EUR",
    ],
)
def test_a_line_is_read_back_as_it_was_understood(line):
    read = parse_suite(line, NAMES)
    assert isinstance(read, Run)
    assert parse_suite(read.reading, NAMES) == read


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", Status(Which())),
        ("status", Status(Which())),
        ("#418", Status(Which(number=418))),
        ("status 418", Status(Which(number=418))),
        ("status checkout-e2e", Status(Which(suite="checkout-e2e"))),
        ("retry", Retry(Which(), failed=True, reading="retry")),
        ("retry failed", Retry(Which(), failed=True, reading="retry")),
        ("retry #418", Retry(Which(number=418), failed=True, reading="retry #418")),
        ("retry all #418", Retry(Which(number=418), failed=False, reading="retry #418 all")),
        ("rerun #418 all", Retry(Which(number=418), failed=False, reading="retry #418 all")),
        ("cancel R2Q7WMZ3A", Cancel(Which(id="R2Q7WMZ3A"), "cancel R2Q7WMZ3A")),
        (
            "retry <https://ci.example/runs/77>",
            Retry(Which(address="ci.example/runs/77"), failed=True, reading="retry ci.example/runs/77"),
        ),
        ("status <https://box.example/runs/R2Q7WMZ3A|#418>", Status(Which(number=418))),
        ("status <https://box.example/runs/R2Q7WMZ3A>", Status(Which(id="R2Q7WMZ3A"))),
        ("plan", Plan()),
        ("help", Help(None)),
        ("help retry", Help("retry")),
    ],
)
def test_a_verb_and_what_it_is_about(line, meant):
    assert parse_suite(line, NAMES) == meant


@pytest.mark.parametrize(
    ("line", "said", "suggestion"),
    [
        ("chekout-e2e", "No suite is called chekout-e2e. Did you mean checkout-e2e", "run checkout-e2e"),
        ("run chekout-e2e grep=x", "Did you mean checkout-e2e", "run checkout-e2e grep=x"),
        ("retyr #4", "Did you mean retry?", "retry #4"),
        ("checkout-api on integraton", "Did you mean integration?", "run checkout-api on integration"),
        ("checkout-api integraton", "Did you mean integration?", "run checkout-api on integration"),
        (
            "checkout-api on integration currency=EURO",
            "one of EUR, USD",
            "run checkout-api on integration CURRENCY=EUR",
        ),
        ("checkout-e2e on staging-2", "runs in integration, not in staging-2", "run checkout-e2e on integration"),
    ],
)
def test_what_is_nearly_right_is_suggested_as_a_whole_line(line, said, suggestion):
    error = refused(line)
    assert said in error.user_message
    assert suggestion in error.suggestions


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("checkout-e2e colour=red", "has no parameter colour"),
        ("checkout-e2e please", "I do not know what “please” means here"),
        ("checkout-e2e grep=a grep=b", "grep is given twice"),
        ("checkout-e2e@", "Which branch of the tests?"),
        ("checkout-e2e@--upload-pack=x", "cannot be one"),
        ("retry #4 soon", "I do not know what “soon” means here"),
        ("everything", "No suite is called everything"),
    ],
)
def test_what_cannot_be_read_says_why(line, said):
    assert said in refused(line).user_message


def test_a_suite_that_runs_in_several_places_asks_where():
    asked = parse_suite("checkout-api currency=EUR", NAMES)
    assert isinstance(asked, NeedsTarget)
    assert [choice.line for choice in asked.choices] == [
        "run checkout-api on integration CURRENCY=EUR",
        "run checkout-api on staging-2 CURRENCY=EUR",
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
@example("418 checkout-e2e")
@example("on integration checkout-e2e")
def test_no_line_with_an_unknown_first_word_ever_starts_a_run(line):
    try:
        read = parse_suite(line, NAMES)
    except (UsageError, NotFound):
        return
    first = line.split()[0].casefold() if line.split() else ""
    assert not isinstance(read, Run | NeedsTarget) or first.startswith(("run", "start", "checkout-", "`"))


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("flaky", Flaky()),
        ("flaky CHECKOUT-API", Flaky("checkout-api")),
        ("rules", Rules()),
        ("rules undo k2q7wmz3a", UndoRule("K2Q7WMZ3A", "rules undo K2Q7WMZ3A")),
        ("rules remove `K2Q7WMZ3A`", UndoRule("K2Q7WMZ3A", "rules undo K2Q7WMZ3A")),
    ],
)
def test_what_people_said_is_listed_and_taken_back(line, meant):
    assert parse_suite(line, NAMES) == meant


@pytest.mark.parametrize(
    ("line", "says", "suggests"),
    [
        ("flaky chekout-api", "No suite is called chekout-api. Did you mean checkout-api", ("flaky checkout-api",)),
        ("flaky checkout-api now", "I do not know what “now” means here.", ()),
        ("rules undo", "Undo which rule?", ("rules",)),
        ("rules undo 7", "“7” is no rule: one is called like K2Q7WMZ3A.", ("rules",)),
        ("rules all", "I do not know what “all” means here.", ()),
        ("flakey", "I do not know “flakey”. Did you mean flaky", ("flaky",)),
    ],
)
def test_a_rule_that_is_none_is_refused(line, says, suggests):
    error = refused(line)
    assert error.user_message.startswith(says)
    assert set(suggests) <= set(error.suggestions)
