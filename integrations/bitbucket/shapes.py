"""What Bitbucket Cloud answers, as far as it is read (developer.atlassian.com/cloud/bitbucket/rest).

Many fields are not promised, so each may be missing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Link(msgspec.Struct, frozen=True):
    href: str = ""


class Links(msgspec.Struct, frozen=True):
    html: Link | None = None


class Word(msgspec.Struct, frozen=True):
    """A stage or a result; an ERROR says why."""

    name: str = ""
    error: Complaint | None = None


class Complaint(msgspec.Struct, frozen=True):
    key: str | None = None
    message: str | None = None


class State(msgspec.Struct, frozen=True):
    name: str = ""
    stage: Word | None = None
    result: Word | None = None


class Account(msgspec.Struct, frozen=True):
    nickname: str | None = None
    display_name: str | None = None


class Author(msgspec.Struct, frozen=True):
    """raw: `Name <address>`."""

    raw: str = ""
    user: Account | None = None


class CommitSeen(msgspec.Struct, frozen=True):
    hash: str
    message: str = ""
    date: datetime | None = None
    author: Author | None = None
    links: Links | None = None


class Ref(msgspec.Struct, frozen=True):
    target: CommitSeen


class Named(msgspec.Struct, frozen=True):
    hash: str = ""


class Target(msgspec.Struct, frozen=True):
    commit: Named | None = None


class Variable(msgspec.Struct, frozen=True):
    """value: absent when it is secured."""

    key: str = ""
    value: str | None = None


class PipelineSeen(msgspec.Struct, frozen=True):
    """variables: None when the answer leaves them out, as lists may."""

    uuid: str
    build_number: int | None = None
    state: State | None = None
    target: Target | None = None
    creator: Account | None = None
    created_on: datetime | None = None
    completed_on: datetime | None = None
    variables: list[Variable] | None = None
    links: Links | None = None


class StepSeen(msgspec.Struct, frozen=True):
    uuid: str
    name: str | None = None
    state: State | None = None


class Download(msgspec.Struct, frozen=True):
    name: str
    size: int | None = None


class Place(msgspec.Struct, frozen=True):
    path: str = ""


class Stat(msgspec.Struct, frozen=True):
    """A file that changed; None where it is not there, before or after."""

    old: Place | None = None
    new: Place | None = None


class Page(msgspec.Struct, Generic[T], frozen=True):
    """next: a whole address, or nothing on the last page."""

    values: list[T] = msgspec.field(default_factory=list)
    next: str | None = None
