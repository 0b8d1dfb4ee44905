"""Eight teams of five, and the places they share."""

from __future__ import annotations

from pathlib import Path

TEAMS = 8
TEAM_SIZE = 5
CHANNELS = {"C0INTEGRATION": "#integration"}
"""Every environment announces in one channel: the most that one of them can get."""

NAMED = ("U0ANA", "U0BEN", "U0CEM", "U0DANA")
PEOPLE = (*NAMED, *(f"U0P{n:02}" for n in range(len(NAMED), TEAMS * TEAM_SIZE)))
ENVIRONMENTS = {
    "integration": ("storefront", "catalog", "orders", "payments", "inventory"),
    "staging": ("storefront", "orders", "payments"),
    "fulfilment": ("inventory", "orders"),
    "performance": ("storefront", "orders"),
}
ZONE = "Europe/Berlin"


def write_catalog(folder: Path) -> Path:
    """The catalog of this town, as a file."""
    path = folder / "signalbox.yaml"
    path.write_text("\n".join([*_workspace(), *_environments(), *_services(), *_people(), *_teams()]), "utf-8")
    return path


def _workspace() -> list[str]:
    return ["workspace:", '  announce: "#integration"', f"  timezone: {ZONE}"]


def _environments() -> list[str]:
    lines = (f"  {name}: {{ services: [{', '.join(services)}] }}" for name, services in ENVIRONMENTS.items())
    return ["environments:", *lines]


def _services() -> list[str]:
    return ["services:", *(f"  {name}: {{}}" for name in ENVIRONMENTS["integration"])]


def _people() -> list[str]:
    return ["people:", *(f"  p{n}: {{ name: Person {n}, slack: {id} }}" for n, id in enumerate(PEOPLE))]


def _teams() -> list[str]:
    members = ([f"p{team * TEAM_SIZE + n}" for n in range(TEAM_SIZE)] for team in range(TEAMS))
    return ["teams:", *(f"  t{n}: {{ members: [{', '.join(names)}] }}" for n, names in enumerate(members))]
