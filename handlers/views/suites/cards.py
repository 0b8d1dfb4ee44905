"""The run's one message to whoever started it: it grows while it goes on, and at last says what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.running import RunFacts, SuiteCard, SuiteEnded
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import link
from handlers.views.blocks import actions, context, section
from handlers.views.cases.forms import About
from handlers.views.cases.rules import quarantine_button
from handlers.views.suites import failed
from handlers.views.suites import words as says

EXCUSED_SHOWN = 3


def told(notice: SuiteCard | SuiteEnded) -> Message:
    return _card(notice) if isinstance(notice, SuiteCard) else _ended(notice)


def _card(notice: SuiteCard) -> Message:
    run = notice.run
    lamp, state = says.state(run)
    line = f"{lamp} {says.name(run)} · {state}"
    told = [line, says.bar(run) if run.stage != "over" else "", says.clock(run), says.since(run)]
    buttons = (actions(says.cancel_button(run)),) if run.stage != "over" else ()
    return Message(line, (section("\n".join(filter(None, told))), *_notes(run), *buttons))


def _ended(notice: SuiteEnded) -> Message:
    """To whoever started it. Green says with what it works; red begins with what failed."""
    run = notice.run
    lamp, verdict = says.verdict(run)
    line = f"{lamp} {says.name(run)}: {verdict}"
    lines = [line, *_infrastructure(run), *failed.failures(run), says.since(run)]
    red = run.verdict in ("failed", "infrastructure")
    buttons = (actions(*says.retry_buttons(run)),) if red else ()
    return Message(line, (section("\n".join(filter(None, lines))), *_excused(run), *_notes(run), *buttons))


def _excused(run: RunFacts) -> Iterator[Block]:
    """What failed and turns it not red; what is flaky can be quarantined."""
    for number, test in enumerate(run.excused[:EXCUSED_SHOWN], 1):
        about = About(run.suite, run.environment, cause=test.cause, test=test.key, name=test.name)
        yield section(failed.excused(test), quarantine_button(about, number) if test.passed_then else None)
    if (rest := run.flaky + run.quarantined - len(run.excused[:EXCUSED_SHOWN])) > 0 and run.excused:
        yield context(f"… and {rest} more")


def _infrastructure(run: RunFacts) -> list[str]:
    """What a run that could not be carried out comes to: it blames nobody, and was read as far as it went."""
    if run.verdict != "infrastructure":
        return []
    read = f" Until then: {says.counts(run)}." if run.total else ""
    return [f"It says nothing of what was tested: it blames nobody, opens no case and counts for nothing.{read}"]


def _notes(run: RunFacts) -> tuple[Block, ...]:
    lease = ""
    if run.lease_id:
        lease = ":lock: held for it, shared" if run.lease_taken else ":lock: under the lease that was there"
    page = link(run.page_url, "Details") if run.page_url and run.stage == "over" else ""
    notes = [says.attempt(run), says.given(run), lease, says.pipeline(run), page]
    said = " · ".join(filter(None, notes))
    return (context(said),) if said else ()
