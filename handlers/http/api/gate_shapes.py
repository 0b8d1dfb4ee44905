"""What goes over the wire of deployments. Pure: facts in, JSON out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.notices.facts import DeploymentFacts


class How(BaseModel):
    """What can be wished of any deployment."""

    note: str = Field(default="", description="People see it on the card.", max_length=500)
    wait: bool = Field(default=False, description="true: stand in line when it is taken; else it is answered with 409.")
    override: str = Field(
        default="",
        description="Why the gate is to be set aside, where the place is frozen. People see it on the card. It takes "
        "the scope `deployments:override`.",
        max_length=300,
    )


class Undoing(How):
    """How a deployment is rolled back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "francs are rounded twice"}]})

    start: bool = Field(
        default=True,
        description="true: Signalbox starts the pipeline that the catalog names, and follows it. false: you deploy "
        "`version` of the answer yourself, and report the end.",
    )


class Opening(How):
    """What is to be deployed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"environment": "integration", "service": "payments", "version": "1.5.0", "note": "accept francs"}
            ]
        },
    )

    environment: str = Field(description="An environment of the catalog.", min_length=1, max_length=200)
    service: str = Field(description="A service of it.", min_length=1, max_length=200)
    version: str = Field(description="Version, tag or commit.", min_length=1, max_length=200)
    start: bool = Field(
        default=False,
        description="true: Signalbox starts the pipeline that the catalog names, at once or when its turn comes, and "
        "follows it. false: you deploy yourself, and report the end.",
    )
    deployment: str = Field(
        default="",
        description="For a run that Signalbox has started: SIGNALBOX_DEPLOYMENT, to join that deployment. It takes "
        "the header X-Signalbox-Deployment-Key.",
        max_length=20,
    )


class Asked(BaseModel):
    """The headers of a request to open the gate."""

    key: str | None = Field(
        default=None,
        alias="Idempotency-Key",
        description="Yours, new for each deployment: the same key again is carried out once, and answered alike.",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
    )
    lease: str | None = Field(
        default=None,
        alias="X-Signalbox-Lease-Token",
        description="The fencing token of the reservation under which it runs; without one, a short reservation of "
        "the service is made for it.",
        max_length=60,
    )


class Ended(BaseModel):
    """How it ended."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"succeeded": True}]})

    succeeded: bool
    why: str = Field(default="", description="What went wrong.", max_length=500)
    version: str = Field(
        default="", description="What was deployed, where that is known better by now.", max_length=200
    )


class Change(BaseModel):
    """A commit that came with it."""

    hash: str
    subject: str
    author: str = Field(description="As the catalog names them, else as the commit does.")


class Deployment(BaseModel):
    """A deployment as it is, or as it ended."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "DJ5QWMZ3A",
                    "state": "running",
                    "environment": "integration",
                    "service": "payments",
                    "version": "1.5.0",
                    "before": "1.4.0",
                    "by": "pipeline:payments-deploy",
                    "note": "accept francs",
                    "lease": "LJ5QWMZ3A",
                    "token": "1.4711",
                    "opened_at": "2026-03-02T09:00:00Z",
                    "started_at": "2026-03-02T09:00:00Z",
                    "finished_at": None,
                    "watch": "not yet",
                    "seen": [],
                    "why": "",
                    "warning": "",
                    "undoes": "",
                    "override": "",
                    "changes": [],
                    "compare_url": "",
                    "pipeline_url": "",
                }
            ]
        }
    )

    id: str
    state: Literal["waiting", "open", "running", "succeeded", "failed", "cancelled", "lost"]
    environment: str
    service: str
    version: str
    before: str = Field(description="The version that ran before, if it is known.")
    by: str
    note: str
    lease: str = Field(description="The reservation under which it runs.")
    token: str = Field(description="Its fencing token: hand it to what deploys, so that it can refuse an older one.")
    opened_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    watch: Literal["not yet", "watching", "good", "red", "replaced", "ended"]
    seen: list[str] = Field(description="What the watch has seen, once it has settled.")
    why: str
    warning: str = Field(description="Why the gate would have said no, where it only observes or warns.")
    undoes: str = Field(description="The deployment that this one rolls back.")
    override: str = Field(description="Why the gate was set aside for it.")
    changes: list[Change]
    compare_url: str
    pipeline_url: str

    @classmethod
    def of(cls, told: DeploymentFacts, token: str, warning: str) -> Self:
        return cls.model_validate(
            {
                "id": told.deployment_id,
                "state": told.stage,
                "environment": told.environment,
                "service": told.service,
                "version": told.version,
                "before": told.before,
                "by": told.by,
                "note": told.note,
                "lease": told.lease_id,
                "token": token,
                "opened_at": told.opened,
                "started_at": told.started,
                "finished_at": told.finished,
                "watch": told.watch,
                "seen": list(told.seen),
                "why": told.why,
                "warning": warning,
                "undoes": told.undoes,
                "override": told.overridden_reason,
                "changes": [{"hash": c.hash, "subject": c.subject, "author": c.author} for c in told.changes],
                "compare_url": told.compare_url,
                "pipeline_url": told.pipeline_url,
            }
        )


class Deployments(BaseModel):
    deployments: list[Deployment]
