"""Eight teams of five, and the places they share."""

from __future__ import annotations

from pathlib import Path
from random import Random

TEAMS = 8
TEAM_SIZE = 5
SUITE = "journeys"

NAMED = ("U0ANA", "U0BEN", "U0CEM", "U0DANA")
PEOPLE = (*NAMED, *(f"U0P{n:02}" for n in range(len(NAMED), TEAMS * TEAM_SIZE)))
ENVIRONMENTS = {
    "integration": ("storefront", "catalog", "orders", "payments", "inventory"),
    "staging": ("storefront", "orders", "payments"),
    "fulfilment": ("inventory", "orders"),
    "performance": ("storefront", "orders"),
}
USED = {"integration": 45, "staging": 25, "fulfilment": 15, "performance": 15}
"""Per cent of what people want: the shared one is nearly half of it."""
CHANNELS = {f"C0{name.upper()}": f"#{name}" for name in ENVIRONMENTS}
"""Each environment announces in a channel of its own: 24 leases and 24 deployments are 48 cards already."""

ZONE = "Europe/Berlin"


def some_environment(chance: Random) -> str:
    return chance.choices(tuple(USED), tuple(USED.values()))[0]


def write_catalog(folder: Path) -> Path:
    """The catalog of this town, as a file."""
    path = folder / "signalbox.yaml"
    path.write_text(
        "\n".join([*_workspace(), *_environments(), *_services(), *_suites(), *_people(), *_teams()]), "utf-8"
    )
    return path


def _workspace() -> list[str]:
    return ["workspace:", f"  timezone: {ZONE}"]


def _environments() -> list[str]:
    lines = (
        f'  {name}: {{ services: [{", ".join(services)}], announce: "#{name}" }}'
        for name, services in ENVIRONMENTS.items()
    )
    return ["environments:", *lines]


def _services() -> list[str]:
    deployed = "{{ deploy: {{ provider: local, repository: shop/{0}, pipeline: deploy }} }}"
    return ["services:", *(f"  {name}: {deployed.format(name)}" for name in ENVIRONMENTS["integration"])]


def _suites() -> list[str]:
    return ["suites:", f"  {SUITE}: {{ provider: local, repository: shop/tests, pipeline: {SUITE}, expected: 8m }}"]


def _people() -> list[str]:
    return ["people:", *(f"  p{n}: {{ name: Person {n}, slack: {id} }}" for n, id in enumerate(PEOPLE))]


def _teams() -> list[str]:
    members = ([f"p{team * TEAM_SIZE + n}" for n in range(TEAM_SIZE)] for team in range(TEAMS))
    return ["teams:", *(f"  t{n}: {{ members: [{', '.join(names)}] }}" for n, names in enumerate(members))]
