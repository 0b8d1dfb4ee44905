"""What is left when all is quiet: the log and the outbox in SQL, and what the workspace witnessed. Values, for `audit`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from bot.notices.tables import OutboxRow
from bot.reservations.events import Recorded
from bot.reservations.log.codec import event_of
from bot.reservations.tables import EventRow, LedgerRow
from bot.runtime.clock import from_ms
from bot.runtime.database import open_database
from handlers.kit.ids import person_of, request_id

DELIVERED = ("slash_commands", "interactive")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked of the bot: one payload, however often it was delivered.

    at: unix seconds of the first delivery. acked: the bot acknowledged it, in time or late.
    answers: the bodies said at its response_url, and in its acknowledgement, in order.
    """

    request: str
    person: str
    what: str
    at: float
    acked: bool
    answers: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the bot that stands in a channel or a direct conversation. outbox_id: of its newest content."""

    channel: str
    ts: str
    outbox_id: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """An envelope of the outbox. channel, ts: where SQL says that it stands."""

    id: str
    stage: str
    card: str | None
    channel: str | None
    ts: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    log: tuple[Recorded, ...]
    outbox: tuple[Sent, ...]
    asked: tuple[Asked, ...]
    said: tuple[Said, ...]
    shown: Mapping[str, int]
    """How often an outbox id took effect in the workspace, as a post or as an edit."""
    epoch: int = 1
    """How often the log was begun in Redis."""


async def evidence(database_url: str, export: Mapping[str, Any]) -> Evidence:
    database = await open_database(database_url)
    async with database.read() as session:
        events = (await session.exec(select(EventRow))).all()
        ledger = (await session.exec(select(LedgerRow))).one()
        outbox = (await session.exec(select(OutboxRow).order_by("position"))).all()
    await database.close()
    return Evidence(
        tuple(sorted(map(_recorded, events), key=lambda each: each.seq)),
        tuple(Sent(row.id, row.stage, row.card, row.channel, row.ts) for row in outbox),
        tuple(asked(export["traffic"])),
        tuple(_said(export["messages"])),
        _posts(export["traffic"]),
        ledger.epoch,
    )


def asked(traffic: Iterable[Mapping[str, Any]]) -> list[Asked]:
    """What people asked, oldest first."""
    deliveries: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    acks: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    answers: dict[str, list[Any]] = defaultdict(list)
    for entry in traffic:
        if entry["kind"] == "delivery" and entry["type"] in DELIVERED:
            deliveries[request_id(entry["payload"])].append(entry)
        elif entry["kind"] == "ack" and entry["state"] in ("acked", "late"):
            acks[entry["envelope"]].append(entry)
        elif entry["kind"] == "response_url" and entry["ok"]:
            answers[entry["of"]].append(json.loads(entry["body"]))
    return [_asked(request, entries, acks, answers) for request, entries in deliveries.items()]


def _asked(
    request: str, entries: list[Mapping[str, Any]], acks: Mapping[str, list[Mapping[str, Any]]], answers: Any
) -> Asked:
    payload = entries[0]["payload"]
    heard = [ack for entry in entries for ack in acks.get(entry["envelope"], ())]
    inline = [ack["payload"] for ack in heard if ack["payload"]]
    said = answers.get(str(payload.get("response_url", "")).rpartition("/")[2], [])
    what = payload.get("text") if "command" in payload else payload["actions"][0]["action_id"]
    return Asked(request, person_of(payload), str(what), entries[0]["at"], bool(heard), (*inline, *said))


def _said(messages: Mapping[str, list[Mapping[str, Any]]]) -> Iterable[Said]:
    for channel, there in messages.items():
        for message in there:
            if "bot_id" in message:
                carried = message.get("metadata", {}).get("event_payload", {})
                yield Said(channel, message["ts"], carried.get("outbox_id"))


def _posts(traffic: Iterable[Mapping[str, Any]]) -> Mapping[str, int]:
    shown: dict[str, int] = defaultdict(int)
    for entry in traffic:
        if entry["kind"] == "api" and entry["method"] in ("chat.postMessage", "chat.update") and entry["ok"]:
            metadata = entry["args"].get("metadata") or {}
            metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
            shown[metadata.get("event_payload", {}).get("outbox_id", "")] += 1
    return shown


def _recorded(row: EventRow) -> Recorded:
    return Recorded(
        row.epoch, row.seq, from_ms(row.at), event_of(row.kind, row.body), row.request_id, row.by, row.origin
    )
