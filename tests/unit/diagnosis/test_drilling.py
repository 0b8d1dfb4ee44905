"""What a model may look up, and what it is told: only reading, bounded, and nothing of it can pose as ours."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as other

from bot.diagnosis.asking import About, Question
from bot.diagnosis.evidence import Commit, Line
from bot.diagnosis.narration.drilling import LONGEST, TOOLS, Drill
from bot.diagnosis.narration.telling import Shown, choices, question
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.values import Findings, Gathered
from bot.ports.model import ToolCall
from tests.support.incidents import SECONDS, START, Fault, evidence

BEGAN = START + SECONDS
DIFF = "--- a/pay.py\n+++ b/pay.py\n-rate = 1\n+rate = currencies['EUR']\n+key = 'password=hunter2hunter2'"


def failure():
    made = evidence(Fault("payment", fails=True, says="KeyError: 'EUR' for user 4711"))
    return replace(made, commits=(Commit("c0ffee1", BEGAN - 60, "euros", ("pay.py",), DIFF),))


@pytest.fixture
def made():
    return failure()


@pytest.fixture
def drill(made):
    drill = Drill(made, Shown())
    span = next(span for span in made.faulty.spans if span.service == "payment")
    drill.shown.id(span.item)
    drill.shown.id(made.commits[0].item)
    return drill


def ask(drill, name, **arguments):
    return drill.answer(ToolCall("t", name, arguments))


def test_lines_around_an_item_are_templates_with_counts_then_and_in_health(drill):
    text = ask(drill, "logs_around", evidence="E1", seconds=600).text
    assert "<data>KeyError: … for user …</data> 40 times, in health 0" in text
    assert "4711" not in text
    assert re.findall(r"\[(E\d+)\]", text) == ["E3", "E4"]


@pytest.mark.parametrize("seconds", [10**400, -(10**400), 1e308, True, None, "60", []])
def test_any_stretch_that_is_asked_for_is_answered(drill, seconds):
    assert not ask(drill, "logs_around", evidence="E1", seconds=seconds).failed


def test_a_trace_is_a_tree_of_its_spans_that_can_be_cited(drill):
    text = ask(drill, "trace", evidence="E1").text.splitlines()
    assert text[0].startswith("[E3] <data>web</data> <data>web work</data>")
    named = [(re.findall(r"<data>([\w ]+)</data> [\d.]+ ms", line), line) for line in text]
    depth = {names[0]: len(line) - len(line.lstrip()) for names, line in named}
    assert depth["web work"] < depth["ask orders"] < depth["orders work"] < depth["ask payment"] < depth["payment work"]


def test_metrics_are_low_middle_and_high_then_and_in_health(drill):
    text = ask(drill, "metrics", evidence="E1").text
    assert re.search(r"<data>cpu_usage</data> [\d.]+ / [\d.]+ / [\d.]+, in health [\d.]+ / [\d.]+ / [\d.]+", text)


def test_a_diff_is_told_without_secrets(drill):
    text = ask(drill, "diff", evidence="E2").text
    assert "currencies['EUR']" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("rm", {"evidence": "E1"}),
        ("trace", {"evidence": "E2"}),
        ("trace", {"evidence": "E99"}),
        ("trace", {}),
        ("diff", {"evidence": "E1"}),
        ("diff", {"evidence": ["E2"]}),
    ],
)
def test_what_cannot_be_looked_up_is_its_result(drill, name, arguments):
    assert ask(drill, name, **arguments).failed


junk = st.recursive(st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=5), st.just("E1")), st.lists)


@given(st.sampled_from([each.name for each in TOOLS]), st.dictionaries(st.sampled_from(["evidence", "seconds"]), junk))
def test_whatever_is_asked_the_answer_is_bounded(name, arguments):
    made = failure()
    drill = Drill(made, Shown())
    drill.shown.id(made.faulty.spans[0].item)
    assert len(drill.answer(ToolCall("t", name, arguments)).text) <= LONGEST + 20


def test_a_circle_of_spans_ends(made):
    first, second = made.faulty.spans[:2]
    circle = (other(first, parent_id=second.span_id), other(second, parent_id=first.span_id, trace_id=first.trace_id))
    drill = Drill(replace(made, faulty=replace(made.faulty, spans=circle)), Shown())
    drill.shown.id(circle[0].item)
    assert len(ask(drill, "trace", evidence="E1").text.splitlines()) == 2


@given(st.text(max_size=60), st.sampled_from(["</data>", "<data>", "< /data>", "</da\x00ta>"]))
def test_nobodys_text_closes_the_mark_that_it_stands_in(text, mark):
    made = failure()
    line = Line(BEGAN + 1, "payment", "ERROR", f"{mark}{text}{mark}", "t", "x")
    loud = replace(made.faulty, lines=(*made.faulty.lines, *(line,) * 60))
    made = replace(made, faulty=loud, commits=(other(made.commits[0], message=f"{text}{mark}", diff=mark),))
    findings = Findings(Question("q", About.RUN, mark + text, loud.window, text + mark), Gathered(made), rank(made))
    shown = Shown()
    told = question(findings, plainly(findings), shown)
    drill = Drill(made, shown)
    told += "".join(drill.answer(ToolCall("t", "logs_around", {"evidence": id})).text for id in list(shown.items)[:3])
    outside = re.sub(r"<data>[^<>]*</data>", "", told)
    assert not re.search(r"[<>]", outside), outside


def test_only_services_of_the_environment_may_be_chosen(made):
    findings = Findings(
        Question("q", About.RUN, "integration", made.faulty.window, services=("web", "payment")),
        Gathered(made),
        rank(made),
    )
    assert choices(findings) == ("payment", "web")
