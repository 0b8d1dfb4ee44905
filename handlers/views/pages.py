"""Help, the audit log, and questions: what `/env` says that is not about one lease."""

from __future__ import annotations

from collections.abc import Sequence

from bot.grammar.commands import Ask
from bot.grammar.help import MORE, TOPICS, Topic
from bot.grammar.questions import Ambiguous, Choice
from bot.ports.chat import Message
from bot.reservations.story import Line
from bot.values import is_pipeline
from handlers.kit.mrkdwn import code, escape
from handlers.views import lease as words
from handlers.views.blocks import SECTION_LIMIT, actions, context, fitting, header, section
from handlers.views.forms.buttons import fill_in

LOG_LINES = 20
LOG_ROOM = SECTION_LIMIT - 50
API = "api"
"""The origin of what came over HTTP."""
CONTEXT_ROOM = 1_500
CHOICES, CHOICES_ROOM = 10, 7_000
"""So many buttons at most, and so much text in them; the others are named."""
TOPICS_TOGETHER = 9
"""In one section: the longest of them have room there several times over."""


def help_page(command: str, verb: str | None) -> Message:
    """All verbs, or one with its examples."""
    topics = [topic for topic in (*TOPICS, *MORE) if verb in (None, topic.verb)]
    texts = [_topic(topic, command, examples=3 if verb else 1) for topic in topics]
    parts = ["\n\n".join(texts[start : start + TOPICS_TOGETHER]) for start in range(0, len(texts), TOPICS_TOGETHER)]
    blocks = [header(f"{command} {verb or ''}".strip()), *map(section, parts)]
    if verb is None:
        blocks.append(context("Looking never changes anything. Changes show on a card in the environment's channel."))
    return Message(f"What {command} can do", tuple(blocks))


def _topic(topic: Topic, command: str, *, examples: int) -> str:
    lines = " · ".join(code(f"{command} {line}".strip()) for line in topic.examples[:examples])
    return f"*{topic.verb}*  {code(f'{command} {topic.usage}')}\n{topic.what} {lines}"


def log(environment: str, lines: tuple[Line, ...]) -> Message:
    """Newest first; of one environment, or with `""` of all."""
    title = environment or "All environments"
    head = f"*{escape(title)}*: what happened, newest first"
    if not lines:
        return Message(head, (section(f"*{escape(title)}*: nothing has happened yet."),))
    told = section(fitting([_line(line) for line in lines], LOG_ROOM, most=LOG_LINES))
    return Message(head, (section(head), told, actions(words.usage_button("How it was used", environment, 7))))


def _line(line: Line) -> str:
    who = words.who(line.who) if line.who != "system" else "Signalbox"
    until = f" until {words.clock(line.until, line.at)}" if line.until else ""
    if line.begins and line.until:
        until = f" from {words.window(line.begins, line.until)}"
    reason = f" · {escape(line.reason, 40)}" if line.reason.strip() else ""
    told = f"{words.clock(line.at)}  {who} {line.what} *{escape(line.scope, 60)}*{until}"
    return f"{told}{_by_machine(line)}{reason}"


def _by_machine(line: Line) -> str:
    """What there is to know of a pipeline's, and how it came in if not by Slack."""
    found = ", kept alive by heartbeats" if line.token and is_pipeline(line.who) else ""
    found += f" · fencing token {line.token}" if found else ""
    return found + (" · through the API" if line.origin == API else "")


def question(ask: Ask, family: str = "env") -> Message:
    """What could be read in two ways, with a button for each reading; of many, those without one are named.

    family: whose lines these are, as of `lease.line_button`.
    """
    line = f":thinking_face: {escape(ask.question)}"
    shown = _with_a_button(ask.choices)
    buttons = [words.line_button(choice.label, choice.line, n, family=family) for n, choice in enumerate(shown)]
    buttons += [] if isinstance(ask, Ambiguous) or ask.blank is None else [fill_in(ask.blank)]
    rest = [code(choice.label) for choice in ask.choices[len(shown) :]]
    named = fitting(rest, CONTEXT_ROOM, most=len(rest)).replace("\n", " · ")
    more = [context(f"There are {len(rest)} more; type the one you mean: {named}")] if rest else []
    return Message(line, (section(line), *([actions(*buttons)] if buttons else []), *more))


def _with_a_button(choices: Sequence[Choice]) -> Sequence[Choice]:
    room = CHOICES_ROOM
    for count, choice in enumerate(choices[:CHOICES]):
        room -= len(choice.label) + len(choice.line)
        if room < 0:
            return choices[:count]
    return choices[:CHOICES]
