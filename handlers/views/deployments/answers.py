"""What whoever typed or pressed sees: what was begun, what was asked, what could be deployed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.deployments.preflight import Preflight
from bot.deployments.values import Target
from bot.grammar.deploy_commands import Rollback
from bot.grammar.deploy_help import TOPICS
from bot.notices.facts import DeploymentFacts
from bot.plurals import counted
from bot.ports.chat import Block, Message
from bot.ports.pipelines import Commit
from handlers.kit.mrkdwn import code, escape, link, sentence
from handlers.views import lease as words
from handlers.views.blocks import actions, context, header, section
from handlers.views.deployments import checks
from handlers.views.deployments import words as says

BUTTONS, CANDIDATES_SHOWN = 5, 8
LONGEST_HASH = 64
"""Characters of a SHA-256; what is longer is none, and would not fit a button."""


def begun(
    deployments: Sequence[DeploymentFacts], reading: str, *, cautions: Sequence[Preflight] = (), stopped: str = ""
) -> Message:
    """cautions: what was seen before, where something was. stopped: why the rest of them did not begin."""
    lines = [_begun(each) for each in deployments]
    lines += [f"• {checks.reason(x, seen.ref)}" for seen in cautions for x in seen.reasons]
    lines += [f":no_entry: {sentence(stopped)}"] if stopped else []
    under_way = [each for each in deployments if each.stage in ("waiting", "open", "running")]
    several = len(under_way) > 1
    buttons = [says.cancel_button(each, n, named=several) for n, each in enumerate(under_way[:BUTTONS])]
    read = f"Understood: {code(reading, says.READING_SHOWN)}. Its card in the environment's channel says how it goes."
    row = (actions(*buttons),) if buttons else ()
    return Message("\n".join(lines), (section("\n".join(lines)), *row, context(read)))


def _begun(found: DeploymentFacts) -> str:
    match found.stage:
        case "waiting":
            return f":hourglass: {says.what(found)} is deployed when it is your turn. A direct message tells you."
        case "open":
            return f":rocket: {says.what(found)} is being deployed."
        case "running":
            return f":rocket: {says.what(found)} is being deployed{_run(found)}."
        case _:
            return f":ballot_box_with_check: {says.what(found)}: that has ended ({escape(found.stage)}) since."


def _run(found: DeploymentFacts) -> str:
    run = says.pipeline(found)
    return f" by {run}" if run else ""


def waits_already(deployments: Sequence[DeploymentFacts], reading: str) -> Message:
    """The reader has asked for all of them before."""
    lines = [
        f":hourglass: You wait already: {says.what(each)} is deployed when it is your turn." for each in deployments
    ]
    several = len(deployments) > 1
    buttons = (says.cancel_button(each, n, named=several) for n, each in enumerate(deployments[:BUTTONS]))
    read = f"Understood: {code(reading, says.READING_SHOWN)}. Nothing was changed."
    return Message("\n".join(lines), (section("\n".join(lines)), actions(*buttons), context(read)))


def started_again(found: DeploymentFacts) -> Message:
    line = f":rocket: {says.what(found)} is started, unless its first run is found now. Its card says how it goes."
    return Message(line, (section(line), actions(says.cancel_button(found))))


def cancelled(found: DeploymentFacts) -> Message:
    if found.stage == "succeeded":
        return _too_late(found)
    again = says.line_button("Check again", f"check {found.environment}/{found.service}@{found.version}", 1)
    line = f":no_entry_sign: {says.what(found)} is not deployed any more."
    return Message(line, (section(line), actions(again)))


def _too_late(found: DeploymentFacts) -> Message:
    line = f":warning: Too late: {says.what(found)} is in place, and is watched."
    back = says.line_button("Roll back…", f"rollback {found.service} to {found.environment}", 1)
    return Message(line, (section(line), actions(back)))


def nothing_to_cancel(others: Sequence[DeploymentFacts]) -> Message:
    """others: what somebody else deploys now."""
    lines = [
        "You deploy nothing now.",
        *(f"• {words.who(each.by)} deploys {says.what(each)}" for each in others[:BUTTONS]),
    ]
    return Message(lines[0], (section("\n".join(lines)), actions(says.line_button("What runs where", "where", 1))))


def which_to_cancel(found: Sequence[DeploymentFacts]) -> Message:
    line = ":thinking_face: Which one?"
    lines = [line, *(f"• {says.what(each)} · {words.who(each.by)}" for each in found[:BUTTONS])]
    buttons = (says.cancel_button(each, n, named=True) for n, each in enumerate(found[:BUTTONS]))
    return Message(line, (section("\n".join(lines)), actions(*buttons)))


def roll_back(
    target: Target, latest: DeploymentFacts, to: str, line: Rollback, *, skipped: str = "", against: str = ""
) -> Message:
    """The question first. latest: what would be undone. skipped: versions between that were not well. against: what
    speaks against the one to which it goes, where no other is better.
    """
    now, place = says.version(latest.version), says.place(target.environment, target.service)
    ask = f":leftwards_arrow_with_hook: Roll {place} back from *{now}* to *{says.version(to)}*?"
    who = f"\n{now} was deployed by {words.who(latest.by)}."
    doubt = f"\n:warning: No version before it is free of doubt: {escape(against, says.WHY_SHOWN)}." if against else ""
    passed = f"{doubt}\nPassed over: {escape(skipped, says.WHY_SHOWN)}." if skipped else doubt
    button = says.back_button(
        target.environment, target.service, latest.deployment_id, to, ask=False, override=line.override
    )
    check = says.line_button("Check first", f"check {target}@{to}", 1)
    read = f"Understood: {code(line.reading, says.READING_SHOWN)}. Nothing was changed yet."
    return Message(ask, (section(ask + who + passed), actions(button, check), context(read)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """commit: the tip of the branch that is deployed from; None when nobody can say. changed: commits since `runs`."""

    target: Target
    commit: Commit | None
    runs: str = ""
    changed: int | None = None


def candidates(found: Sequence[Candidate], now: datetime) -> Message:
    blocks: list[Block] = []
    for number, each in enumerate(found[:CANDIDATES_SHOWN]):
        blocks.append(section(_candidate(each, now)))
        if each.commit and len(each.commit.label) <= LONGEST_HASH:
            line = f"{each.target}@{each.commit.label}"
            deploy = says.line_button(f"Deploy {says.short(each.commit.label)}", line, 2 * number + 1)
            blocks.append(actions(deploy, says.line_button("Check", f"check {line}", 2 * number + 2)))
    blocks.append(context("Nothing was deployed. A version goes behind an @, such as `payments@1.5.0`."))
    names = ", ".join(str(each.target) for each in found[:CANDIDATES_SHOWN])
    return Message(f"What could be deployed of {escape(names)}", tuple(blocks))


def _candidate(found: Candidate, now: datetime) -> str:
    runs = f" runs *{says.version(found.runs)}*" if found.runs else ": nobody knows what runs there"
    head = f"{says.place(found.target.environment, found.target.service)}{runs}."
    if found.commit is None:
        return f"{head}\nNobody can say what could be deployed: name a version."
    tip = found.commit
    when = f" · {words.clock(tip.at, now)}" if tip.at else ""
    since = f" · {counted(found.changed, 'commit')} since" if found.changed is not None else ""
    what = link(tip.url, says.short(tip.label)) or escape(says.short(tip.label))
    return f"{head}\nNewest: {what} {escape(tip.subject, says.SUBJECT_SHOWN)} · {escape(tip.author, 40)}{when}{since}"


def help_page(command: str, verb: str | None) -> Message:
    """All verbs, or one with its examples."""
    topics = [topic for topic in TOPICS if verb in (None, topic.verb)]
    texts: list[str] = []
    for topic in topics:
        lines = " · ".join(code(f"{command} {line}".strip()) for line in topic.examples[: 3 if verb else 1])
        texts.append(f"*{topic.verb}*  {code(f'{command} {topic.usage}')}\n{topic.what} {lines}")
    blocks = [header(f"{command} {verb or ''}".strip()), section("\n\n".join(texts))]
    if verb is None:
        blocks.append(context("Only a version behind an @ deploys. Everything else looks, or asks first."))
    return Message(f"What {command} can do", tuple(blocks))
