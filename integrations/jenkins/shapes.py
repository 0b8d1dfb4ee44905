"""What Jenkins answers, as far as it is read (a server's own /api pages; stages: plugin pipeline-rest-api)."""

from __future__ import annotations

import msgspec


class Parameter(msgspec.Struct, frozen=True):
    """value: of any kind; a password has none."""

    name: str = ""
    value: str | int | float | bool | None = None


class Cause(msgspec.Struct, frozen=True):
    userId: str | None = None  # noqa: N815 - Jenkins' name
    shortDescription: str | None = None  # noqa: N815 - Jenkins' name


class Revision(msgspec.Struct, frozen=True):
    SHA1: str = ""


class Action(msgspec.Struct, frozen=True):
    """One of many kinds: each has its own of these fields."""

    parameters: list[Parameter] | None = None
    causes: list[Cause] | None = None
    lastBuiltRevision: Revision | None = None  # noqa: N815 - Jenkins' name


class ArtifactSeen(msgspec.Struct, frozen=True):
    relativePath: str  # noqa: N815 - Jenkins' name
    fileName: str = ""  # noqa: N815 - Jenkins' name


class Build(msgspec.Struct, frozen=True):
    """timestamp and duration: milliseconds."""

    number: int
    url: str = ""
    queueId: int | None = None  # noqa: N815 - Jenkins' name
    building: bool = False
    result: str | None = None
    timestamp: int | None = None
    duration: int | None = None
    actions: list[Action | None] = msgspec.field(default_factory=list)
    artifacts: list[ArtifactSeen] = msgspec.field(default_factory=list)


class Builds(msgspec.Struct, frozen=True):
    builds: list[Build] = msgspec.field(default_factory=list)


class AllBuilds(msgspec.Struct, frozen=True):
    """`builds` are the newest hundred, however many are asked for."""

    allBuilds: list[Build] = msgspec.field(default_factory=list)  # noqa: N815 - Jenkins' name


class Executable(msgspec.Struct, frozen=True):
    number: int
    url: str = ""


class Item(msgspec.Struct, frozen=True):
    """In the queue. executable: the build that it became; why: what it waits for."""

    id: int
    url: str = ""
    why: str | None = None
    cancelled: bool = False
    executable: Executable | None = None
    actions: list[Action | None] = msgspec.field(default_factory=list)


class Queue(msgspec.Struct, frozen=True):
    items: list[Item] = msgspec.field(default_factory=list)


class Stage(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    status: str = ""


class Described(msgspec.Struct, frozen=True):
    status: str = ""
    stages: list[Stage] = msgspec.field(default_factory=list)
