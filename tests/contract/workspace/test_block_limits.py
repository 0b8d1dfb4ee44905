"""Slack's limits on blocks, one line each: the largest that passes, and the next one that does not."""

import pytest

from integrations.workspace.blocks import check_message_blocks, problems_of
from integrations.workspace.errors import ApiError
from integrations.workspace.view_rules import check_view


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def section(**more):
    return {"type": "section", **more}


def button(text="Go", **more):
    return {"type": "button", "text": plain(text), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def with_input(element):
    return {"type": "input", "label": plain("Label"), "element": element}


def option(text="One", value="1", **more):
    return {"text": plain(text), "value": value, **more}


def select(**more):
    return {"type": "static_select", "action_id": "s", **more}


def options(count):
    return [option(value=str(index)) for index in range(count)]


def confirm(**more):
    texts = {"title": plain("t"), "text": mrkdwn("t"), "confirm": plain("y"), "deny": plain("n")}
    return {**texts, **more}


def picture(**more):
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a", **more}


# what it is, how to build it for a size, the largest size, where Slack says the next one is wrong
SIZES = [
    ("section text", lambda n: section(text=mrkdwn("x" * n)), 3000, "/0/text/text"),
    ("fields", lambda n: section(fields=[mrkdwn("x")] * n), 10, "/0/fields"),
    ("field text", lambda n: section(fields=[mrkdwn("x" * n)]), 2000, "/0/fields/0/text"),
    ("header", lambda n: {"type": "header", "text": plain("x" * n)}, 150, "/0/text/text"),
    ("context elements", lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, 10, "/0/elements"),
    ("actions", lambda n: actions(*[button(action_id=str(i)) for i in range(n)]), 25, "/0/elements"),
    ("button text", lambda n: actions(button("x" * n)), 75, "/0/elements/0/text/text"),
    ("button value", lambda n: actions(button(value="x" * n)), 2000, "/0/elements/0/value"),
    ("button url", lambda n: actions(button(url="x" * n)), 3000, "/0/elements/0/url"),
    ("action_id", lambda n: actions(button(action_id="x" * n)), 255, "/0/elements/0/action_id"),
    ("block_id", lambda n: {"type": "divider", "block_id": "x" * n}, 255, "/0/block_id"),
    ("select options", lambda n: actions(select(options=options(n))), 100, "/0/elements/0/options"),
    ("option text", lambda n: actions(select(options=[option("x" * n)])), 75, "/0/elements/0/options/0/text/text"),
    ("option value", lambda n: actions(select(options=[option(value="x" * n)])), 150, "/0/elements/0/options/0/value"),
    ("placeholder", lambda n: actions(select(options=options(1), placeholder=plain("x" * n))), 150, "placeholder/text"),
    ("overflow", lambda n: actions({"type": "overflow", "options": options(n)}), 5, "/0/elements/0/options"),
    ("checkboxes", lambda n: actions({"type": "checkboxes", "options": options(n)}), 10, "/0/elements/0/options"),
    ("radio buttons", lambda n: actions({"type": "radio_buttons", "options": options(n)}), 10, "options"),
    ("confirm title", lambda n: actions(button(confirm=confirm(title=plain("x" * n)))), 100, "confirm/title/text"),
    ("confirm text", lambda n: actions(button(confirm=confirm(text=plain("x" * n)))), 300, "confirm/text/text"),
    ("confirm button", lambda n: actions(button(confirm=confirm(confirm=plain("x" * n)))), 30, "confirm/confirm/text"),
    ("input label", lambda n: {**with_input({"type": "users_select"}), "label": plain("x" * n)}, 2000, "/0/label/text"),
    ("input hint", lambda n: {**with_input({"type": "users_select"}), "hint": plain("x" * n)}, 2000, "/0/hint/text"),
    ("initial value", lambda n: with_input({"type": "plain_text_input", "initial_value": "x" * n}), 3000, "value"),
    ("max_length", lambda n: with_input({"type": "plain_text_input", "max_length": n}), 3000, "max_length"),
    ("alt text", lambda n: picture(alt_text="x" * n), 2000, "/0/alt_text"),
    ("image title", lambda n: picture(title=plain("x" * n)), 2000, "/0/title/text"),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12000, "/0/text"),
    ("table rows", lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}, 100, "/0/rows"),
    ("table columns", lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}, 20, "/0/rows/0"),
]


@pytest.mark.parametrize(("build", "most", "pointer"), [row[1:] for row in SIZES], ids=[row[0] for row in SIZES])
def test_the_largest_passes_and_the_next_is_refused_where_it_is(build, most, pointer):
    assert problems_of([build(most)], "message", "", 50) == []
    [(at, _)] = problems_of([build(most + 1)], "message", "", 50)
    assert at.endswith(pointer)


