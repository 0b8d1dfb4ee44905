"""What goes over the wire of what runs where, and of whether now is safe. Pure: facts in, JSON out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.deployments import preflight
from bot.deployments.values import BYPASS, Running, bypass_id


class Reason(BaseModel):
    """Something that speaks against it."""

    why: str
    who: list[str]
    until: datetime | None
    words: str = Field(description="What people gave as the reason: text from outside.")

    @classmethod
    def of(cls, reason: preflight.Reason) -> Self:
        return cls(why=reason.why.value, who=list(reason.who), until=reason.until, words=reason.words)


class Preflight(BaseModel):
    """Whether now is a good time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "verdict": "wait",
                    "reasons": [
                        {"why": "held", "who": ["U0CEM"], "until": "2026-03-02T10:00:00Z", "words": "load test"}
                    ],
                    "affected": ["orders"],
                }
            ]
        }
    )

    verdict: Literal["go", "caution", "wait", "stop"]
    reasons: list[Reason]
    affected: list[str] = Field(description="Services that call it.")

    @classmethod
    def of(cls, seen: preflight.Preflight) -> Self:
        reasons = [Reason.of(each) for each in seen.reasons]
        verdict = seen.verdict.name.casefold()
        return cls.model_validate({"verdict": verdict, "reasons": reasons, "affected": list(seen.affected)})


class Version(BaseModel):
    """What runs in one place."""

    environment: str
    service: str
    version: str
    since: datetime
    health: Literal["up", "down", "unknown"]
    source: str
    by: str
    deployment: str
    question: str = Field(
        description="Whose it is, nobody knows: with this id, `POST /v1/versions/{id}/answer` says whether it is yours."
    )

    @classmethod
    def of(cls, running: Running) -> Self:
        return cls.model_validate(
            {
                "environment": running.target.environment,
                "service": running.target.service,
                "version": running.version,
                "since": running.since,
                "health": running.health.value,
                "source": running.source,
                "by": running.by,
                "deployment": running.deployment,
                "question": "" if running.by or not running.version else bypass_id(running).removeprefix(BYPASS),
            }
        )


class Whose(BaseModel):
    """Whether a version that came around the gate is the caller's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"mine": True}]})

    mine: bool = Field(description="true: it is written down as a deployment of yours.")


class Versions(BaseModel):
    versions: list[Version]


class Good(BaseModel):
    service: str
    version: str


class Goods(BaseModel):
    """Versions that were good together."""

    environment: str
    versions: list[Good]
