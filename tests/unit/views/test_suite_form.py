"""The form for a run: its fields are those of the suite, and what is filled in is a line that could be typed."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.suite_values import Parameter, Suite
from bot.grammar.suite import parse_suite
from bot.grammar.suite_commands import Run
from bot.grammar.suite_names import KnownParameter, KnownSuite, SuiteNames
from handlers.views.suites import form
from tests.support.blocks import VIEW_BLOCKS, assert_fit_for_slack
from tests.unit.views.test_every_view_is_fit_for_slack import NASTY

API = Suite(
    "api",
    parameters=(Parameter("CURRENCY", "EUR", ("EUR", "USD")), Parameter("GREP", description="Only tests like it")),
)
UI = Suite("ui", "What a customer sees")
CHOICES = (form.Choice(API, ("integration", "staging")), form.Choice(UI, ("staging",)))
NAMES = SuiteNames(
    (
        KnownSuite(
            "api", ("integration", "staging"), (KnownParameter("CURRENCY", ("EUR", "USD")), KnownParameter("GREP"))
        ),
    ),
    ("integration", "staging"),
)


def fields(view):
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def submitted(view, **filled):
    """As Slack sends it, with these values by the ends of their fields' names."""
    values = {}
    for name in fields(view):
        value = filled.get(name.rpartition(":")[2])
        kind = {"selected_option": {"value": value}} if name.endswith(("environment", "CURRENCY")) else {"value": value}
        values[name] = {name: kind if value else {}}
    return {"private_metadata": view["private_metadata"], "state": {"values": values}}


def test_it_asks_for_what_the_suite_takes_and_another_suite_for_what_that_one_takes():
    first, other = (form.form(CHOICES, name, home=False) for name in ("", "ui"))
    assert fields(first) == [
        form.SUITE,
        "api:environment",
        "api:parameter:CURRENCY",
        "api:parameter:GREP",
        "api:branch",
    ]
    assert fields(other) == [form.SUITE, "ui:environment", "ui:branch"]
    assert other["blocks"][2]["element"]["initial_option"]["value"] == "staging"
    assert "initial_option" not in first["blocks"][1]["element"]


@given(
    st.text(alphabet="abc \"'=,;@#<>&é", max_size=60), st.sampled_from(["", "USD"]), st.sampled_from(["", "feature/x"])
)
def test_what_is_filled_in_is_read_as_it_would_be_typed(grep, currency, branch):
    filled = {"environment": "staging", "GREP": grep, "CURRENCY": currency, "branch": branch}
    line = form.line(submitted(form.form(CHOICES, "api", home=True), **filled))
    asked = parse_suite(line, NAMES)
    assert isinstance(asked, Run)
    assert (asked.suite, asked.environment, asked.ref) == ("api", "staging", branch)
    expected = {"CURRENCY": currency, "GREP": " ".join(grep.split())}
    assert dict(asked.parameters) == {name: value for name, value in expected.items() if value}


@given(NASTY, NASTY)
def test_whatever_the_catalog_says_slack_takes_the_form(text, other):
    suite = Suite("api", text, branch=other[:40] or "main", parameters=(Parameter("A", text[:300], (), other),))
    view = form.form((form.Choice(suite, ("integration",)), *CHOICES), "api", home=False)
    assert_fit_for_slack(view["blocks"], most=VIEW_BLOCKS)
    assert json.loads(view["private_metadata"])["suite"] == "api"
