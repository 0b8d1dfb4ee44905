"""Only who knows the secret gets in, once, and is answered before anything is looked at."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from bot.errors import Unavailable
from handlers.http.webhooks import router
from integrations.github.webhooks import GitHubWebhooks
from tests.support.vendors.world import payload

SECRET = "hush"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
COMPLETED = json.dumps(payload("github", "workflow_run_completed")).encode()


class Taken(list):
    """Hints, or an error while the store is away."""

    away = None

    async def __call__(self, hint):
        if self.away:
            raise self.away
        self.append(hint)


@pytest.fixture
def taken():
    return Taken()


@pytest_asyncio.fixture
async def send(taken, once, counts):
    served = FastAPI()
    served.include_router(router({"github": GitHubWebhooks(SecretStr(SECRET))}, taken, once, counts))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://test") as client:

        async def deliver(
            raw=COMPLETED, *, id="d-1", secret=SECRET, provider="github", kind=JSON, event="workflow_run"
        ):
            signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
            headers = {"X-Hub-Signature-256": signature, "X-GitHub-Delivery": id, "X-GitHub-Event": event}
            answer = await client.post(f"/webhooks/{provider}", content=raw, headers={**headers, "Content-Type": kind})
            return answer.status_code

        yield deliver


async def test_a_delivery_is_taken_as_a_hint(send, taken):
    assert await send() == 202
    assert [(hint.provider, hint.repository, hint.run) for hint in taken] == [("github", "acme/payments", "30433642")]


async def test_a_delivery_in_a_form_is_the_same(send, taken):
    assert await send(urlencode({"payload": COMPLETED.decode()}).encode(), kind=FORM) == 202
    assert [hint.run for hint in taken] == ["30433642"]


async def test_a_repeated_delivery_is_answered_and_not_taken_again(send, taken):
    assert [await send(), await send(), await send(id="d-2")] == [202, 202, 202]
    assert [hint.delivery for hint in taken] == ["d-1", "d-2"]


async def test_a_delivery_that_could_not_be_written_down_may_come_again(send, taken):
    taken.away = Unavailable("away")
    assert await send() == 503
    taken.away = None
    assert await send() == 202
    assert len(taken) == 1


async def test_what_tells_of_no_run_is_thanked_for(send, taken):
    assert await send(event="ping") == 204
    assert taken == []


@pytest.mark.parametrize(
    ("how", "refused"),
    [
        ({"secret": "other"}, (401, "bad signature")),
        ({"provider": "nobody"}, (404, "unknown provider")),
        ({"raw": b"{" + b" " * 1_000_000}, (413, "too large")),
        ({"raw": b"{no json"}, (400, "unreadable")),
        ({"raw": b"[]"}, (400, "unreadable")),
        ({"id": ""}, (400, "unreadable")),
    ],
)
async def test_what_is_not_let_in_is_counted_and_told_nothing(send, taken, counts, how, refused):
    status, reason = refused
    assert await send(**how) == status
    assert counts.counted == [("request", f"webhook: {reason}")]
    assert taken == []
