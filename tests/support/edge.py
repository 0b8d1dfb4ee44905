"""The app as Slack meets it: real Bolt, real guard, a witness in Slack's place."""

from dataclasses import dataclass, field

import pytest

from bot.ports.chat import Identity
from bot.runtime.once import RedisOnce
from handlers.app import Dispatcher, create_app
from handlers.kit.guard import Guard
from handlers.kit.listeners import Listeners

IDENTITY = Identity("T1", "Acme", "B1", "UBOT", "https://acme.example/")


@dataclass
class CountedHere:
    """Counts as a list: (what, kind)."""

    counted: list = field(default_factory=list)

    def refused_request(self, reason):
        self.counted.append(("request", reason))

    def refusal(self, error):
        self.counted.append(("refusal", error))

    def fault(self, error):
        self.counted.append(("fault", error))


@pytest.fixture
def counts():
    return CountedHere()


@pytest.fixture
def once(redis, keys):
    return RedisOnce(redis, keys)


@pytest.fixture
def client(witness):
    return witness.client()


@pytest.fixture
def app(client):
    return create_app(client, IDENTITY)


@pytest.fixture
def dispatcher(app, client, once):
    return Dispatcher(app, client, once)


@pytest.fixture
def guard(client, once, counts):
    return Guard(
        deps={"the": "deps"}, once=once, client=client, counts=counts, team_of={"U1": "payments"}.get, patience=0.1
    )


@pytest.fixture
def on(app, guard):
    return Listeners(app, guard)
