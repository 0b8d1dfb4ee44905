"""How the pages look: templates that escape, and headers that let nothing in from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.http.pages import words

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def shown(template: str, given: Mapping[str, Any]) -> str:
    """template: by its path below handlers/http, since each page stands beside the code that fills it."""
    return TEMPLATES.get_template(template).render(given)


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(
    clock=words.clock, day=words.day_and_clock, field=words.field, took=words.length, ago=words.ago
)
