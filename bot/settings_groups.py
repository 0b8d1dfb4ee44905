"""The groups of settings, in the order of `.env.example`, and those that belong to one feature."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings

SLACK = "Slack. Leave all of it out to work in the local workspace"
STORE = "Where things are kept. Leave it out for an embedded Valkey and SQLite in the data folder"
HERE = "This process"
WATCH = "What it says about itself"
TELEMETRY = "Logs, traces and metrics that services send here: OTLP over HTTP, on the port of the API"
CI = "Who runs pipelines: Bitbucket, GitHub, GitLab, Jenkins, this machine. Leave out what you do not use"
SOURCES = "Where logs, traces and rates of requests are read, before what services send here"
DIAGNOSIS = "Whose fault a failure is"
MODEL = "Claude writes diagnoses. Leave the key out, and they come from the numbers alone and nothing leaves"

GROUPS = (SLACK, STORE, HERE, WATCH, TELEMETRY, CI, SOURCES, DIAGNOSIS, MODEL)


def setting(name: str, group: str, says: str, fix: str, default: Any, **limits: Any) -> Any:
    """A field read from the variable `name`; `fix` completes the sentence "SIGNALBOX_X is wrong. ..."."""
    return Field(
        default, validation_alias=name, description=says, json_schema_extra={"group": group, "fix": fix}, **limits
    )


class TelemetrySettings(BaseSettings):
    """How much of it is kept."""

    telemetry_hours: int = setting(
        "SIGNALBOX_TELEMETRY_HOURS",
        TELEMETRY,
        "How long it is kept.",
        "Set it to a number of hours between 1 and 720.",
        24,
        ge=1,
        le=720,
    )
    telemetry_megabytes: int = setting(
        "SIGNALBOX_TELEMETRY_MEGABYTES",
        TELEMETRY,
        "How much of it is kept, about; the oldest goes first.",
        "Set it to a number of megabytes between 10 and 1000000.",
        1000,
        ge=10,
        le=1_000_000,
    )
