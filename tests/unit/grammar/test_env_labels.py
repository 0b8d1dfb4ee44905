"""`any:<label>`, resources, priorities, and leases for a suite."""

from datetime import timedelta

import pytest

from bot.errors import NotFound, UsageError
from bot.grammar.commands import Ambiguous, NeedsDuration, NeedsTarget, Reserve, ShowTarget
from bot.grammar.targets import AnyOf, Target
from tests.unit.grammar.lines import lines_of, parse

HOUR = timedelta(hours=1)
GOLD_1, GOLD_2 = (Target("integration", resources=(f"gold-customer-{n}",)) for n in (1, 2))
LABELS = "Labels: any:Big, any:full, any:gold-customer, any:phone."


def reserved(line: str) -> Reserve:
    read = parse(line)
    assert isinstance(read, Reserve), read
    assert parse(read.reading) == read
    return read


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [
        ("any:gold-customer 1h fix", 1),
        ("ANY:Gold-Customer x2 1h fix", 2),
        ("any:gold-customer 2x 1h fix", 2),
        ("1h any:gold-customer ×2, fix", 2),
        ("integration/any:gold-customer x2 1h fix", 2),
        ("reserve integration/any:gold-customer 1h fix", 1),
    ],
)
def test_a_label_of_resources_is_so_many_of_one_environments(typed, quantity):
    read = reserved(typed)
    assert read.target == AnyOf("gold-customer", quantity, (GOLD_1, GOLD_2))
    assert (read.length, read.reason) == (HOUR, "fix")
    assert str(read.target) == "integration/any:gold-customer" + (" x2" if quantity == 2 else "")


def test_a_label_of_environments_is_one_of_them_and_the_least_of_their_limits():
    read = reserved("any:full 4h")
    assert read.target == AnyOf("full", 1, (Target("integration"), Target("staging-2")))
    with pytest.raises(UsageError, match="5h is more than staging-2 allows"):
        parse("any:full 5h")


def test_several_environments_with_that_label_are_asked():
    asked = parse("any:phone 1h fix")
    assert isinstance(asked, NeedsTarget)
    assert lines_of(asked) == ["reserve integration/any:phone 1h fix", "reserve staging-2/any:phone 1h fix"]
    assert lines_of(parse("any:phone x1 1h"))[0] == "reserve integration/any:phone 1h"
    assert reserved("any:phone x2 1h").reading == "reserve staging-2/any:phone x2 1h"


def test_a_label_of_both_kinds_is_asked_environments_first():
    asked = parse("any:big 1h")
    assert isinstance(asked, NeedsTarget)
    assert lines_of(asked) == ["reserve any:environment:Big 1h", "reserve staging-2/any:Big 1h"]
    environments, resources = (reserved(line).target for line in lines_of(asked))
    assert environments == AnyOf("Big", 1, (Target("integration"),))
    assert resources == AnyOf("Big", 1, (Target("staging-2", resources=("tenant",)),))


def test_a_bare_label_takes_nothing():
    asked = parse("any:full")
    assert isinstance(asked, NeedsDuration)
    assert lines_of(asked)[0] == "reserve any:full 1h"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("any:full x2 1h", "Whole environments are taken one at a time: any:full without x2."),
        ("any:gold-customer x3 1h", "any:gold-customer x3 cannot be had: integration has 2."),
        ("any:phone x3 1h", "any:phone x3 cannot be had: integration has 1, staging-2 has 2."),
        ("any:gold-customer x0 1h", "any:gold-customer x0 cannot be had: integration has 2."),
        ("release any:full", "any:full picks what is free, so it goes with reserve only."),
        ("take any:full because", "any:full picks what is free, so it goes with reserve only."),
        ("extend any:full 1h", "any:full picks what is free, so it goes with reserve only."),
        ("give any:full @ana", "any:full picks what is free, and you give what you hold."),
        (
            "integration/payments,gold-customer-1 1h",
            "Services and resources are reserved apart: payments is one line, gold-customer-1 another.",
        ),
    ],
)
def test_what_cannot_be_had_is_refused_with_what_there_is(typed, said):
    with pytest.raises(UsageError) as error:
        parse(typed)
    assert error.value.user_message == said


