"""What failed tests leave besides a report, as it is called there: traces of Playwright, videos, screenshots. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from bot.ports.pipelines import Artifact
from bot.redaction import redact
from bot.suites.reports.model import RED, Attachment, Case

Kind = Literal["trace", "video", "screenshot", "file"]
MOST = 10
"""Files of one test."""

SUFFIXES: dict[str, Kind] = {
    ".webm": "video",
    ".mp4": "video",
    ".png": "screenshot",
    ".jpg": "screenshot",
    ".jpeg": "screenshot",
}


@dataclass(frozen=True, slots=True)
class Left:
    """name: the last part of its path, without secrets. key: 12 hex digits that stand for the path."""

    name: str
    kind: Kind
    key: str


def left(case: Case) -> tuple[Left, ...]:
    """The newest last, since attempts are in their order."""
    found = (_left(each) for each in case.attachments if "://" not in each.path)
    return tuple(dict.fromkeys(found))[-MOST:]


def telling(case: Case) -> tuple[Left, ...]:
    """The newest of each kind that shows what happened."""
    newest = {each.kind: each for each in left(case)}
    return tuple(newest[kind] for kind in ("trace", "video", "screenshot") if kind in newest)


def matching(path: str, artifacts: Sequence[Artifact]) -> Artifact | None:
    """Of what a run left, the one whose path is the end of `path`, as far as can be. Where it left one archive alone,
    that is where everything is.
    """
    wanted = _parts(path)
    fitting = [each for each in artifacts if wanted[-len(_parts(each.id)) :] == _parts(each.id)]
    if fitting:
        return max(fitting, key=lambda each: len(_parts(each.id)))
    archives = [each for each in artifacts if each.url and _may_hold(each, wanted)]
    return archives[0] if len(archives) == 1 else None


def _may_hold(artifact: Artifact, wanted: tuple[str, ...]) -> bool:
    """A vendor that keeps single files has a page of each; one that is called like what is wanted is that of another
    test.
    """
    name = name_of(artifact.name)
    return artifact.archive or (name.casefold().endswith(".zip") and name not in wanted[-1:])


def _left(attachment: Attachment) -> Left:
    return Left(redact(name_of(attachment.path)), _kind(attachment), _key(attachment.path))


def _kind(attachment: Attachment) -> Kind:
    name = name_of(attachment.path).casefold()
    if name.endswith(".zip") and (attachment.name == "trace" or name.startswith("trace")):
        return "trace"
    return SUFFIXES.get(PurePosixPath(name).suffix, "file")


def path_of(key: str, cases: Iterable[Case]) -> str | None:
    failed = (case for case in cases if case.status in RED or case.status == "flaky")
    paths = (each.path for case in failed for each in case.attachments)
    return next((path for path in paths if _key(path) == key), None)


def _key(path: str) -> str:
    return hashlib.blake2b(path.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def _parts(path: str) -> tuple[str, ...]:
    """Windows has its own way to part them."""
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


def name_of(path: str) -> str:
    return next(reversed(_parts(path)), "file")[:200]
