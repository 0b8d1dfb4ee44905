"""Answers to /suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.grammar.suite_help import TOPICS
from bot.notices.running import RunFacts
from bot.plurals import counted
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import code, escape, link
from handlers.views import lease as words
from handlers.views.blocks import actions, context, header, section
from handlers.views.suites import failed, form
from handlers.views.suites import words as says

RUNS_SHOWN, SUITES_SHOWN, CHOICES = 10, 20, 5


@dataclass(frozen=True, slots=True)
class PastFacts:
    """Runs from before the suite was known here. found: since then; kept: of which it is known what became of their
    tests; passed_over: by why, how many say nothing. left: those that are still to be read. why: what is in the way.
    """

    since: datetime
    found: int
    kept: int
    left: int
    passed_over: Mapping[str, int]
    why: str = ""


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """A suite at a glance. next_at: when it runs by itself; last: its latest run. past: what is known from before."""

    name: str
    description: str
    environments: tuple[str, ...]
    required: bool
    next_at: datetime | None = None
    last: RunFacts | None = None
    past: PastFacts | None = None


def begun(run: RunFacts, reading: str, held_by: Sequence[str] = (), *, to: str = "") -> Message:
    """held_by: whoever else holds the place exclusively now. to: who reads it."""
    lamp, line = _begun(run, to)
    head = f"{lamp} {line}"
    holders = ", ".join(words.who(each) for each in dict.fromkeys(held_by))
    note = ""
    if holders:
        note = f"{holders} {'hold' if len(set(held_by)) > 1 else 'holds'} it now: " + (
            "it begins when that is given back." if run.stage == "waiting" else "what they change may turn tests red."
        )
    lines = "\n".join(filter(None, (head, note, says.since(run))))
    told = "You are told what comes of it; `/suite status` says how it goes."
    read = context(f"Understood: {code(reading, says.READING_SHOWN)}. {told}")
    buttons = says.retry_buttons(run) if _red(run) else [] if run.stage == "over" else [says.cancel_button(run)]
    return Message(head, (section(lines), *((actions(*buttons),) if buttons else ()), read))


def goes_already(run: RunFacts) -> Message:
    """To whoever would have something run again of a case of which something does."""
    line = "{} {}".format(*_begun(run))
    rest = "Of a case one retry goes at a time: nothing else was run. When it has ended, the rest can be run again."
    return Message(line, (section(f"{line}\n{rest}"), actions(says.cancel_button(run))))


def _begun(run: RunFacts, to: str = "") -> tuple[str, str]:
    """A repeat finds it as it is by now. to: who reads it, who need not be told what they asked for."""
    again = says.attempt(run)
    name = f"{says.name(run)} ({again})" if again else says.name(run)
    if run.stage == "over":
        lamp, verdict = says.verdict(run)
        return lamp, f"{name} has ended already: {verdict}."
    if run.stage == "waiting":
        return ":hourglass:", f"{name} is run when it is its turn."
    by = f" {words.who(run.by)} has asked for it." if again and run.by != to else ""
    return ":test_tube:", f"{name} is being run.{by}"


def cancelled(run: RunFacts) -> Message:
    line = f":no_entry_sign: {says.name(run)} is not run any more."
    return Message(line, (section(line), actions(*says.retry_buttons(run)[-1:])))


def one(run: RunFacts, now: datetime) -> Message:
    """How a run stands, or went."""
    lamp, state = says.state(run)
    line = f"{lamp} {says.name(run)} · {state}"
    progress = (says.bar(run), says.clock(run)) if run.stage != "over" else ()
    lines = [line, *progress, *failed.failures(run), *map(failed.excused, run.excused), says.since(run)]
    notes = [words.who(run.by), says.when(run, now), says.attempt(run), says.given(run), says.pipeline(run)]
    notes.append(link(run.page_url, "Details") if run.page_url else "")
    buttons = says.retry_buttons(run) if _red(run) else [] if run.stage == "over" else [says.cancel_button(run)]
    rest = (actions(*buttons),) if buttons else ()
    return Message(line, (section("\n".join(filter(None, lines))), context(" · ".join(filter(None, notes))), *rest))


def overview(running: Sequence[RunFacts], lately: Sequence[RunFacts], now: datetime, command: str) -> Message:
    """What runs now, and what has ended lately."""
    head = f"{counted(len(running), 'run')} under way" if running else "Nothing runs now."
    blocks: list[Block] = [section("\n".join([f"*{head}*", *(says.line(run, now) for run in running[:RUNS_SHOWN])]))]
    if lately:
        blocks.append(section("\n".join(["*Lately*", *(says.line(run, now) for run in lately[:RUNS_SHOWN])])))
    blocks.append(actions(form.open_button(), says.line_button("Suites", "plan", 1)))
    known = [*lately, *running][:1]
    more = "".join(f"{code(f'{command} status #{run.number}')} tells more of one, " for run in known)
    blocks.append(context(f"{more}{code(f'{command} help')} {'' if known else 'tells '}what I know."))
    return Message(head, tuple(blocks))


def which(question: str, runs: Sequence[RunFacts], verb: str, now: datetime) -> Message:
    lines = [f":thinking_face: {question}", *(says.line(run, now) for run in runs[:CHOICES])]
    buttons = [
        says.line_button(f"{verb.capitalize()} #{run.number}", f"{verb} #{run.number}", number)
        for number, run in enumerate(runs[:CHOICES], 1)
    ]
    return Message(question, (section("\n".join(lines)), *((actions(*buttons),) if buttons else ())))


def plan(suites: Sequence[SuiteFacts], now: datetime) -> Message:
    blocks: list[Block] = [header("Suites")]
    for number, suite in enumerate(suites[:SUITES_SHOWN], 1):
        run = says.line_button("Run", f"run {suite.name}", number)
        blocks.append(section(_suite(suite, now), run))
    if not suites:
        blocks.append(section("The catalog has no suites yet: write them below `suites:`."))
    if (rest := len(suites) - SUITES_SHOWN) > 0:
        blocks.append(context(f"… and {rest} more"))
    return Message(counted(len(suites), "suite"), tuple(blocks))


def _suite(suite: SuiteFacts, now: datetime) -> str:
    needed = " · required for the last good set" if suite.required else ""
    where = ", ".join(suite.environments) or "every environment"
    lines = [f"*{escape(suite.name, says.NAME_SHOWN)}* · {escape(where, 200)}{needed}"]
    if suite.description:
        lines.append(escape(suite.description, 200))
    coming = f"Next {words.clock(suite.next_at, now)}" if suite.next_at else "Runs when it is asked for"
    last = f" · last: {says.line(suite.last, now)}" if suite.last else ""
    return "\n".join([*lines, coming + last, *([_past(suite.past, now)] if suite.past else [])])


def _past(past: PastFacts, now: datetime) -> str:
    """`History: 212 of 240 earlier runs since 12 Oct · 28 left no report`"""
    since = words.clock(past.since, now)
    if not past.found:
        none = f"the provider knows no run from before Signalbox (asked back to {since})"
        return f"History: {escape(past.why, says.WHY_SHOWN) if past.why else none}"
    reads = f", {past.left} still to be read" if past.left else ""
    said = [f"{count} {escape(why, says.NAME_SHOWN)}" for why, count in past.passed_over.items()]
    notes = [*said, *([escape(past.why, says.WHY_SHOWN)] if past.why else [])]
    known = f"History: {past.kept} of {past.found} earlier runs since {since}{reads}"
    return " · ".join([known, *notes])


def help_page(command: str, verb: str | None) -> Message:
    """All verbs, or one with its examples."""
    topics = [topic for topic in TOPICS if verb in (None, topic.verb)]
    texts: list[str] = []
    for topic in topics:
        lines = " · ".join(code(f"{command} {line}".strip()) for line in topic.examples[: 3 if verb else 1])
        texts.append(f"*{topic.verb}*  {code(f'{command} {topic.usage}')}\n{topic.what} {lines}")
    blocks = [header(f"{command} {verb or ''}".strip()), section("\n\n".join(texts))]
    return Message(f"What {command} can do", tuple(blocks))


def _red(run: RunFacts) -> bool:
    return run.verdict in ("failed", "infrastructure")
