"""Only who knows the secret gets in, once, and is answered before anything is looked at."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from bot.errors import Unavailable
from handlers.http.webhooks import router
from integrations.bitbucket.webhooks import BitbucketWebhooks
from integrations.github.webhooks import GitHubWebhooks
from integrations.gitlab.webhooks import GitLabWebhooks
from integrations.jenkins.webhooks import JenkinsWebhooks
from tests.support.vendors.world import payload

SECRET = "hush"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
COMPLETED = json.dumps(payload("github", "workflow_run_completed")).encode()


@dataclass(frozen=True)
class Sender:
    """One vendor. event: of a delivery that tells of a run; nothing: what makes it tell of none. id: the header, or
    the place in the body, that numbers deliveries.
    """

    kind: type
    signature: str
    example: str
    event: dict = field(default_factory=dict)
    nothing: dict = field(default_factory=dict)
    id: str = ""
    signed: bool = True

    def headers(self, raw, secret=SECRET):
        digest = f"sha256={hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}"
        return {self.signature: digest if self.signed else secret}


SENDERS = {
    "bitbucket": Sender(
        BitbucketWebhooks,
        "X-Hub-Signature",
        "commit_status_updated",
        {"X-Event-Key": "repo:commit_status_updated"},
        {"X-Event-Key": "repo:push"},
        "X-Request-UUID",
    ),
    "github": Sender(
        GitHubWebhooks,
        "X-Hub-Signature-256",
        "workflow_run_completed",
        {"X-GitHub-Event": "workflow_run"},
        {"X-GitHub-Event": "an event of tomorrow"},
        "X-GitHub-Delivery",
    ),
    "gitlab": Sender(GitLabWebhooks, "X-Gitlab-Token", "pipeline_hook", id="Idempotency-Key", signed=False),
    "jenkins": Sender(JenkinsWebhooks, "X-Signalbox-Token", "notification", signed=False),
}


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
async def client(taken, once, counts):
    served = FastAPI()
    known = {name: sender.kind(SecretStr(SECRET)) for name, sender in SENDERS.items()}
    served.include_router(router(known, taken, once, counts))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://test") as client:
        yield client


@pytest.fixture
def send(client):
    """What GitHub sends."""

    async def deliver(raw=COMPLETED, *, id="d-1", secret=SECRET, provider="github", kind=JSON, event="workflow_run"):
        signed = SENDERS["github"].headers(raw, secret)
        headers = {**signed, "X-GitHub-Delivery": id, "X-GitHub-Event": event, "Content-Type": kind}
        return (await client.post(f"/webhooks/{provider}", content=raw, headers=headers)).status_code

    return deliver


@pytest.fixture(params=SENDERS)
def vendor(request, client):
    """One after the other: its name, an example of what it sends, and a way to send."""
    sender = SENDERS[request.param]

    async def deliver(raw, *, secret=SECRET, unsigned=False, **changed):
        signed = {} if unsigned else sender.headers(raw, secret)
        numbered = {sender.id: "d-1"} if sender.id else {}
        headers = {"Content-Type": JSON, **signed, **numbered, **sender.event, **changed}
        return (await client.post(f"/webhooks/{request.param}", content=raw, headers=headers)).status_code

    return request.param, json.dumps(payload(request.param, sender.example)).encode(), deliver


async def test_whoever_sends_it_unsigned_or_signed_by_another_it_is_refused_and_counted(vendor, taken, counts):
    name, raw, deliver = vendor
    assert [await deliver(raw, unsigned=True), await deliver(raw, secret="other")] == [401, 401]
    assert counts.counted == [("request", f"webhook of {name}: bad signature")] * 2
    assert taken == []


async def test_whoever_sends_it_a_second_time_is_answered_and_it_is_counted_and_not_taken_again(vendor, taken, counts):
    name, raw, deliver = vendor
    assert [await deliver(raw) for _ in range(3)] == [202, 202, 202]
    assert counts.counted == [("request", f"webhook of {name}: replayed")] * 2
    assert len(taken) == 1


async def test_whoever_sends_it_what_is_enormous_is_refused_before_all_of_it_was_read(vendor, taken, counts):
    name, _, deliver = vendor
    began = perf_counter()
    assert await deliver(b"{" + b" " * 1_000_000) == 413
    assert perf_counter() - began < 3  # Slack, the impatient one, waits so long
    assert counts.counted == [("request", f"webhook of {name}: too large")]
    assert taken == []


async def test_whoever_sends_it_what_nobody_knows_is_thanked_or_told_and_it_is_counted(vendor, taken, counts):
    name, _, deliver = vendor
    sender = SENDERS[name]
    answers = {"bitbucket": 204, "github": 204, "gitlab": 204, "jenkins": 400}
    reason = "unreadable" if name == "jenkins" else "tells of no run"
    assert await deliver(b'{"object_kind": "of tomorrow"}', **sender.nothing) == answers[name]
    assert counts.counted == [("request", f"webhook of {name}: {reason}")]
    assert taken == []


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
        ({"provider": "nobody"}, (404, "webhook: unknown provider")),
        ({"raw": b"{no json"}, (400, "webhook of github: unreadable")),
        ({"raw": b"[]"}, (400, "webhook of github: unreadable")),
        ({"id": ""}, (400, "webhook of github: unreadable")),
    ],
)
async def test_what_is_not_let_in_is_counted_and_told_nothing(send, taken, counts, how, refused):
    status, reason = refused
    assert await send(**how) == status
    assert counts.counted == [("request", reason)]
    assert taken == []
