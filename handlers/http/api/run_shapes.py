"""What goes over the wire of runs. Pure: facts in, JSON out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.notices.running import RunFacts
from bot.suites.report import Report


class Starting(BaseModel):
    """What is to be run."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"suite": "checkout-api", "environment": "integration", "parameters": {"CURRENCY": "EUR"}}]
        },
    )

    suite: str = Field(min_length=1, max_length=200)
    environment: str = Field(min_length=1, max_length=200)
    parameters: dict[str, str] = Field(default_factory=dict[str, str], max_length=50)
    ref: str = Field(default="", description="The branch of the tests; the usual one when left out.", max_length=200)


class Again(BaseModel):
    """What is to be run again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"failed": True}]})

    failed: bool = Field(default=True, description="true: what failed; false: all of it.")


class Failure(BaseModel):
    """A test that failed, and the first line of what it said."""

    name: str
    message: str


class Run(BaseModel):
    """A run as it is, or as it ended."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "RJ5QWMZ3A",
                    "number": 418,
                    "suite": "checkout-api",
                    "environment": "integration",
                    "state": "over",
                    "verdict": "failed",
                    "attempt": 1,
                    "by": "pipeline:nightly",
                    "tests": 127,
                    "passed": 123,
                    "failed": 4,
                    "skipped": 0,
                    "flaky": 0,
                    "failures": [{"name": "test_a_customer_pays_in[EUR]", "message": "AssertionError: 502"}],
                    "why": "",
                    "opened_at": "2026-03-02T09:00:00Z",
                    "started_at": "2026-03-02T09:00:01Z",
                    "ended_at": "2026-03-02T09:05:59Z",
                    "pipeline_url": "",
                }
            ]
        }
    )

    id: str
    number: int = Field(description="What people call it: #418.")
    suite: str
    environment: str
    state: Literal["waiting", "open", "running", "reading", "over"]
    verdict: Literal["", "passed", "failed", "infrastructure", "cancelled", "skipped"]
    attempt: int
    by: str
    tests: int
    passed: int
    failed: int
    skipped: int
    flaky: int = Field(description="Of those that passed: only when they were tried again.")
    failures: list[Failure] = Field(description="The first of those that failed.")
    why: str = Field(description="What went wrong, where that is not a test.")
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    pipeline_url: str

    @classmethod
    def of(cls, told: RunFacts) -> Self:
        return cls.model_validate(
            {
                "id": told.run_id,
                "number": told.number,
                "suite": told.suite,
                "environment": told.environment,
                "state": told.stage,
                "verdict": told.verdict,
                "attempt": told.attempt,
                "by": told.by,
                "tests": told.total,
                "passed": told.passed,
                "failed": told.failed,
                "skipped": told.skipped,
                "flaky": told.flaky,
                "failures": [{"name": each.name, "message": each.message} for each in told.failures],
                "why": told.why,
                "opened_at": told.opened,
                "started_at": told.started,
                "ended_at": told.ended,
                "pipeline_url": told.url,
            }
        )


class Runs(BaseModel):
    runs: list[Run]


class Read(BaseModel):
    """What a report says, as it was read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tests": 127,
                    "passed": 123,
                    "failed": 4,
                    "errors": 0,
                    "skipped": 0,
                    "flaky": 0,
                    "incomplete": False,
                    "why": "",
                }
            ]
        }
    )

    tests: int
    passed: int
    failed: int
    errors: int
    skipped: int
    flaky: int
    incomplete: bool = Field(description="It ends in the middle, as that of a run that was killed.")
    why: str = Field(description="What is wrong with it, with line and column.")

    @classmethod
    def of(cls, report: Report) -> Self:
        counts = report.counts
        return cls(
            tests=counts.total,
            passed=counts.passed,
            failed=counts.failed,
            errors=counts.errors,
            skipped=counts.skipped,
            flaky=counts.flaky,
            incomplete=report.incomplete,
            why=report.why,
        )
