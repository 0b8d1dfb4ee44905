"""The folded state as of some event, so that a start need not fold years of history. Only ever a shortcut."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from types import MappingProxyType

import msgspec

from bot.reservations.log.entries import Position
from bot.reservations.places import Condition, FreezeWindow, Lately
from bot.reservations.state import State
from bot.reservations.tables import SnapshotRow
from bot.reservations.values import Lease
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database


class _Written(msgspec.Struct):
    """A state, less what its row says."""

    leases: dict[str, Lease]
    conditions: dict[str, Condition]
    freezes: dict[str, FreezeWindow]
    used: dict[str, datetime]
    lately: tuple[Lately, ...]


WRITTEN = msgspec.json.Decoder(_Written)
FOLDED_BY = ("folding.py", "places.py", "remembering.py", "state.py", "values.py")


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
            body=_written(state),
        )
        await self.database.transact(lambda session: session.merge(row))

    async def load(self) -> tuple[State, Position] | None:
        """None when there is none, or when it was folded by other rules than ours."""
        async with self.database.read() as session:
            row = await session.get(SnapshotRow, self.workspace)
        if row is None or row.shape != shape():
            return None
        return _read(row), Position(0, row.seq, row.mark)


def shape() -> str:
    """Changes with the code that folds: what other rules have folded is not read."""
    room = files("bot.reservations")
    code = b"".join(room.joinpath(name).read_bytes() for name in FOLDED_BY)
    return hashlib.sha256(code).hexdigest()[:16]


def _written(state: State) -> str:
    written = _Written(
        leases=dict(state.leases),
        conditions=dict(state.conditions),
        freezes=dict(state.freezes),
        used=dict(state.used),
        lately=state.lately,
    )
    return msgspec.json.encode(written).decode()


def _read(row: SnapshotRow) -> State:
    written = WRITTEN.decode(row.body)
    return State(
        MappingProxyType(written.leases),
        row.seq,
        from_ms(row.at) if row.at else None,
        conditions=MappingProxyType(written.conditions),
        freezes=MappingProxyType(written.freezes),
        used=MappingProxyType(written.used),
        lately=written.lately,
    )
