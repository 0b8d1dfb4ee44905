"""What a setting may look like. Each check returns the value, tidied, or raises ValueError with half a sentence:
"REDIS_URL" + " " + "starts with http://, not with ...".
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


class SlackMode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


class Sample(StrEnum):
    AUTO = "auto"
    OFF = "off"


class LogFormat(StrEnum):
    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


LONGEST_COMMAND = 31
"""Characters after the slash. Source: docs.slack.dev, app manifest reference (32 with the slash)."""


def _scheme_of(url: str, allowed: tuple[str, ...]) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in allowed:
        raise ValueError(f"starts with {scheme or 'no scheme'}://, not with one of {', '.join(allowed)}")


def web_address(url: str) -> str:
    _scheme_of(url, ("http", "https"))
    if not urlsplit(url).hostname:
        raise ValueError("has no host")
    return url


def web_root(url: str) -> str:
    """Paths are put behind it."""
    return web_address(url).rstrip("/")


def api_root(url: str) -> str:
    """slack-sdk joins method names to the root, so its last slash matters."""
    return web_address(url).rstrip("/") + "/"


def redis_address(url: SecretStr) -> SecretStr:
    _scheme_of(url.get_secret_value(), ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster"))
    return url


def pem(key: SecretStr) -> SecretStr:
    """A private key as it is, on one line, or in a file."""
    text = key.get_secret_value().replace("\\n", "\n")
    if not text.startswith("-----BEGIN"):
        try:
            text = Path(text).expanduser().read_text("ascii")
        except (OSError, ValueError) as error:
            raise ValueError("is neither a key in PEM nor the path of a file with one") from error
    return SecretStr(text)


_DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}


def sql_address(url: SecretStr) -> SecretStr:
    """Name the driver, so that the address a hosting service shows can be pasted as it is."""
    scheme, _, rest = url.get_secret_value().partition("://")
    named = f"{_DRIVERS.get(scheme, scheme)}://{rest}"
    _scheme_of(named, ("postgresql+asyncpg", "sqlite+aiosqlite"))
    return SecretStr(named)


def token(prefix: str) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        if not token.get_secret_value().startswith(prefix):
            raise ValueError(f"does not start with {prefix}")
        return token

    return AfterValidator(check)


def slash_command(name: str) -> str:
    """A slash, then lower case without spaces or another slash."""
    word = name.removeprefix("/")
    plain = word == word.lower() and not any(character.isspace() or character == "/" for character in word)
    if not plain or not 1 <= len(word) <= LONGEST_COMMAND:
        raise ValueError(f"is not a slash command: at most {LONGEST_COMMAND} characters, no capitals, no spaces")
    return f"/{word}"


def host_names(text: str) -> str:
    """Separated by commas; `*.` may stand at the beginning of each."""
    names = [name.strip().casefold().rstrip(".") for name in text.split(",") if name.strip()]
    for name in names:
        if not re.fullmatch(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.:_-]*[a-z0-9])?", name):
            raise ValueError(f"has {name[:80]}, which is no host name")
    return ",".join(names)


def expanded(path: Path) -> Path:
    return path.expanduser()
