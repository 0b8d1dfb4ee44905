"""Forms in which people say what a cause is, where it comes from, and which parts of it belong together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.notices.casework import CaseFacts, CauseFacts
from bot.ports.chat import Block
from handlers.kit.mrkdwn import clean, code
from handlers.views.blocks import Element, context, input_block, option, plain, radio, value

RULE, PART, MOVE = "case.rule", "case.part", "case.move"
CAUSE, WHAT, WORDS, OWNER, WHERE, DAYS, SERVICE = "cause", "what", "words", "owner", "where", "days", "service"
OPTIONS, OPTION_SHOWN, WORDS_LONGEST, NAME_KEPT = 100, 75, 200, 120

KINDS = {
    "known issue": ("Known issue", "It opens no case, and is named beside what is new"),
    "quarantine": ("Quarantine", "It is told, and turns no run red; somebody looks after it"),
    "not flaky": ("Not flaky", "Whatever its history looks like: the next time it is a case"),
}
SCOPES = {
    "here": "This suite, in this environment",
    "suite": "This suite, everywhere",
    "all": "Every suite, everywhere",
}
LENGTHS = {"3": "3 days", "7": "1 week", "14": "2 weeks", "30": "1 month", "90": "3 months"}
USUAL = "14"


@dataclass(frozen=True, slots=True)
class About:
    """Whereof something is to be said: a case, or one test that fails of one cause. name: in words."""

    suite: str
    environment: str
    case_id: str = ""
    cause: str = ""
    test: str = ""
    name: str = ""

    def carried(self) -> str:
        known = {
            "suite": self.suite,
            "environment": self.environment,
            "case_id": self.case_id,
            "cause": self.cause,
            "test": self.test,
            "name": self.name[:NAME_KEPT],
        }
        return value(**{name: each for name, each in known.items() if each})


def about(carries: str) -> About:
    """As a button or a form carries it."""
    return About(**json.loads(carries))


def of_case(case: CaseFacts) -> About:
    return About(case.suite, case.environment, case.case_id)


def rule_form(what: About, causes: Sequence[CauseFacts], person: str) -> dict[str, Any]:
    """causes: of which one is chosen, where it is about a case."""
    kinds = [kind for kind in KINDS if what.test or kind != "not flaky"]
    name = code(what.name)
    blocks = [
        *([context(name)] if name else []),
        *_causes(causes),
        radio("Treat it as", WHAT, {kind: KINDS[kind] for kind in kinds}, "quarantine" if what.test else "known issue"),
        _words(),
        input_block("Owner of a quarantine", OWNER, _owner(person), optional=True),
        _select("Where", WHERE, SCOPES, "here"),
        _select("For how long", DAYS, LENGTHS, USUAL),
    ]
    return _form(RULE, "Mark a failure", what, blocks)


def move_form(what: About, causes: Sequence[CauseFacts], services: Sequence[str]) -> dict[str, Any]:
    note = context("Whoever looks after that service is called in the thread.")
    known = {name: name for name in services[:OPTIONS]}
    return _form(MOVE, "Where it comes from", what, [note, *_causes(causes), _select("Service", SERVICE, known)])


def part_form(what: About, groups: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, Any]:
    """groups: by what a cause says, values and words of what may be said of it."""
    shown = [
        {"label": plain(_said(says), OPTION_SHOWN), "options": [option(_said(text), key) for key, text in each]}
        for says, each in groups.items()
        if each
    ]
    note = context("From the next run on. It holds for three months, and `rules` lists it, with a button to undo it.")
    element = {"type": "static_select", "action_id": CAUSE, "option_groups": shown}
    return _form(PART, "Split or join", what, [note, input_block("What belongs together", CAUSE, element)])


@dataclass(frozen=True, slots=True)
class Filled:
    """What was chosen and typed. words: one line."""

    about: About
    cause: str
    what: str = ""
    words: str = ""
    owner: str = ""
    where: str = "here"
    days: int = 90
    service: str = ""


def filled(view: Mapping[str, Any]) -> Filled:
    """`view` as Slack submits it."""
    values, carried = view["state"]["values"], about(view["private_metadata"])
    words = values.get(WORDS, {}).get(WORDS, {}).get("value") or ""
    return Filled(
        carried,
        _option(values, CAUSE) or carried.cause,
        _option(values, WHAT),
        " ".join(words.split()),
        values.get(OWNER, {}).get(OWNER, {}).get("selected_user") or "",
        _option(values, WHERE) or "here",
        int(_option(values, DAYS) or 90),
        _option(values, SERVICE),
    )


def _option(values: Mapping[str, Any], name: str) -> str:
    return (values.get(name, {}).get(name, {}).get("selected_option") or {}).get("value", "")


def _form(called: str, title: str, what: About, blocks: Sequence[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": called,
        "title": plain(title, 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "private_metadata": what.carried(),
        "blocks": list(blocks),
    }


def _causes(causes: Sequence[CauseFacts]) -> Iterator[Block]:
    """Asked for even where there is but one: it says what the form is about."""
    known = {each.cause_id: _said(each.says) for each in causes[:OPTIONS]}
    if known:
        yield _select("Cause", CAUSE, known, next(iter(known)) if len(known) == 1 else "")


def _said(text: str) -> str:
    """An option says something."""
    return clean(text, OPTION_SHOWN) or "it failed without a word"


def _select(label: str, name: str, known: Mapping[str, str], chosen: str = "") -> Block:
    options = {key: option(text, key) for key, text in known.items()}
    element: dict[str, Any] = {"type": "static_select", "action_id": name, "options": list(options.values())}
    return input_block(label, name, {**element, **({"initial_option": options[chosen]} if chosen else {})})


def _words() -> Block:
    element = {"type": "plain_text_input", "action_id": WORDS, "max_length": WORDS_LONGEST}
    return input_block("Ticket, link, or reason", WORDS, element, hint="Such as OPS-311.")


def _owner(person: str) -> Element:
    return {"type": "users_select", "action_id": OWNER, "initial_user": person}
