"""What GitHub answers, as far as it is read (docs.github.com/rest, version 2022-11-28)."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Account(msgspec.Struct, frozen=True):
    login: str = ""


class Dispatched(msgspec.Struct, frozen=True):
    """Answered since February 2026 to whoever asks for `return_run_details`."""

    workflow_run_id: int
    html_url: str = ""


class WorkflowRun(msgspec.Struct, frozen=True):
    """status says how far it is; conclusion how it ended, None before."""

    id: int
    run_number: int | None = None
    run_attempt: int | None = None
    display_title: str | None = None
    status: str | None = None
    conclusion: str | None = None
    head_sha: str = ""
    html_url: str = ""
    created_at: datetime | None = None
    run_started_at: datetime | None = None
    updated_at: datetime | None = None
    actor: Account | None = None
    triggering_actor: Account | None = None


class WorkflowRuns(msgspec.Struct, frozen=True):
    workflow_runs: list[WorkflowRun] = msgspec.field(default_factory=list)


class Job(msgspec.Struct, frozen=True):
    id: int
    name: str = ""
    status: str | None = None
    conclusion: str | None = None
    html_url: str | None = None


class Jobs(msgspec.Struct, frozen=True):
    jobs: list[Job] = msgspec.field(default_factory=list)


class ArtifactSeen(msgspec.Struct, frozen=True):
    """expired: its bytes are gone."""

    id: int
    name: str = ""
    size_in_bytes: int | None = None
    expired: bool = False


class ArtifactsSeen(msgspec.Struct, frozen=True):
    artifacts: list[ArtifactSeen] = msgspec.field(default_factory=list)


class Signature(msgspec.Struct, frozen=True):
    name: str = ""
    email: str = ""
    date: datetime | None = None


class CommitText(msgspec.Struct, frozen=True):
    message: str = ""
    author: Signature | None = None


class CommitSeen(msgspec.Struct, frozen=True):
    """author: None when the address belongs to no account."""

    sha: str
    html_url: str = ""
    commit: CommitText = CommitText()
    author: Account | None = None


class FileSeen(msgspec.Struct, frozen=True):
    """patch: its hunks; absent when they are large, or no text."""

    filename: str = ""
    status: str = ""
    previous_filename: str | None = None
    patch: str | None = None


class Touched(msgspec.Struct, frozen=True):
    """One page of what a commit changed."""

    files: list[FileSeen] = msgspec.field(default_factory=list)


class Compared(msgspec.Struct, frozen=True):
    """commits: one page of them, oldest first."""

    total_commits: int
    html_url: str = ""
    commits: list[CommitSeen] = msgspec.field(default_factory=list)


class InstallationToken(msgspec.Struct, frozen=True):
    """What an App's installation may do, and until when."""

    token: str
    expires_at: datetime
    permissions: dict[str, str] = msgspec.field(default_factory=dict)


class DeploymentStatus(msgspec.Struct, frozen=True):
    state: str = ""
