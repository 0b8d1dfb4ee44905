"""One call of the Web API: its arguments as they come, by form or JSON, and what they must be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from integrations.workspace.errors import ApiError
from integrations.workspace.messages import Window
from integrations.workspace.site import Site

_TRUE = frozenset({True, "true", "True", "1"})


async def arguments(request: Request) -> dict[str, Any]:
    """Query, form or JSON object, as sent. Raises ApiError invalid_json, invalid_form_data or invalid_arguments."""
    args: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if not body:
        return args
    if kind == "application/json":
        return args | _json_object(body)
    if kind not in ("application/x-www-form-urlencoded", ""):
        raise ApiError("invalid_form_data")
    return args | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise ApiError("invalid_json") from error
    if not isinstance(value, dict):
        raise ApiError("json_not_object")
    return value


@dataclass(frozen=True, slots=True)
class Call:
    """`token` is what the call was made with. The readers raise ApiError invalid_arguments with Slack's sentence."""

    site: Site
    args: dict[str, Any]
    token: str

    def text(self, name: str, default: str | None = None) -> str:
        value = self.args.get(name, default)
        if value is None or (value == "" and default is None):
            raise missing(name)
        return str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.args.get(name, default)
        return isinstance(value, str | int | bool) and value in _TRUE

    def number(self, name: str, default: int, *, most: int) -> int:
        try:
            value = int(self.args.get(name) or default)
        except (TypeError, ValueError) as error:
            raise invalid(f"must be a valid integer [json-pointer:/{name}]") from error
        if not 1 <= value <= most:
            raise ApiError("invalid_limit")
        return value

    def object(self, name: str, kind: type, error: str) -> Any:
        """A JSON value of type `kind`, given as it is or as text; None when absent. Raises ApiError `error`."""
        value = self.args.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as problem:
                raise ApiError(error) from problem
        if not isinstance(value, kind):
            raise ApiError(error)
        return value

    def window(self, *, most: int = 999) -> Window:
        """oldest, latest, inclusive, limit, with `cursor` (a timestamp that the next page starts after)."""
        oldest, latest = _bound(self.args.get("oldest")) or "0", _bound(self.args.get("latest")) or "9"
        return Window(oldest, latest, self.flag("inclusive"), self.number("limit", 100, most=most))

    def channel(self, error: str = "channel_not_found") -> str:
        """The id of a conversation that the app is a member of. Raises ApiError."""
        id = self.text("channel")
        directory = self.site.directory
        if directory.channel(id) is None:
            raise ApiError(error)
        if directory.bot not in directory.members(id):
            raise ApiError(error if directory.is_direct(id) else "not_in_channel")
        return id


def missing(name: str) -> ApiError:
    return invalid(f"missing required field: {name}")


def invalid(sentence: str) -> ApiError:
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {sentence}"]})


def _bound(value: Any) -> str | None:
    """A timestamp as comparable text: ten digits, a point, six digits."""
    if value in (None, ""):
        return None
    try:
        seconds, _, micros = str(value).partition(".")
        number = int(seconds)
    except ValueError as error:
        raise ApiError("invalid_ts_oldest") from error
    return f"{number:010d}.{micros[:6]:0<6}" if number else None
