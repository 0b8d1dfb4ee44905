"""The folded state as of some event, so that a start need not fold years of history. Only ever a shortcut."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import msgspec

from bot.reservations.entries import Position
from bot.reservations.tables import SnapshotRow
from bot.reservations.values import Lease, State
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database

LEASES = msgspec.json.Decoder(dict[str, Lease])


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Every method raises Unavailable when SQL does not answer."""

    database: Database
    workspace: str

    async def save(self, state: State, at: Position) -> None:
        """`state` is what all events up to `at` come to."""
        row = SnapshotRow(
            workspace=self.workspace,
            seq=at.seq,
            mark=at.mark,
            at=to_ms(state.at) if state.at else 0,
            shape=shape(),
            leases=_written(state.leases),
        )
        await self.database.transact(lambda session: session.merge(row))

    async def load(self) -> tuple[State, Position] | None:
        """None when there is none, or when it was folded by other rules than ours."""
        async with self.database.read() as session:
            row = await session.get(SnapshotRow, self.workspace)
        if row is None or row.shape != shape():
            return None
        leases = MappingProxyType(LEASES.decode(row.leases))
        return State(leases, row.seq, from_ms(row.at) if row.at else None), Position(0, row.seq, row.mark)


def shape() -> str:
    """Changes with the code that folds: what other rules have folded is not read."""
    room = files("bot.reservations")
    code = b"".join(room.joinpath(name).read_bytes() for name in ("folding.py", "values.py"))
    return hashlib.sha256(code).hexdigest()[:16]


def _written(leases: Mapping[str, Lease]) -> str:
    plain: dict[str, Any] = dict(leases)
    return msgspec.json.encode(plain).decode()
