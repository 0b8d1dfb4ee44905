"""A case's one message in the channel, and the replies below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.notices.casework import CaseCard, CaseCauses, CaseEvidence, CaseFacts, CaseLine, CauseFacts, FileFacts
from bot.plurals import counted
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import clean, code, escape, group, link
from handlers.views import lease as words
from handlers.views.blocks import actions, context, section
from handlers.views.cases import words as says
from handlers.views.cases.back import came_back, green_between
from handlers.views.cases.buttons import buttons, retry_cause
from handlers.views.cases.listing import listing
from handlers.views.cases.retrying import retrying
from handlers.views.cases.rules import said
from handlers.views.cases.skipped import unknown

EXCERPT_SHOWN, TEST_SHOWN, OWNERS_SHOWN = 900, 120, 3
FILES = {"trace": "Playwright trace", "video": "video", "screenshot": "screenshot"}


def told(notice: CaseCard | CaseEvidence | CaseCauses | CaseLine) -> Message:
    match notice:
        case CaseCard(case):
            return _card(case)
        case CaseEvidence(case, owners):
            return _evidence(case, owners)
        case CaseCauses(case):
            return _all_causes(case)
        case CaseLine():
            return _line(notice)


def _card(case: CaseFacts) -> Message:
    head = f"{says.lamp(case)} {says.headline(case)}"
    up = f"{escape(case.environment, 80)} answers its health addresses: not an outage" if case.answers else ""
    rest = [up, *([_upper(says.ended(case))] if case.closed else [says.looking(case), retrying(case)])]
    blocks = _several(head, case, rest) if len(case.causes) > 1 else [_section(head, *_only(case), *rest)]
    trace = next((cause.trace for cause in case.causes if cause.trace), "")
    own = ((case.page_url, "Timeline"), (case.run_url, "Run"))
    pages = (*own, (trace, "Trace"), (case.logs_url, "Logs"), (case.traces_url, "Requests"))
    notes = " · ".join(
        filter(None, [says.runs(case), green_between(case), *(link(*each) for each in pages if each[0])])
    )
    return Message(head, (*blocks, context(notes), actions(*buttons(case))))


def _section(*lines: str) -> Block:
    return section("\n".join(filter(None, lines)))


def _several(head: str, case: CaseFacts, rest: list[str]) -> list[Block]:
    """Each cause with its own button."""
    causes = enumerate(says.listed(case), 1)
    lines = [section(_one_of(each, case.opened), retry_cause(case, each, number)) for number, each in causes]
    return [section(head), *lines, _section(says.further(case, ", in the thread"), says.besides(case), *rest)]


def _upper(sentence: str) -> str:
    """Leaves a mention as it is."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _only(case: CaseFacts) -> list[str]:
    """The one cause that it has."""
    if case.kind == "outage":
        return ["What runs find there meanwhile counts for nothing and blames nobody."] if case.closed is None else []
    return [" · ".join(filter(None, (says.evidence(case.causes[0], case.opened), says.besides(case))))]


def _one_of(cause: CauseFacts, near: datetime) -> str:
    count = "green again" if cause.green else counted(cause.count, "test")
    return f"• {says.name(cause)} · {count} · {says.evidence(cause, near)}"


def _evidence(case: CaseFacts, owners: tuple[str, ...]) -> Message:
    """What the tests said, cause by cause, and once who should know."""
    head = f"What failed in #{case.number}"
    blocks: list[Block] = [section(_said(cause)) for cause in says.listed(case)]
    if more := says.further(case, ", in the file below"):
        blocks.append(section(more))
    return Message(head, (*blocks, *_brought_it(owners)))


def _brought_it(owners: tuple[str, ...]) -> list[Block]:
    who = ", ".join(group(each) for each in owners[:OWNERS_SHOWN])
    return [section(f":point_right: {who}: the evidence points to what was deployed there.")] if who else []


def _all_causes(case: CaseFacts) -> Message:
    line = f"All {len(case.causes)} causes of #{case.number}, with what the tests said"
    return Message(line, file=listing(case))


def _said(cause: CauseFacts) -> str:
    count = len(cause.names)
    traces, files = (*cause.traces, *[""] * count), (*cause.files, *[()] * count)
    tests = [_test(*each) for each in zip(cause.names, traces, files, strict=False)]
    rest = cause.count - len(cause.names)
    more = [f"… and {rest} more"] if rest > 0 else []
    return "\n".join([says.name(cause), *tests, *more, _excerpt(cause.excerpt)])


