"""Files that the app uploads: an address, then the bytes, then what they are (docs.slack.dev: Working with files).

A file belongs to the app alone until it is shared: in a conversation, in a message to one person, or in a view.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from integrations.workspace.directory import Directory
from integrations.workspace.errors import ApiError
from integrations.workspace.ids import new_id
from integrations.workspace.limits import Limits
from integrations.workspace.storage import Storage

ALT_TEXT = 1_000
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF87a": "gif", b"GIF89a": "gif"}
MIME = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
"""The kinds of pictures that blocks may show."""


@dataclass(frozen=True, slots=True)
class File:
    """`ticket` is the secret in its upload address. kind: a key of MIME, or empty for what is no picture.

    completed: unix seconds; None before. channels and people: where it is shared, and with whom alone.
    """

    id: str
    name: str
    size: int
    ticket: str
    alt: str = ""
    title: str = ""
    kind: str = ""
    uploaded: bool = False
    completed: float | None = None
    channels: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class Files:
    """What is known of each is a document in storage; the bytes are a file of their own under its id."""

    def __init__(self, storage: Storage, folder: Path, directory: Directory, limits: Limits, base_url: str) -> None:
        self._storage, self._folder = storage, folder
        self._directory, self._limits, self._base_url = directory, limits, base_url

    def begin(self, name: str, size: int, alt: str) -> tuple[str, str]:
        """The id, and the address that takes the bytes. Raises ApiError."""
        if size > self._limits.file_size:
            raise ApiError("file_upload_size_restricted")
        if len(alt) > ALT_TEXT:
            raise ApiError("alt_txt_too_large")
        file = File(new_id("F"), name, size, secrets.token_urlsafe(24), alt)
        self._keep(file)
        return file.id, f"{self._base_url}/upload/v1/{file.id}/{file.ticket}"

    def waiting(self, id: str, ticket: str) -> File | None:
        """The file whose bytes that address takes now."""
        file = self.get(id)
        known = file is not None and secrets.compare_digest(file.ticket.encode(), ticket.encode())
        return file if known and file and not file.uploaded else None

    def receive(self, file: File, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / file.id).write_bytes(content)
        kind = next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), "")
        self._keep(replace(file, kind=kind, uploaded=True))

    def complete(self, id: str, title: str) -> File:
        """Raises ApiError file_not_found for what nobody began, or whose bytes never came."""
        file = self.get(id)
        if file is None or not file.uploaded:
            raise ApiError("file_not_found")
        return self._keep(replace(file, title=title or file.name, completed=file.completed or time.time()))

    def get(self, id: str) -> File | None:
        document = self._storage.document("file", id)
        return None if document is None else File(**{**document, **_tuples(document)})

    def content(self, file: File) -> bytes:
        return (self._folder / file.id).read_bytes()

    def usable(self, reference: dict[str, Any]) -> bool:
        """Whether a block may show it: a complete picture, once Slack's workers have seen it: a moment later."""
        file = self.get(id_of(reference))
        if file is None or file.completed is None or not file.kind:
            return False
        return time.time() - file.completed >= self._limits.file_processing

    def show_in(self, channel: str, content: Any) -> None:
        """Whoever sees the conversation may see the files that `content` (a message) refers to."""
        for file in self._referred(content):
            self._keep(replace(file, channels=tuple(dict.fromkeys([*file.channels, channel]))))

    def show_to(self, person: str, content: Any) -> None:
        """One person may see the files that `content` (a message or a view) refers to."""
        for file in self._referred(content):
            self._keep(replace(file, people=tuple(dict.fromkeys([*file.people, person]))))

    def linked(self, text: str) -> list[File]:
        """Complete files whose permalinks are links in a message: it shares them, and shows them as its own."""
        page = rf"<{re.escape(self._base_url)}/files/[^/|>]+/(F[A-Z0-9]+)/[^|>]*(?:\|[^>]*)?>"
        found = map(self.get, dict.fromkeys(re.findall(page, text)))
        return [file for file in found if file is not None and file.completed is not None]

    def seen_by(self, file: File, person: str) -> bool:
        shared = (self._directory.members(channel) for channel in file.channels if self._directory.channel(channel))
        return person in file.people or any(person in members for members in shared)

    def described(self, file: File) -> dict[str, Any]:
        """The file object (docs.slack.dev: File object)."""
        team, bot, name = self._directory.seed.team.id, self._directory.bot, quote(file.name)
        place = f"{self._base_url}/files-pri/{team}-{file.id}"
        return {
            "id": file.id,
            "created": int(file.completed or 0),
            "timestamp": int(file.completed or 0),
            "name": file.name,
            "title": file.title,
            "mimetype": MIME.get(file.kind, "application/octet-stream"),
            "filetype": file.kind or "binary",
            "pretty_type": file.kind.upper() or "Binary",
            "user": bot,
            "mode": "hosted",
            "size": file.size,
            "alt_txt": file.alt,
            "is_external": False,
            "is_public": any(not (self._directory.channel(each) or {}).get("is_private") for each in file.channels),
            "url_private": f"{place}/{name}",
            "url_private_download": f"{place}/download/{name}",
            "permalink": f"{self._base_url}/files/{bot}/{file.id}/{name}",
            **_by_kind(file.channels),
        }

    def forget(self) -> None:
        for id in self._storage.documents("file"):
            self._storage.drop("file", id)
            (self._folder / id).unlink(missing_ok=True)

    def _referred(self, content: Any) -> Iterator[File]:
        return (file for id in dict.fromkeys(_ids_in(content)) if (file := self.get(id)) is not None)

    def _keep(self, file: File) -> File:
        self._storage.keep("file", file.id, asdict(file))
        return file


def id_of(reference: dict[str, Any]) -> str:
    """The id that a `slack_file` names, by itself or as part of url_private or permalink."""
    if "id" in reference:
        return str(reference["id"])
    parts = urlsplit(str(reference.get("url", ""))).path.split("/")
    last = next((part for part in parts[1:] if part.rpartition("-")[2].startswith("F0")), "")
    return last.rpartition("-")[2]


def _ids_in(content: Any) -> Iterator[str]:
    """Every file that a message or a view refers to, wherever it stands."""
    if isinstance(content, list):
        for each in content:
            yield from _ids_in(each)
    elif isinstance(content, dict):
        if isinstance(reference := content.get("slack_file"), dict):
            yield id_of(reference)
        yield from (file["id"] for file in content.get("files") or ())
        yield from _ids_in(list(content.values()))


def _by_kind(channels: Iterable[str]) -> dict[str, list[str]]:
    """Slack tells direct, private and public conversations apart by the first letter of their ids."""
    groups = {"channels": "C", "groups": "G", "ims": "D"}
    return {name: [each for each in channels if each.startswith(letter)] for name, letter in groups.items()}


def _tuples(document: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(document[name]) for name in ("channels", "people")}
