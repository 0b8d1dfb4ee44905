"""The form that stands for a typed `run`: which suite, where, from which branch, with which parameters. Pure.

Its fields follow the suite: choosing another one asks for that one's. Each has a name of its suite's own, so that what
was chosen for one is not taken for another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.catalog.suite_values import Parameter, Suite
from bot.grammar.suite_line import LONGEST_REF, LONGEST_VALUE, line_of
from bot.ports.chat import Block
from handlers.kit.mrkdwn import clean, escape
from handlers.views.blocks import Element, button, context, input_block, option, plain, value
from handlers.views.forms.buttons import AT_HOME

OPEN, FORM, SUITE = "suite.form.open", "suite.form", "suite.form.suite"
TITLE, OPTIONS, NAME_SHOWN = "Run a suite", 100, 75
ENVIRONMENT, BRANCH, GIVEN = "environment", "branch", "parameter"


@dataclass(frozen=True, slots=True)
class Choice:
    """A suite, and the environments in which it may run."""

    suite: Suite
    environments: tuple[str, ...]


def open_button(label: str = "Run a suite…", *, suite: str = "") -> Element:
    return button(label, OPEN, value(suite=suite))


def form(choices: Sequence[Choice], chosen: str, *, home: bool) -> dict[str, Any]:
    """As it opens for that suite; for the first one when there is none of that name. home: it stands over a Home."""
    known = {each.suite.name: each for each in choices}
    choice = known.get(chosen) or choices[0]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain(TITLE),
        "submit": plain("Run"),
        "close": plain("Cancel"),
        "private_metadata": value(suite=choice.suite.name, **({"home": 1} if home else {})),
        "blocks": [_suites(choices, choice), *_of(choice)],
    }


def _suites(choices: Sequence[Choice], chosen: Choice) -> Block:
    shown = [chosen, *(each for each in choices if each is not chosen)][:OPTIONS]
    options = {each.suite.name: _option(each.suite.name, each.suite.description) for each in shown}
    ordered = [options[each.suite.name] for each in choices if each.suite.name in options]
    element = _select(SUITE, ordered, options[chosen.suite.name])
    return {**input_block("Suite", SUITE, element), "dispatch_action": True}


def _of(choice: Choice) -> list[Block]:
    suite = choice.suite
    named = _name(suite, ENVIRONMENT)
    places = [_option(each) for each in choice.environments[:OPTIONS]]
    where = input_block("Where", named, _select(named, places, places[0] if len(places) == 1 else None))
    notes = [context(escape(suite.description, 300))] if suite.description else []
    parameters = [_parameter(suite, each) for each in suite.parameters]
    return [*notes, where, *parameters, _branch(suite)]


def _branch(suite: Suite) -> Block:
    named = _name(suite, BRANCH)
    element = _text(named, suite.branch, LONGEST_REF)
    hint = f"{clean(suite.branch, NAME_SHOWN)} when left empty"
    return input_block("Branch of the tests", named, element, hint=hint, optional=True)


def _parameter(suite: Suite, parameter: Parameter) -> Block:
    named = _name(suite, GIVEN, parameter.name)
    if parameter.choices:
        options = [_option(each) for each in parameter.choices[:OPTIONS]]
        usual = next((each for each in options if each["value"] == parameter.default), None)
        element = _select(named, options, usual)
    else:
        element = _text(named, parameter.default, LONGEST_VALUE)
    usually = f"{parameter.default} when left empty" if parameter.default and not parameter.choices else ""
    hint = clean(". ".join(filter(None, (parameter.description, usually))), 300)
    return input_block(parameter.name, named, element, hint=hint, optional=True)


def _name(suite: Suite, *parts: str) -> str:
    return ":".join((suite.name, *parts))


def _option(text: str, description: str = "") -> Element:
    return option(clean(text, NAME_SHOWN), text, clean(description, NAME_SHOWN))


def _select(named: str, options: list[Element], chosen: Element | None) -> Element:
    element = {"type": "static_select", "action_id": named, "options": options, "placeholder": plain("Choose one")}
    return {**element, "initial_option": chosen} if chosen else element


def _text(named: str, example: str, longest: int) -> Element:
    element: Element = {"type": "plain_text_input", "action_id": named, "max_length": longest}
    shown = clean(example, NAME_SHOWN)
    return {**element, "placeholder": plain(shown)} if shown else element


def chosen_suite(view: Mapping[str, Any]) -> str:
    """Which suite's fields the form shows."""
    return str(json.loads(view["private_metadata"])["suite"])


def is_at_home(view: Mapping[str, Any]) -> bool:
    return AT_HOME in view["private_metadata"]


def line(view: Mapping[str, Any]) -> str:
    """What was filled in, as it would be typed after /suite."""
    suite, found = chosen_suite(view), dict[str, str]()
    for fields in view["state"]["values"].values():
        for name, field in fields.items():
            found[name.removeprefix(f"{suite}:")] = _filled(field)
    parameters = {name.removeprefix(f"{GIVEN}:"): each for name, each in found.items() if name.startswith(f"{GIVEN}:")}
    given = tuple((name, each) for name, each in parameters.items() if each)
    return line_of(suite, found.get(ENVIRONMENT, ""), found.get(BRANCH, ""), given)


def _filled(field: Mapping[str, Any]) -> str:
    return " ".join(str((field.get("selected_option") or {}).get("value") or field.get("value") or "").split())
