"""GET /docs: the API on one page, made from its own description. Nothing on it comes from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

routes = APIRouter(include_in_schema=False)

PAGE = Path(__file__).with_name("docs.html")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
IN_ADDRESS = "token in the address"
"""The way to show a token that is for calendars alone, as the description names it."""
OFFERED = ("/v1/", "/calendar/")
"""Other addresses are for whoever runs it, or for Slack."""
Json = Mapping[str, Any]


@routes.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    return HTMLResponse(page(request.app.openapi(), str(request.base_url).rstrip("/")), headers=HEADERS)


def page(schema: Json, base: str) -> str:
    """The page for an OpenAPI document; `base` is where it is served, for the examples."""
    operations = [
        _operation(schema, base, method, path, each)
        for path, methods in schema["paths"].items()
        if path.startswith(OFFERED)
        for method, each in methods.items()
    ]
    return Template(PAGE.read_text("utf-8")).substitute(
        version=escape(schema["info"]["version"]),
        base=escape(base),
        operations="".join(operations),
        problems="".join(_problem(code, says) for code, says in PROBLEMS.items()),
    )


def _operation(schema: Json, base: str, method: str, path: str, operation: Json) -> str:
    return (
        f'<section id="{escape(operation["operationId"])}"><h3><b class="{method}">{method.upper()}</b> '
        f"<code>{escape(path)}</code></h3><p><strong>{escape(operation['summary'])}.</strong> "
        f"{_marked(operation.get('description', ''))}</p>"
        f"{_fields('Parameters', _parameters(operation))}{_fields('Body', _body_fields(schema, operation))}"
        f"<pre>{escape(curl(schema, base, method, path, operation))}</pre>{_answers(schema, operation)}</section>"
    )


def curl(schema: Json, base: str, method: str, path: str, operation: Json) -> str:
    """A line to copy; ids in the path are those of the examples."""
    for parameter in operation.get("parameters", ()):
        example = _example_of(parameter)
        if parameter["in"] == "path" and example:
            path = path.replace("{" + parameter["name"] + "}", str(example))
    if IN_ADDRESS in str(operation.get("security", "")):
        return f'curl "{base}{path}?token=$CALENDAR_TOKEN"'
    parts = [f'curl {"" if method == "get" else f"-X {method.upper()} "}"{base}{path}"']
    parts.append('-H "Authorization: Bearer $SIGNALBOX_TOKEN"')
    if body := _examples(_body(schema, operation)):
        parts += ['-H "Content-Type: application/json"', f"-d '{json.dumps(body[0])}'"]
    elif file := operation.get("requestBody", {}).get("content", {}).get("application/octet-stream"):
        parts += ['-H "X-Report-Name: junit.xml"', f"--data-binary {file['example']}"]
    return " \\\n  ".join(parts)


def _answers(schema: Json, operation: Json) -> str:
    shown = ""
    for status, answer in operation["responses"].items():
        media = answer.get("content", {}).get("application/json", {})
        examples = _examples(_resolved(schema, media.get("schema", {})))
        if status.startswith("2") and examples and not shown:
            shown = f"<pre>{escape(json.dumps(examples[0], indent=2, ensure_ascii=False))}</pre>"
    statuses = ", ".join(
        f"<b>{escape(status)}</b> {escape(answer['description'])}" for status, answer in operation["responses"].items()
    )
    return f"<p class=answers>Answers: {statuses}</p>{shown}"


def _parameters(operation: Json) -> Iterator[tuple[str, str, str]]:
    for each in operation.get("parameters", ()):
        need = "required" if each.get("required") else each["in"]
        yield each["name"], need, each.get("description") or each["schema"].get("description", "")


def _body_fields(schema: Json, operation: Json) -> Iterator[tuple[str, str, str]]:
    body = _body(schema, operation)
    for name, field in body.get("properties", {}).items():
        need = "required" if name in body.get("required", ()) else f"else {json.dumps(field.get('default'))}"
        choices = field.get("enum")
        says = f"{' or '.join(choices)}. " if choices else ""
        yield name, need, says + field.get("description", "")


def _fields(title: str, fields: Iterator[tuple[str, str, str]]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{escape(need)}<td>{_marked(says)}" for name, need, says in fields
    )
    return f"<table><caption>{title}</caption>{rows}</table>" if rows else ""


def _marked(text: str) -> str:
    """Escaped, with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _problem(code: str, says: str) -> str:
    return f'<tr id="{escape(code.replace("_", "-"))}"><td><code>{escape(code)}</code><td>{escape(says)}'


def _body(schema: Json, operation: Json) -> Json:
    content = operation.get("requestBody", {}).get("content", {})
    return _resolved(schema, content.get("application/json", {}).get("schema", {}))


def _resolved(schema: Json, found: Json) -> Json:
    name = str(found.get("$ref", "")).rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else found


def _examples(found: Json) -> list[Any]:
    return list(found.get("examples", ()))


def _example_of(parameter: Json) -> Any:
    examples = parameter.get("examples") or parameter["schema"].get("examples") or [None]
    return examples[0] if isinstance(examples, list) else None


PROBLEMS = {
    "not_authenticated": "No token was sent, or one that is unknown, expired or revoked.",
    "forbidden": "The token lacks the scope that this takes.",
    "held_by_another": "Somebody else holds it, and they are not of the token's team.",
    "not_yours": "That place in the queue is somebody else's.",
    "not_found": "There is no such environment, service or reservation; suggestions has near names.",
    "taken": "It is held, waited for, frozen or out of order, and the request said wait: false.",
    "already_yours": "You hold it already; reservation says which one.",
    "already_waiting": "You wait for it already; reservation says which one.",
    "lease_gone": "It has ended: stop what you do under it.",
    "overlaps_yours": "You hold or wait for a part of it. Release that first.",
    "invalid_request": "The request has not the right shape; errors says where.",
    "usage_error": "The request can be read, and makes no sense.",
    "sent_as_form": "A report was sent as a form; the body has to be the file itself.",
    "too_long": "Longer than the environment's policy allows.",
    "request_reused": "That Idempotency-Key was used before, for something else.",
    "another_address": "That Idempotency-Key was used before, with another callback_url.",
    "gate_closed": "Not now: `reasons` says who or what is in the way, and until when.",
    "wrong_token": "The token is of no active reservation that covers the service.",
    "not_under_way": "The deployment has ended already, or has not begun.",
    "nothing_before": "No version is known that ran there before, or nothing was put in place.",
    "moved_on": "Something else was deployed there since.",
    "answered": "Somebody else has said that it was theirs.",
    "not_active": "Only what is held can be extended.",
    "kept_alive": "Another pipeline holds it: its own requests alone keep and extend it.",
    "booked_then": "Somebody has booked it from then on.",
    "ends_then_already": "It is yours until then already.",
    "too_large": "The request is larger than any need be.",
    "too_many": "The token asks too often. Retry-After says how long to pause.",
    "unavailable": "Redis or SQL is away. Try again with the same Idempotency-Key.",
    "unconfirmed": "Recorded, and not yet confirmed. The same Idempotency-Key, sent again, tells what came of it.",
}
