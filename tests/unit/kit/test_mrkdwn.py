"""Nothing from outside becomes a mention, a link or formatting."""

import re
import unicodedata
from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given

from handlers.kit.mrkdwn import clean, code, escape, mention, moment, sentence

SPICE = st.sampled_from([
    "<!channel>", "<@U1>", "<https://evil.example|here>", "*bold*", "_it_", "~no~", "`code`", "```", "&amp;", "\u202e",
    "\x00", "\n", ":smile:", "https://evil.example", "e\u0301", "👩\u200d🚀", "<!date^1^{date}|x>", "@here", "a@b.example",
])  # fmt: skip
OUTSIDE = st.lists(st.one_of(st.text(max_size=20), SPICE), max_size=12).map("".join)


@given(OUTSIDE)
def test_no_angle_bracket_survives(text):
    for safe in (escape(text), code(text)):
        assert "<" not in safe
        assert ">" not in safe


@given(OUTSIDE)
def test_no_mark_of_formatting_stands_without_a_joiner_before_it(text):
    assert not re.search("(?<!\u2060)[*_~`]", escape(text))


@given(OUTSIDE)
def test_no_address_stands_as_it_was_typed(text):
    assert "://" not in escape(text)
    assert not re.search(r":[\w+-]+:", escape(text))


@given(OUTSIDE)
def test_a_reader_sees_what_was_typed(text):
    shown = escape(text).replace("\u2060", "")
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, char)
    assert shown == clean(text)


@given(OUTSIDE)
def test_no_control_character_and_no_change_of_direction_survives(text):
    inside = clean(text).removeprefix("\u2068").removesuffix("\u2069")
    assert not [char for char in inside if unicodedata.category(char) in ("Cc", "Zl", "Zp")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", inside)


@given(st.characters(categories=["Cc", "Cs", "Co", "Zl", "Zp"]))
def test_what_no_one_can_read_is_a_blank_of_whatever_category(char):
    assert clean(f"a{char}b") == "a b"


@given(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u2060"))
def test_what_can_be_read_stays(char):
    assert char in clean(f"a{char}b")


@given(OUTSIDE, st.integers(2, 40))
def test_text_is_cut_to_its_limit(text, limit):
    assert len(clean(text, limit).strip("\u2068\u2069")) <= limit


@given(OUTSIDE)
def test_a_code_span_has_two_backticks_or_is_empty(text):
    assert code(text).count("`") in (0, 2)


def test_ten_thousand_characters_are_cut():
    assert len(escape("x" * 10_000)) == 300


def test_an_emoji_of_several_parts_is_kept_or_dropped_whole():
    assert clean("ab👩\u200d🚀cd", 4) == "ab…"
    assert clean("ae\u0301", 2) == "a…"


def test_right_to_left_text_keeps_to_itself():
    assert clean("שלום") == "\u2068שלום\u2069"


@pytest.mark.parametrize("id", ["U1", "W0ABC"])
def test_a_person_is_mentioned_by_id(id):
    assert mention(id) == f"<@{id}>"


@pytest.mark.parametrize("id", ["", "u1", "U1>", "!channel", "U1|x", "system"])
def test_what_is_no_id_is_text(id):
    assert not mention(id).startswith("<")


def test_our_sentences_may_name_people_and_nobody_else():
    assert sentence("<@U1> holds it, <!channel> *now*") == "<@U1> holds it, &lt;!channel&gt; \u2060*now\u2060*"


def test_a_moment_is_shown_in_the_readers_zone_and_in_utc_elsewhere():
    at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    assert moment(at) == "<!date^1767605400^{date_short_pretty} {time}|2026-01-05 09:30 UTC>"
