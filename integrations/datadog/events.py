"""Marks for what was deployed: change events, which Datadog shows beside a service's curves.

Source: docs.datadoghq.com/api/latest/events, version 2. It takes them at a host of its own, and they are searched for
at the API's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from bot.ports.marks import Mark, Moment
from integrations.datadog.pages import milliseconds
from integrations.datadog.reach import US1, Keys, reach
from integrations.datadog.syntax import quoted, tag
from integrations.kit.source import Source

LONGEST_TITLE, LONGEST_KEY, LONGEST_MESSAGE = 500, 100, 1_000
ID_TAG = "signalbox_mark"
SLACK = timedelta(hours=1)
WHAT = "events"
STATES = {
    Moment.STARTED: "is being deployed",
    Moment.FINISHED: "was deployed",
    Moment.FAILED: "was not deployed",
    Moment.RED: "was deployed and is not well",
}


class _Events(msgspec.Struct, frozen=True):
    data: list[dict[str, Any]] | None = None


class DatadogEvents:
    """Implements Marks. intake: takes events; api: finds them. environment_tag: as of DatadogLogs."""

    def __init__(self, intake: Source, api: Source, *, environment_tag: str = "env") -> None:
        self._intake, self._api, self._tag = intake, api, environment_tag

    async def has(self, mark: Mark) -> bool:
        """Takes the scope events_read."""
        around = {"from": str(milliseconds(mark.at - SLACK)), "to": str(milliseconds(mark.at + SLACK))}
        asked = {"filter": {"query": f"{ID_TAG}:{quoted(_id(mark))}", **around}, "page": {"limit": 1}}
        seen = await self._api.search("/api/v2/events/search", WHAT, _Events, json=asked)
        return bool(seen.data)

    async def put(self, mark: Mark) -> None:
        body = {"data": {"type": "event", "attributes": self._attributes(mark)}}
        await self._intake.change("/api/v2/events", f"the mark of {mark.service} {mark.version}", json=body)

    def _attributes(self, mark: Mark) -> dict[str, object]:
        tags = {"service": mark.service, self._tag: mark.environment, "version": mark.version, ID_TAG: _id(mark)}
        return {
            "title": f"{mark.service} {mark.version} {STATES[mark.moment]} on {mark.environment}"[:LONGEST_TITLE],
            "message": mark.why[:LONGEST_MESSAGE],
            "category": "change",
            "aggregation_key": mark.id[:LONGEST_KEY],
            "timestamp": _written(mark.at),
            "tags": [f"{name}:{tag(value)}" for name, value in tags.items() if value],
            "attributes": {
                "changed_resource": {"name": mark.service, "type": "configuration"},
                "impacted_resources": [{"name": mark.service, "type": "service"}],
                "author": {"name": mark.actor or "Signalbox", "type": "user" if mark.actor else "automation"},
                "prev_value": {"version": mark.before},
                "new_value": {"version": mark.version},
                "change_metadata": {"url": mark.url, "moment": mark.moment.value},
            },
        }


def reach_intake(http: httpx.AsyncClient, keys: Keys, *, site: str = US1, base_url: str = "") -> Source:
    return reach(http, keys, base_url=base_url or f"https://event-management-intake.{site}")


def _id(mark: Mark) -> str:
    """As a tag holds it."""
    return tag(f"{mark.id}.{mark.moment}")


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
