"""Tokens of the API: made, listed, revoked, and recognised with each request."""

from __future__ import annotations

import base64
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.access.model import (
    ID_LENGTH,
    SECRET_LENGTH,
    SEEN_EVERY,
    ApiToken,
    NotAuthenticated,
    Scope,
    digest_of,
    read,
    written,
)
from bot.access.tables import TokenRow
from bot.errors import Conflict, NotFound, Unavailable
from bot.ports.clock import Clock
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database
from bot.similar import did_you_mean, nearest

NOBODYS = "0" * 64
"""Compared against when there is no such id, so that the time an answer takes tells nothing."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new token shall be. lifetime: None for one that never expires. services, environments: which it may
    deploy, and where; all of them when empty.
    """

    name: str
    scopes: frozenset[Scope]
    lifetime: timedelta | None = None
    team: str | None = None
    owner: str | None = None
    services: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()


class Tokens:
    """Of one workspace. Every method raises Unavailable when the database is away."""

    def __init__(self, database: Database, clock: Clock, *, workspace: str) -> None:
        self._database, self._clock, self._workspace = database, clock, workspace

    async def create(self, wish: Wish) -> tuple[ApiToken, str]:
        """The token, and its text: nobody can tell that text again. Raises Conflict when the name is taken."""
        now = self._clock.now()
        id = _random(ID_LENGTH)
        text = written(id, _random(SECRET_LENGTH))
        row = _row(self._workspace, id, digest_of(text), wish, now)

        def put_down(session: Session) -> None:
            for living in self._living(session, wish.name):
                if _token(living).standing(now) == "active":
                    raise _taken(wish.name)
                living.revoked_at = living.expires_at
            session.flush()
            session.add(row)
            try:
                session.flush()
            except IntegrityError as error:  # somebody else made it meanwhile
                raise _taken(wish.name) from error

        await self._database.transact(put_down)
        return _token(row), text

    async def list(self, *, everything: bool = False) -> list[ApiToken]:
        """The oldest first. everything: with those that were revoked."""
        rows = select(TokenRow).where(col(TokenRow.workspace) == self._workspace)
        if not everything:
            rows = rows.where(col(TokenRow.revoked_at) == 0)
        async with self._database.read() as session:
            found = await session.exec(rows.order_by(col(TokenRow.created_at), col(TokenRow.id)))
            return [_token(row) for row in found.all()]

    async def revoke(self, name_or_id: str) -> ApiToken:
        """From now on it opens nothing. Raises NotFound with near names."""
        now = self._clock.now()

        def put_down(session: Session) -> ApiToken:
            found = [row for row in self._living(session) if name_or_id in (row.name, row.id)]
            if not found:
                raise self._no_such(session, name_or_id)
            found[0].revoked_at = to_ms(now)
            return _token(found[0])

        return await self._database.transact(put_down)

    async def authenticate(self, text: str) -> ApiToken:
        """The token whose text this is, provided it holds. Raises NotAuthenticated."""
        presented = read(text)
        row = await self._find(presented.id)
        if not presented.opens(row.digest if row else NOBODYS) or row is None:
            raise NotAuthenticated("That token is not known here. See signalbox token list.")
        token, now = _token(row), self._clock.now()
        token.check(now)
        if token.used is None or token.used <= now - SEEN_EVERY:
            with suppress(Unavailable):  # when it was used last is a courtesy: a busy database is no reason to refuse
                await self._note_use(token.id, now)
        return token

    async def signing_key(self, id: str) -> str | None:
        """What signs callbacks to the owner of the token: its digest, in hex. None when it holds no more."""
        row = await self._find(id)
        holds = row is not None and _token(row).standing(self._clock.now()) == "active"
        return row.digest if row and holds else None

    async def _find(self, id: str) -> TokenRow | None:
        async with self._database.read() as session:
            return await session.get(TokenRow, (self._workspace, id))

    async def _note_use(self, id: str, now: datetime) -> None:
        mine = [col(TokenRow.workspace) == self._workspace, col(TokenRow.id) == id]
        used = update(TokenRow).where(*mine).values(used_at=to_ms(now))
        await self._database.transact(lambda session: session.exec(used))

    def _living(self, session: Session, name: str | None = None) -> list[TokenRow]:
        rows = select(TokenRow).where(col(TokenRow.workspace) == self._workspace, col(TokenRow.revoked_at) == 0)
        if name is not None:
            rows = rows.where(col(TokenRow.name) == name)
        return list(session.exec(rows).all())

    def _no_such(self, session: Session, name_or_id: str) -> NotFound:
        near = nearest(name_or_id, [row.name for row in self._living(session)])
        return NotFound(f"No token is called {name_or_id[:80]}.{did_you_mean(near)}", suggestions=near)


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a token {name} already. Revoke it first, or choose another name.")


def _random(length: int) -> str:
    """That many letters of base32 in lower case: five bits each."""
    return base64.b32encode(secrets.token_bytes(length)).decode().lower()[:length]


def _row(workspace: str, id: str, digest: str, wish: Wish, now: datetime) -> TokenRow:
    return TokenRow(
        workspace=workspace,
        id=id,
        name=wish.name,
        digest=digest,
        scopes=" ".join(sorted(wish.scopes)),
        team=wish.team or "",
        owner=wish.owner or "",
        services=json.dumps(sorted(wish.services)),
        environments=json.dumps(sorted(wish.environments)),
        created_at=to_ms(now),
        expires_at=to_ms(now + wish.lifetime) if wish.lifetime else 0,
    )


def _token(row: TokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        digest=row.digest,
        scopes=frozenset(map(Scope, row.scopes.split())),
        created=from_ms(row.created_at),
        team=row.team or None,
        owner=row.owner or None,
        used=_moment(row.used_at),
        expires=_moment(row.expires_at),
        revoked=_moment(row.revoked_at),
        services=frozenset(json.loads(row.services)),
        environments=frozenset(json.loads(row.environments)),
    )


def _moment(ms: int) -> datetime | None:
    return from_ms(ms) if ms else None
