"""Marks for what was deployed: change events, which Datadog shows beside a service's curves.

Source: docs.datadoghq.com/api/latest/events, version 2. It takes them at a host of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from integrations.datadog.reach import US1, Keys, reach
from integrations.datadog.syntax import tag
from integrations.kit.source import Source

LONGEST_TITLE, LONGEST_KEY = 500, 100


@dataclass(frozen=True, slots=True)
class Deployed:
    """id: of the deployment; events of one are shown together. url: where more is told."""

    id: str
    service: str
    environment: str
    version: str
    at: datetime
    before: str = ""
    actor: str = ""
    url: str = ""


class DatadogEvents:
    """environment_tag: as of DatadogLogs."""

    def __init__(self, intake: Source, *, environment_tag: str = "env") -> None:
        self._intake, self._tag = intake, environment_tag

    async def mark(self, deployed: Deployed) -> None:
        """Sent once, whatever happens. Raises OutcomeUnknown besides what every call here raises."""
        body = {"data": {"type": "event", "attributes": self._attributes(deployed)}}
        await self._intake.change("/api/v2/events", f"the mark of {deployed.service} {deployed.version}", json=body)

    def _attributes(self, deployed: Deployed) -> dict[str, object]:
        tags = {"service": deployed.service, self._tag: deployed.environment, "version": deployed.version}
        return {
            "title": f"{deployed.service} {deployed.version} on {deployed.environment}"[:LONGEST_TITLE],
            "category": "change",
            "aggregation_key": deployed.id[:LONGEST_KEY],
            "timestamp": deployed.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "tags": [f"{name}:{tag(value)}" for name, value in tags.items() if value],
            "attributes": {
                "changed_resource": {"name": deployed.service, "type": "configuration"},
                "impacted_resources": [{"name": deployed.service, "type": "service"}],
                "author": {"name": deployed.actor or "Signalbox", "type": "user" if deployed.actor else "automation"},
                "prev_value": {"version": deployed.before},
                "new_value": {"version": deployed.version},
                "change_metadata": {"url": deployed.url},
            },
        }


def reach_intake(http: httpx.AsyncClient, keys: Keys, *, site: str = US1, base_url: str = "") -> Source:
    return reach(http, keys, base_url=base_url or f"https://event-management-intake.{site}")
