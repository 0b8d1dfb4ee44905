"""GET /v1/token: does my token work, and what may it do?"""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from handlers.http.api.access import Anybody
from handlers.http.api.problems import told

routes = APIRouter(tags=["token"])


class Token(BaseModel):
    """What is known of a token."""

    id: str = Field(examples=["k3m9d2qa5x"])
    name: str = Field(examples=["payments-deploy"])
    principal: str = Field(description="Who holds what it reserves.", examples=["pipeline:payments-deploy"])
    scopes: list[str] = Field(examples=[["reservations:write"]])
    team: str | None = Field(description="Whose members may extend and release for it.", examples=["checkout"])
    expires_at: datetime | None
    services: list[str] = Field(description="Which it may deploy; all of them when empty.", examples=[["payments"]])
    environments: list[str] = Field(description="Where it may deploy; everywhere when empty.", examples=[[]])


@routes.get("/token", summary="What this token is and may do", responses=told(401, 429, 503))
async def read_token(token: Anybody) -> Token:
    return Token(
        id=token.id,
        name=token.name,
        principal=token.principal,
        scopes=sorted(token.scopes),
        team=token.team,
        expires_at=token.expires,
        services=sorted(token.services),
        environments=sorted(token.environments),
    )