@pytest.mark.parametrize(
    ("typed", "said", "suggestions"),
    [
        (
            "any:glod-customer 1h",
            "Nothing here is labelled glod-customer. Did you mean any:gold-customer?",
            ("any:gold-customer 1h",),
        ),
        ("reserve any:ful 1h", "Nothing here is labelled ful. Did you mean any:full?", ("reserve any:full 1h",)),
        ("int-2h/any:phone 1h", "int-2h has nothing labelled phone. Did you mean any:phone?", ("any:phone 1h",)),
        (
            "any:gold 1h",
            "Nothing here is labelled gold. Did you mean any:gold-customer?",
            ("any:gold-customer 1h",),
        ),
        ("reserve any: 1h", "Nothing here is labelled (nothing). " + LABELS, ()),
        ("any:zzz 1h", "Nothing here is labelled zzz. " + LABELS, ()),
    ],
)
def test_an_unknown_label_is_answered_with_what_is_near(typed, said, suggestions):
    with pytest.raises(NotFound) as error:
        parse(typed)
    assert (error.value.user_message, error.value.suggestions) == (said, suggestions)


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("gold-customer-1 1h", GOLD_1),
        ("Integration/GOLD-customer-1 1h", GOLD_1),
        (
            "gold-customer-1, gold-customer-2 1h",
            Target("integration", resources=("gold-customer-1", "gold-customer-2")),
        ),
        ("tenant 1h", Target("staging-2", resources=("tenant",))),
    ],
)
def test_a_resource_is_typed_like_a_service(typed, target):
    assert reserved(typed).target == target


def test_a_resource_alone_is_only_looked_at():
    assert parse("gold-customer-1") == ShowTarget(GOLD_1)


def test_two_resources_one_after_the_other_are_asked_about():
    assert (
        lines_of(parse("gold-customer-1 gold-customer-2 1h"))[0]
        == "reserve integration/gold-customer-1,gold-customer-2 1h"
    )


def test_a_priority_before_other_pieces_or_alone_is_meant():
    for typed in (
        "integration hotfix 1h EUR rounding",
        'integration 1h HOTFIX "EUR rounding"',
        "integration 1h hotfix",
    ):
        read = reserved(typed)
        assert (read.priority, read.length) == ("hotfix", HOUR)


def test_a_priority_right_before_a_reason_is_asked_about():
    asked = parse("integration 1h hotfix EUR rounding")
    assert isinstance(asked, Ambiguous)
    assert [choice.label for choice in asked.choices] == [
        "Hotfix priority, for “EUR rounding”",
        "Normal, for “hotfix EUR rounding”",
    ]
    claimed, normal = (reserved(line) for line in lines_of(asked))
    assert (claimed.priority, claimed.reason) == ("hotfix", "EUR rounding")
    assert (normal.priority, normal.reason) == (None, "hotfix EUR rounding")


def test_a_mode_and_a_priority_before_a_reason_are_asked_about_together():
    read = [reserved(line) for line in lines_of(parse("integration 1h shared incident cart"))]
    assert [(each.mode, each.priority, each.reason) for each in read] == [
        ("shared", "incident", "cart"),
        ("shared", None, "incident cart"),
        ("exclusive", None, "shared incident cart"),
    ]


def test_a_priority_that_the_typist_may_not_claim_begins_the_reason():
    read = parse("integration 1h hotfix EUR rounding", priorities=frozenset({"incident"}))
    assert isinstance(read, Reserve)
    assert (read.priority, read.reason) == (None, "hotfix EUR rounding")


@pytest.mark.parametrize(
    "typed",
    [
        "integration hotfix 1h",
        "integration 1h hotfix",
        'integration 1h hotfix "EUR rounding"',
        "integration hotfix shared 1h",
    ],
)
def test_a_priority_without_words_behind_it_is_claimed_also_by_who_may_not(typed):
    read = parse(typed, priorities=frozenset())
    assert isinstance(read, Reserve)
    assert read.priority == "hotfix"


@pytest.mark.parametrize(
    "typed", ["integration for the suite", "integration until the suite", 'integration for my suite "cart"']
)
def test_for_the_suite_is_as_long_as_the_policy_allows(typed):
    read = reserved(typed)
    assert (read.for_suite, read.length, read.until) == (True, 8 * HOUR, None)


def test_for_the_suite_before_other_words_may_be_a_reason():
    assert lines_of(parse("integration for the suite refactoring")) == [
        'reserve integration for the suite "refactoring"',
        'reserve integration 1h "for the suite refactoring"',
    ]