def _test(name: str, trace: str, files: Sequence[FileFacts]) -> str:
    left = [link(each.url, FILES[each.kind]) for each in files if each.kind in FILES]
    return " · ".join([f"• {code(name, TEST_SHOWN)}", *([link(trace, "its trace")] if trace else []), *left])


def _excerpt(text: str) -> str:
    """As it was printed, line by line: nothing in it is a mark, a mention or a link."""
    lines = [clean(line.replace("`", "\u02cb"), 300) for line in text.splitlines()]
    while len("\n".join(lines)) > EXCERPT_SHOWN:
        lines.pop(0)
    body = "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"```\n{body}\n```" if body else ""


def _line(notice: CaseLine) -> Message:
    case = notice.case
    match notice.how:
        case "met":
            line = _still(case)
        case "recovered":
            line = f"{says.lamp(case)} {_short(case)} {says.ended(case)} · case closed"
        case "retried":
            line = _retried(notice)
        case "skipped":
            line = f":fast_forward: {unknown(case, notice.run)}. The case stays open."
        case "ruled" | "undone" | "moved" | "moved back":
            line = _by_hand(notice)
        case "reopened" if notice.by:
            line = f":red_circle: {words.who(notice.by)} has opened the case again."
        case "reopened":
            page = f" · {link(case.page_url, 'Timeline')}" if case.page_url else ""
            failed = f"{_tests(case)} failed{came_back(case)}"
            line = f":red_circle: {_short(case)} is back in #{case.last_number}: {failed}{page}"
        case _:
            line = f":ballot_box_with_check: {words.who(notice.by)} has closed the case."
    again = [actions(*buttons(case))] if notice.how == "recovered" else []
    called = _brought_it(notice.owners) if notice.how in {"met", "reopened"} else []
    return Message(line, (section(line), *called, *again))


def _by_hand(notice: CaseLine) -> str:
    """What somebody said of one cause, or took back."""
    who, cause = words.who(notice.by), notice.cause
    if cause is None:
        return f":label: {who} has said what it is."
    if notice.how == "moved":
        service = next((each.service for each in notice.case.causes if each.cause_id == cause.cause_id), "")
        called = ", ".join(group(each) for each in notice.owners[:OWNERS_SHOWN])
        owners = f" {called}: please look." if called else ""
        return f":point_right: {who}: {says.name(cause)} comes from *{escape(service, 80)}*.{owners}"
    if notice.how == "moved back":
        line = f":label: {who} has taken back that {says.what(cause)} comes from *{escape(cause.service, 80)}*."
        called = ", ".join(group(each) for each in notice.owners[:OWNERS_SHOWN])
        return f"{line} {called}: it is no longer yours." if called else line
    told = said(cause.ruled, notice.case.opened) if cause.ruled else ""
    if notice.how == "undone":
        return f":label: {who} has taken back that {says.name(cause)} is {told}."
    over = " Case closed." if notice.case.settled and notice.case.closed else ""
    return f":label: {who}: {says.name(cause)} is {told}.{over}"


def _retried(notice: CaseLine) -> str:
    """What a retry has left: it is told once, and not whenever some other run does the same."""
    case = notice.case
    green = [says.name(each) for each in case.causes if each.green]
    more = f" and {len(green) - says.LISTED} more" if len(green) > says.LISTED else ""
    named = ", ".join(green[: says.LISTED]) + more
    changed = f"{named} {'is' if len(green) == 1 else 'are'} green now" if green else ""
    left = f"{_tests(case)} still to be explained" if case.failing else ""
    told = "; ".join(filter(None, (changed or "nothing of it is green", left, unknown(case, notice.run))))
    return f"#{notice.run}, which {words.who(notice.by)} had run again, has ended: {told}."


def _still(case: CaseFacts) -> str:
    """One line: which run, how often, how many tests, who looks."""
    since = words.clock(case.opened, case.last_at)
    looking = f" {says.looking(case)}." if case.lookers else " Nobody is looking yet."
    part = f"{case.last_failed} of its " if case.last_failed < case.failing else ""  # where it repeated only some
    return f"Still failing in #{case.last_number}, {_nth(case.met)} run since {since}: {part}{_tests(case)}.{looking}"


def _tests(case: CaseFacts) -> str:
    return counted(case.failing, "test")


def _short(case: CaseFacts) -> str:
    return f"*{escape(case.environment, 80)}*:" if case.kind == "outage" else says.name(case.causes[0])


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in {11, 12, 13} else "th"
    return f"{number}{ending}"
