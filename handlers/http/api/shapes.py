"""What goes over the wire. Pure: a lease's facts in, JSON out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.notices.facts import LeaseFacts
from handlers.http.api.lengths import Length

State = Literal[
    "booked", "queued", "offered", "active", "released", "expired", "cancelled", "taken", "given", "replaced"
]
WAITING = ("queued", "offered")
LIVING = ("booked", *WAITING, "active")
LONGEST_WAIT = 60


class Wish(BaseModel):
    """What to reserve."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"target": "integration/payments", "length": "30m", "reason": "deploy 1.4.2"},
                {"target": "integration", "mode": "shared", "length": "PT2H", "wait": False},
            ]
        },
    )

    target: str = Field(
        description="As people type it: an environment, `environment/service`, `environment/service,service`, a "
        "service or a resource that one environment has, or `any:label x2`.",
        min_length=1,
        max_length=1_000,
    )
    length: Length
    mode: Literal["exclusive", "shared"] = Field(
        default="exclusive", description="Shared: several may test, nobody may change it meanwhile."
    )
    reason: str = Field(default="", description="What for: people see it on the board.", max_length=500)
    ttl_seconds: int = Field(
        default=120,
        description="How long it lives without a heartbeat, once it is yours: a job that died holds nobody up longer.",
        ge=10,
        le=86_400,
    )
    priority: Literal["normal", "hotfix", "incident"] = Field(
        default="normal", description="Others than normal take the scope reservations:priority. Nobody is pushed out."
    )
    wait: bool = Field(default=True, description="false: answer 409 instead of queueing when it is taken.")
    callback_url: str | None = Field(
        default=None,
        description="Called by POST, signed, when the turn has come and when something else than you ends it.",
        max_length=2_000,
        examples=["https://ci.example.com/hooks/signalbox"],
    )


class More(BaseModel):
    """How much longer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"length": "15m"}]})

    length: Length


class Range(BaseModel):
    """When the turn is likely to come."""

    earliest: datetime
    latest: datetime


class Links(BaseModel):
    """Where to go on."""

    self: str
    heartbeat: str
    extend: str
    release: str


class Reservation(BaseModel):
    """A reservation as it is, or as it was when it ended."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "LJ5QWMZ3A",
                    "state": "active",
                    "token": "1.4711",
                    "holder": "pipeline:payments-deploy",
                    "environment": "integration",
                    "services": ["payments"],
                    "resources": [],
                    "mode": "exclusive",
                    "reason": "deploy 1.4.2",
                    "asked_at": "2026-03-02T09:00:00Z",
                    "length_seconds": 1800,
                    "started_at": "2026-03-02T09:12:41.250Z",
                    "ends_at": "2026-03-02T09:14:41.250Z",
                    "latest_end_at": "2026-03-02T09:42:41.250Z",
                    "place": None,
                    "turn": None,
                    "why_waiting": None,
                    "links": {
                        "self": "/v1/reservations/LJ5QWMZ3A",
                        "heartbeat": "/v1/reservations/LJ5QWMZ3A/heartbeat",
                        "extend": "/v1/reservations/LJ5QWMZ3A/extend",
                        "release": "/v1/reservations/LJ5QWMZ3A/release",
                    },
                }
            ]
        }
    )

    id: str
    state: State = Field(description="queued and offered wait; active holds; booked comes; the others have ended.")
    token: str | None = Field(
        description="The fencing token: larger with each grant. Hand it to what changes the environment, so that it "
        "can refuse an older one. Shown to its own holder alone."
    )
    holder: str = Field(description="pipeline:NAME, or a person's Slack id.")
    environment: str
    services: list[str] = Field(description="Empty: the whole environment, unless resources are named.")
    resources: list[str] = Field(description="Accounts, tenants or devices, by name.")
    mode: Literal["exclusive", "shared"]
    reason: str
    asked_at: datetime
    length_seconds: int = Field(description="As asked for, extensions included.")
    started_at: datetime | None
    ends_at: datetime | None = Field(description="When it ends without another heartbeat; or ended.")
    latest_end_at: datetime | None = Field(
        description="While it is held: when it ends if the heartbeats go on. A person's ends at `ends_at`."
    )
    place: int | None = Field(description="1 for the first in line; while queued.")
    turn: Range | None = Field(description="While queued.")
    why_waiting: str | None = Field(
        description="While queued, in the answer about one reservation: who and what is in the way, and the likely "
        "turn, in sentences for people, with times in the environment's zone."
    )
    links: Links

    @classmethod
    def of(cls, lease: LeaseFacts, *, own: bool, why: str | None = None) -> Self:
        """why: for one that is queued, where the answer is about it alone."""
        here = f"/v1/reservations/{lease.lease_id}"
        turn = Range(earliest=lease.eta_from, latest=lease.eta_to) if lease.eta_from and lease.eta_to else None
        return cls.model_validate(
            {
                "id": lease.lease_id,
                "state": lease.status,
                "token": lease.token if own else None,
                "holder": lease.person,
                "environment": lease.environment,
                "services": list(lease.services),
                "resources": list(lease.resources),
                "mode": lease.mode,
                "reason": lease.reason,
                "asked_at": lease.asked,
                "length_seconds": lease.asked_seconds,
                "started_at": lease.started,
                "ends_at": lease.ends,
                "latest_end_at": lease.latest,
                "place": lease.place,
                "turn": turn,
                "why_waiting": why,
                "links": Links(
                    self=here, heartbeat=f"{here}/heartbeat", extend=f"{here}/extend", release=f"{here}/release"
                ),
            }
        )


class Reservations(BaseModel):
    """Those that live: holders first, then who waits, in order."""

    reservations: list[Reservation]