WRONG = [
    ("unknown block", {"type": "sction"}, "unsupported type: sction"),
    ("no type", {"text": mrkdwn("x")}, "missing required field: type"),
    ("unknown key", section(text=mrkdwn("x"), colour="red"), "invalid additional property: colour"),
    ("unknown element", actions({"type": "slider"}), "unsupported type: slider"),
    ("element in the wrong place", actions(picture()), "unsupported type: image"),
    ("input element among actions", actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    ("header in mrkdwn", {"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
    ("button in mrkdwn", actions({"type": "button", "text": mrkdwn("x")}), "unsupported type: mrkdwn"),
    ("emoji in mrkdwn", section(text={**mrkdwn("x"), "emoji": True}), "invalid additional property: emoji"),
    ("text as a string", section(text="x"), "must provide an object"),
    ("empty text", section(text=mrkdwn("")), "must be more than 0 characters"),
    ("blank text", section(text=mrkdwn(" \n")), "must be more than 0 characters"),
    ("no text and no fields", section(), "must define either `text` or `fields`"),
    ("no elements", actions(), "no less than 1 items allowed"),
    ("no alt text", {"type": "image", "image_url": "https://example.com/a"}, "missing required field: alt_text"),
    ("no address of the image", {"type": "image", "alt_text": "a"}, "must define one of"),
    ("a style that is none", actions(button(style="green")), "must be a valid enum value"),
    ("options and groups", actions(select(options=options(1), option_groups=[])), "must define one of"),
    (
        "initial option nobody offers",
        actions(select(options=options(1), initial_option=option("Two", "2"))),
        "must match",
    ),
    ("a date that is none", actions({"type": "datepicker", "initial_date": "2026-13-01"}), "YYYY-MM-DD"),
    ("a time that is none", actions({"type": "timepicker", "initial_time": "25:00"}), "HH:mm"),
    ("two actions of one id", actions(button(action_id="a"), button(action_id="a")), "`action_id` already exists"),
    ("no confirm text", actions(button(confirm={"title": plain("t")})), "missing required field: text"),
    (
        "a number that is none",
        with_input({"type": "number_input", "is_decimal_allowed": False, "min_value": "x"}),
        "a number",
    ),
    (
        "rich text of no kind",
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
        "unsupported type: text",
    ),
]


@pytest.mark.parametrize(("block", "sentence"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_block_is_refused_in_slacks_words(block, sentence):
    assert sentence in " ".join(problem for _, problem in problems_of([block], "message", "", 50))


def refusal_of(blocks):
    with pytest.raises(ApiError) as refused:
        check_message_blocks(blocks)
    return refused.value


def test_fifty_blocks_are_a_message_and_fifty_one_are_not():
    check_message_blocks([{"type": "divider"}] * 50)
    refusal = refusal_of([{"type": "divider"}] * 51)
    assert refusal.body["response_metadata"]["messages"] == [
        "[ERROR] no more than 50 items allowed [51 were given] [json-pointer:/blocks]"
    ]


def test_a_block_id_stands_once_in_a_message():
    refusal = refusal_of([{"type": "divider", "block_id": "a"}] * 2)
    assert "[json-pointer:/blocks/1/block_id]" in refusal.body["errors"][0]


def test_the_same_action_may_stand_in_two_blocks():
    check_message_blocks([actions(button(action_id="a")), actions(button(action_id="a"))])


def test_a_message_holds_so_much_text_and_no_more():
    check_message_blocks([section(text=mrkdwn("x" * 2900))] * 4)
    assert refusal_of([section(text=mrkdwn("x" * 2900))] * 5).error == "msg_blocks_too_long"


def test_many_containers_count_as_well():
    cards = [section(text=mrkdwn("x" * 230), accessory=button("x" * 40)) for _ in range(45)]
    assert refusal_of(cards).error == "msg_blocks_too_long"


def test_a_message_has_one_table():
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert refusal_of([table, table]).error == "only_one_table_allowed"


def view(*blocks, **more):
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}


def problems_of_view(given, kind="modal"):
    with pytest.raises(ApiError) as refused:
        check_view(given, kind, bool)
    return " ".join(refused.value.body["response_metadata"]["messages"])


VIEWS = [
    ("blocks", lambda n: view(*[{"type": "divider"}] * n), 100),
    ("title", lambda n: view(title=plain("x" * n)), 24),
    ("submit", lambda n: view(submit=plain("x" * n)), 24),
    ("private_metadata", lambda n: view(private_metadata="x" * n), 3000),
    ("callback_id", lambda n: view(callback_id="x" * n), 255),
]


@pytest.mark.parametrize(("name", "build", "most"), VIEWS)
def test_a_view_of_the_largest_size_passes_and_the_next_does_not(name, build, most):
    check_view(build(most), "modal", bool)
    assert f"[json-pointer:/view/{name}" in problems_of_view(build(most + 1))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        (view(close="x"), "must provide an object"),
        (view({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        (view({"type": "table", "rows": []}), "unsupported type: table"),
        (view(with_input({"type": "plain_text_input"})), "missing required field: submit"),
        ({**view(), "type": "home"}, "must be a valid enum value"),
    ],
)
def test_a_wrong_view_is_refused(given, sentence):
    assert sentence in problems_of_view(given)


def test_a_home_has_no_title():
    check_view({"type": "home", "blocks": []}, "home", bool)
    assert "invalid additional property: title" in problems_of_view({**view(), "type": "home"}, "home")
