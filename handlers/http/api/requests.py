"""What requests about reservations have in common: the id in the address, the key of a repeat, who asks."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Annotated

from fastapi import Header, Path
from pydantic import AfterValidator

from bot.access.model import ApiToken
from bot.errors import NotFound
from bot.values import Caller

ID = r"^L[A-Z2-7]{8}$"


def _an_id(text: str) -> str:
    """What cannot be an id names nothing; that it is malformed would help nobody. Raises NotFound."""
    if not re.match(ID, text):
        raise NotFound(f"There is no reservation {text[:40]}.")
    return text


Id = Annotated[
    str,
    Path(description="Of a reservation.", examples=["LJ5QWMZ3A"], json_schema_extra={"pattern": ID}),
    AfterValidator(_an_id),
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Yours, new for each thing you want: the same key again is carried out once, and answered "
        "alike, for 24 hours. One is made up and returned when you send none.",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
    ),
]

KeyOfTheRun = Annotated[
    str,
    Header(
        alias="X-Signalbox-Deployment-Key",
        description="Of a run that Signalbox has started: the SIGNALBOX_DEPLOYMENT_KEY that it was given.",
        max_length=100,
    ),
]


def new_key() -> str:
    return str(uuid.uuid4())


def caller_of(token: ApiToken, key: str) -> Caller:
    """A key is one token's own. It is hashed, since it may be longer than a request id."""
    digest = hashlib.sha256(f"{token.principal}\n{key}".encode()).hexdigest()
    return Caller(token.principal, f"api:{digest}", token.team, via="api")
