"""The page of a diagnosis says what each item of evidence is, as far as that is kept, and no secret."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from bot.catalog import Catalog
from bot.diagnosis import model
from bot.diagnosis.blame.changes import Change
from bot.diagnosis.evidence import Commit, Item
from bot.diagnosis.facts import facts
from bot.diagnosis.model import Answer
from bot.diagnosis.narrative import DIFF, _harmless
from bot.diagnosis.values import Clause
from bot.errors import Unavailable
from bot.ports.telemetry import Span
from handlers.http.diagnoses import DiagnosisPages, Row, Told, _summed, _told, _with_diff
from handlers.views.diagnoses.lines import further, reasons
from tests.support.diagnosing import ASKED, AT, DEPLOYED, LIKELY, LOG, RATES, SPANS, START, question

SECRET = "ghp_" + "a1B2" * 9
BROUGHT = Item("commit:7fd1a60b01f91b314f59", START, "")
BARE = Item(DEPLOYED.id, DEPLOYED.time, "payments")
CLAUSE = Clause("it broke", (SPANS[0], LOG, RATES, BARE, BROUGHT))
ASKING = question(case="C1", commits=(Commit("7fd1a60b01f91b314f59", START, f"Charge in EUR {SECRET}\n\nmore"),))


def diagnosis():
    told = replace(LIKELY, because=(CLAUSE,), try_next=(), ruled_out=())
    step = model.answer(model.opened(ASKING, "", AT).after, Answer(told, ("payments",), ASKED), AT)
    assert step is not None
    return step.after


class Diagnoses:
    async def of(self, _id):
        return diagnosis()


async def traces(trace):
    took = timedelta(milliseconds=84)
    return (Span(trace, "s0", "", "payments", "POST /charge", "server", AT, took, failed=True, status=f"no {SECRET}"),)


async def away(_trace):
    raise Unavailable("The telemetry store is away.")


async def shown(source):
    of: Any = Diagnoses()
    none: Any = None
    pages = DiagnosisPages(of, none, lambda: Catalog({}, {}), source)
    _page, told = await pages.show(Request({"type": "http", "path_params": {"id": "DQUESTION"}}))
    [(_title, [statement])] = told["statements"]
    return told, statement.rows


async def test_each_item_says_what_it_is_without_secrets():
    told, rows = await shown(traces)
    assert [row.what for row in rows] == [
        "POST /charge failed: no [redacted], 84 ms",
        "a line of its log",
        "latency",
        "1.5.0 deployed",
        "7fd1a60b01f9 Charge in EUR [redacted]",
    ]
    assert told["logged"]


async def test_what_the_suspected_commit_changes_stands_where_its_link_leads():
    commit = Commit("7fd1a60b01f9", message="Charge in EUR", files=("charge.py",), diff=f"-<b>1</b>\n+key = {SECRET}")
    kept = _harmless(Change(commit.sha, "payments", 1.0, "it looks up less", (BROUGHT,)), (commit,))
    explanation = replace(LIKELY, change=kept)
    told = _with_diff(Told("it looks up less", (), 0, "change-1"), explanation)
    assert (told.files, told.diff) == (("charge.py",), "-<b>1</b>\n+key = [redacted]")
    assert _with_diff(replace(told, anchor="next-1", diff=""), explanation).diff == ""
    assert len(_harmless(kept, (Commit(commit.sha, diff="+x\n" * 9_000),)).diff) <= DIFF
    step = model.answer(model.opened(ASKING, "", AT).after, Answer(explanation, ("payments",)), AT)
    assert step is not None
    known = facts(step.after, "https://box.example")
    assert "https://box.example/diagnoses/DQUESTION#change-1|" in "\n".join(further(known))


def test_what_a_model_sums_up_stands_with_what_it_rests_on_where_its_link_leads():
    assert _summed(LIKELY) == ()
    told = replace(LIKELY, author="claude", summary="It ends each charge.", cites=SPANS[:2])
    (statement,) = _told(_summed(told), "summary", lambda item: Row(item.id, "", "", "", "", ""))
    assert (statement.anchor, [row.id for row in statement.rows]) == ("summary-1", [each.id for each in SPANS[:2]])
    step = model.answer(model.opened(ASKING, "", AT).after, Answer(told, ("payments",)), AT)
    assert step is not None
    assert "/diagnoses/DQUESTION#summary-1|" in "\n".join(reasons(facts(step.after, "https://box.example")))


async def test_a_deployment_without_a_page_leads_to_the_timeline_of_its_case():
    _told, rows = await shown(traces)
    assert rows[3].url == "../cases/C1"


async def test_while_what_was_sent_cannot_be_read_the_ids_stand_there():
    _told, rows = await shown(away)
    assert (rows[0].what, rows[0].id) == ("", "span:t0/s0")
    assert rows[3].what == "1.5.0 deployed"
