"""Links into Grafana's Explore (grafana.com/docs, Explore: generate Explore URLs), absolute in time. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bot.ports.telemetry import Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Explore:
    """root: Grafana's address. source: the uid of the data source there."""

    root: str
    source: str

    def link(self, kind: str, query: dict[str, Any], window: Window) -> str:
        source = {"type": kind, "uid": self.source}
        times = {"from": _milliseconds(window.start), "to": _milliseconds(window.end)}
        asked = [{"refId": "A", "datasource": source, **query}]
        panes = {"signalbox": {"datasource": self.source, "queries": asked, "range": times}}
        return f"{self.root.rstrip('/')}/explore?{urlencode({'schemaVersion': 1, 'panes': json.dumps(panes)})}"


def _milliseconds(at: datetime) -> str:
    return str((at - EPOCH) // timedelta(milliseconds=1))
