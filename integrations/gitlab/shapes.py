"""What GitLab answers, as far as it is read (docs.gitlab.com/api, version 4)."""

from __future__ import annotations

from datetime import datetime

import msgspec


class User(msgspec.Struct, frozen=True):
    username: str = ""


class PipelineSeen(msgspec.Struct, frozen=True):
    """Lists leave out when it started and finished, but not when it changed last."""

    id: int
    iid: int | None = None
    name: str | None = None
    sha: str = ""
    status: str = ""
    source: str = ""
    web_url: str = ""
    yaml_errors: str | None = None
    user: User | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    updated_at: datetime | None = None


class Variable(msgspec.Struct, frozen=True):
    key: str = ""
    value: str | None = None


class File(msgspec.Struct, frozen=True):
    filename: str = ""
    size: int | None = None


class Job(msgspec.Struct, frozen=True):
    """artifacts_file: the archive that it left, if it did."""

    id: int
    name: str = ""
    status: str = ""
    web_url: str = ""
    artifacts_file: File | None = None


class CommitSeen(msgspec.Struct, frozen=True):
    id: str
    title: str = ""
    author_name: str = ""
    author_email: str = ""
    committed_date: datetime | None = None
    web_url: str = ""


class DiffSeen(msgspec.Struct, frozen=True):
    """Of one file. diff: its hunks; empty when it is too large, which older servers do not say."""

    old_path: str = ""
    new_path: str = ""
    new_file: bool = False
    deleted_file: bool = False
    renamed_file: bool = False
    diff: str | None = ""
    too_large: bool | None = False
    collapsed: bool | None = False


class Compared(msgspec.Struct, frozen=True):
    """commits: oldest first."""

    commits: list[CommitSeen] = msgspec.field(default_factory=list)
    web_url: str = ""
