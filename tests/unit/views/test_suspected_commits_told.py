"""The commit that is suspected, as people read it."""

from dataclasses import replace

from inline_snapshot import snapshot

from bot.diagnosis.blame.changes import Change
from bot.diagnosis.facts import facts
from handlers.views.diagnoses.lines import further
from handlers.views.diagnoses.plain import plain
from tests.support.diagnosing import LIKELY, PAGE, item
from tests.unit.views.test_diagnoses_told import ROOT, answered

COMMIT = Change(
    "c0ffee1234567890",
    "payments",
    1.2,
    "it no longer checks what it checked",
    (item("commit:c0ffee1234567890", "", path="commit/c0ffee1"), item("deployment:payments@1.5.0")),
    "Look every currency up",
    "Ana Kovač",
)


def test_the_commit_that_is_suspected_is_named_with_whoever_wrote_it_and_opens():
    told = facts(answered(replace(LIKELY, change=COMMIT)), ROOT)
    said, *_ = further(told)
    assert said == snapshot(
        '*Suspected:* payments c0ffee123456 "Look every currency up" by Ana Kovač: it no longer checks what it checked (<https://telemetry.example.com/commit/c0ffee1|commit> <https://box.example/diagnoses/DQUESTION#change-1|+1>).'
    )
    assert "Suspected: payments c0ffee123456" in plain(told)
    assert f"{PAGE}/commit/c0ffee1" in plain(told)
