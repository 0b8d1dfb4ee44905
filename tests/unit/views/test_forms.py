"""Forms within Slack's limits, with what is known filled in; and what was filled in as the line that it stands for."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import WrongField
from bot.grammar.here import Here
from bot.grammar.names import Names
from bot.grammar.questions import Blank
from bot.grammar.targets import Place, Resource
from bot.notices.facts import LeaseFacts
from handlers.views.forms import buttons, fields, sheets
from handlers.views.forms.filled import Filled, parts_of
from tests.support.blocks import VIEW_BLOCKS, assert_fit_for_slack

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
CARD = Resource("gold-1", frozenset(("gold",)))
SMALL = Names(
    (
        Place("integration", ("payments", "orders"), default=timedelta(minutes=45), resources=(CARD,)),
        Place("staging-2", ("payments",), maximum=timedelta(hours=4)),
    )
)
LARGE = Names(tuple(Place(f"{'e' * 60}-{n:03}", tuple(f"{'s' * 60}-{m:03}" for m in range(30))) for n in range(120)))
HELD = LeaseFacts("L1", 3, "U0ANA", "integration", ("payments",), "shared", "active", "fix", NOON, 60)
HERE = Here(SMALL, NOON, ZoneInfo("Europe/Berlin"))


def element(view, name):
    return next(block["element"] for block in view["blocks"] if block.get("block_id") == name)


@pytest.mark.parametrize("verb", ["reserve", "change", "book", "take", "hold", "freeze", "down", "ok", "give"])
@pytest.mark.parametrize("names", [SMALL, LARGE])
def test_every_form_is_one_that_slack_takes(verb, names):
    place = names.places[0]
    target = f"{place.name}/{','.join(place.services)}"
    blank = Blank(verb, target, "shared", "for ages", NOON, "x" * 300, "U0BEN", "L1")
    known = sheets.Known(names, NOON, (HELD,) * 150, frozenset(("incident", "hotfix")), home=True)
    view = sheets.form(blank, known)
    assert_fit_for_slack(view["blocks"], most=VIEW_BLOCKS)
    assert len(view["title"]["text"]) <= 24
    assert len(view["private_metadata"]) <= 3_000
    assert len(json.dumps(view)) <= 250_000
    groups = [group for block in view["blocks"] for group in block.get("element", {}).get("option_groups", ())]
    assert sum(len(group["options"]) for group in groups) <= 100
    assert all(len(each["value"]) <= 150 for group in groups for each in group["options"])


def test_more_than_a_list_may_show_is_looked_up():
    known = sheets.Known(LARGE, NOON)
    assert element(sheets.form(Blank("reserve"), known), "target")["type"] == "multi_external_select"
    assert len(fields.suggestions(LARGE, "", labels=False)) == 100
    found = fields.suggestions(LARGE, "-007 -029", labels=False)
    assert [each["value"][-4:] for each in found] == ["-029", "-007"] or len(found) == 2


def test_what_is_free_may_be_chosen_where_it_can_be_had():
    known = sheets.Known(SMALL, NOON)
    offered = {
        verb: [group["label"]["text"] for group in element(sheets.form(Blank(verb), known), "target")["option_groups"]]
        for verb in ("reserve", "book")
    }
    assert offered == {
        "reserve": ["integration", "staging-2", "Whichever is free"],
        "book": ["integration", "staging-2"],
    }


@pytest.mark.parametrize(
    ("blank", "length", "until"),
    [
        (Blank("reserve"), "45m", None),
        (Blank("reserve", "integration"), "45m", None),
        (Blank("reserve", when="2h"), "2h", None),
        (Blank("reserve", when="until 16:30"), None, "until 16:30"),
        (Blank("take"), None, None),
    ],
)
def test_a_length_that_was_typed_is_chosen_or_stands_as_it_was_typed(blank, length, until):
    view = sheets.form(blank, sheets.Known(SMALL, NOON))
    assert element(view, "length").get("initial_option", {}).get("value") == length
    assert element(view, "until").get("initial_value") == until


def test_no_length_is_offered_that_the_place_does_not_allow():
    options = element(sheets.form(Blank("reserve", "staging-2"), sheets.Known(SMALL, NOON)), "length")["options"]
    assert [each["value"] for each in options] == ["30m", "1h", "2h", "4h"]


def test_one_lease_is_chosen_and_of_several_none():
    other = LeaseFacts("L2", 1, "U0ANA", "staging-2", (), "exclusive", "active", "", NOON, 60)
    view = sheets.form(Blank("give"), sheets.Known(SMALL, NOON, (HELD,)))
    assert element(view, "mine")["initial_option"]["value"] == "L1"
    several = sheets.Known(SMALL, NOON, (HELD, other))
    assert "initial_option" not in element(sheets.form(Blank("give"), several), "mine")
    assert element(sheets.form(Blank("give", "staging-2"), several), "mine")["initial_option"]["value"] == "L2"


def test_a_button_carries_what_the_form_is_filled_with():
    blank = Blank("book", "integration/payments", "shared", "2h", NOON, "demo <!channel>", "U0BEN", "L1")
    pressed = buttons.form_button("Book…", blank)
    assert buttons.carried(pressed["value"]) == blank
    long = Blank("reserve", "integration/" + "x" * 1_500, reason="y" * 300)
    assert len(buttons.form_button("Reserve…", long)["value"]) <= 2_000


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (
            Filled("reserve", ("integration/payments", "integration/orders"), "shared", "2h", reason='a "b"'),
            'reserve integration/payments,orders shared 2h «a "b"»',
        ),
        (Filled("reserve", ("integration", "integration/payments"), length="2h"), "reserve integration 2h"),
        (Filled("reserve", ("integration",), length="2h", until="until 16:30"), "reserve integration until 16:30"),
        (Filled("reserve", ("integration/any:gold",), length="1h"), "reserve integration/any:gold 1h"),
        (
            Filled("book", ("staging-2",), length="2h", start=NOON + timedelta(days=1)),
            "book staging-2 2026-01-06 13:00 2h",
        ),
        (Filled("condition", ("integration",), kind="down", length="4h", reason="disk"), 'down integration 4h "disk"'),
        (Filled("condition", ("integration",), kind="ok"), "ok integration"),
    ],
)
def test_what_was_filled_in_is_a_line(form, line):
    assert parts_of(form, HERE).line() == line


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (Filled("reserve", (), length="2h"), "target"),
        (Filled("reserve", ("integration", "staging-2"), length="2h"), "target"),
        (Filled("reserve", ("integration/gone",), length="2h"), "target"),
        (Filled("reserve", ("integration/payments", "integration/gold-1"), length="2h"), "target"),
        (Filled("reserve", ("integration",), until="soon"), "until"),
        (Filled("reserve", ("integration",), until='2h "more" shared'), "until"),
        (Filled("reserve", ("integration",), until="2h integration"), "until"),
        (Filled("book", ("integration",), length="2h", start=NOON), "start"),
        (Filled("book", ("integration",), length="2h", start=NOON + timedelta(days=800)), "start"),
        (Filled("condition", ("integration",), kind="ok", length="2h"), "length"),
        (Filled("condition", ("integration",), kind="down", reason=" "), "reason"),
    ],
)
def test_what_no_line_could_say_is_an_error_beside_its_field(form, field):
    with pytest.raises(WrongField) as error:
        parts_of(form, HERE)
    assert error.value.field == field
