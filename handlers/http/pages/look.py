"""How the pages look: templates that escape, and headers that let nothing in from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from handlers.http.pages import moments, words
from handlers.http.pages.moments import Form, moment

SCRIPT = Path(__file__).with_name("times.js").read_text("utf-8")
"""It stands in the page, as the style does. Its hash is all that may run there."""

_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    f"frame-ancestors 'none'; script-src 'sha256-{_HASH}'",
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
    day=moment,
    millisecond=lambda at: moment(at, Form.MILLISECOND),
    second=lambda at: moment(at, Form.SECOND),
    minute=lambda at: moment(at, Form.MINUTE),
    instant=moments.instant,
    utc=words.day_and_clock,
    field=words.field,
    took=words.length,
    ago=words.ago,
)
TEMPLATES.globals["script"] = Markup(SCRIPT)  # noqa: S704 - a file of ours
