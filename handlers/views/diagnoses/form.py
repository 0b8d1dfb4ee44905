"""The small form that asks which service is meant, where a message does not say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.ports.chat import Block
from handlers.kit.mrkdwn import clean
from handlers.views.blocks import OPTIONS, context, input_block, option, plain

FORM = "diagnosis.form"
SERVICE, ENVIRONMENT, MINUTES = "service", "environment", "minutes"
LENGTHS = {"5": "5 minutes", "15": "15 minutes", "30": "30 minutes", "60": "1 hour", "180": "3 hours"}
USUAL = "15"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known already: services and environments that the message names. at: when, unix seconds."""

    at: float
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """minutes: so much around `at`, unix seconds."""

    at: float
    service: str
    environment: str
    minutes: int


def form(asked: Asked, services: Sequence[str], environments: Sequence[str]) -> dict[str, Any]:
    """services, environments: of the catalog; those that the message names come first."""
    named = [*asked.services, *(each for each in services if each not in asked.services)]
    places = [*asked.environments, *(each for each in environments if each not in asked.environments)]
    sure = asked.services[0] if len(asked.services) == 1 else ""
    where = places[0] if len(asked.environments) == 1 or len(places) == 1 else ""
    why = f"It names {', '.join(asked.services[:5])}." if asked.services else "It names no service of the catalog."
    blocks = [
        context(clean(why)),
        _select("Which service", SERVICE, {each: each for each in named}, sure),
        _select("In which environment", ENVIRONMENT, {each: each for each in places}, where),
        _select("How long around it", MINUTES, LENGTHS, USUAL),
    ]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain("Diagnose this", 24),
        "submit": plain("Diagnose", 24),
        "close": plain("Cancel", 24),
        "private_metadata": f"{asked.at:.3f}",
        "blocks": blocks,
    }


def filled(view: Mapping[str, Any]) -> Filled:
    """`view` as Slack submits it."""
    values = view["state"]["values"]
    chosen = {name: values[name][name]["selected_option"]["value"] for name in (SERVICE, ENVIRONMENT, MINUTES)}
    return Filled(float(view["private_metadata"]), chosen[SERVICE], chosen[ENVIRONMENT], int(chosen[MINUTES]))


def _select(label: str, name: str, known: Mapping[str, str], chosen: str) -> Block:
    options = {key: option(clean(text, 75), key) for key, text in list(known.items())[:OPTIONS]}
    element: dict[str, Any] = {"type": "static_select", "action_id": name, "options": list(options.values())}
    first = {"initial_option": options[chosen]} if chosen in options else {}
    return input_block(label, name, {**element, **first})
