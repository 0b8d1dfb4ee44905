"""The board as it goes over the wire."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from handlers.http.api.shapes import Reservation

BOARD = {
    "name": "integration",
    "description": "Everything together",
    "services": ["orders", "payments"],
    "labels": ["test"],
    "free": True,
    "holders": [],
    "offered": [],
    "waiting": [],
    "link": "/v1/environments/integration",
}


class Environment(BaseModel):
    """One environment as the board shows it."""

    model_config = ConfigDict(json_schema_extra={"examples": [BOARD]})

    name: str = Field(examples=["integration"])
    description: str
    services: list[str] = Field(examples=[["payments", "orders"]])
    labels: list[str]
    free: bool = Field(description="Nobody holds, is offered or waits for any of it.")
    holders: list[Reservation]
    offered: list[Reservation]
    waiting: list[Reservation] = Field(description="In order.")
    link: str = Field(examples=["/v1/environments/integration"])


class Environments(BaseModel):
    """Every environment of the catalog."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"environments": [BOARD]}]})

    environments: list[Environment]
