"""Called back when the turn comes: by a real server on loopback, over the log, jobs and their repeats."""

import asyncio
import hashlib
import hmac
import json

import pytest_asyncio

from tests.support.signalbox import ANA
from tests.support.waiting import eventually

WANTED = {"target": "integration/payments", "length": "30m"}


class Receiver:
    """An HTTP server that keeps what it is told, and answers with `answers` in turn, then with 204."""

    def __init__(self):
        self.heard, self.answers, self.url = [], [], ""

    async def serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        body = await reader.readexactly(int(headers["content-length"]))
        self.heard.append((lines[0], headers, body))
        answer = self.answers.pop(0) if self.answers else "204 No Content"
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest_asyncio.fixture
async def receiver():
    made = Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?job=7"
    yield made
    server.close()


def is_signed(headers, body, token):
    at, _, given = headers["x-signalbox-signature"].removeprefix("t=").partition(",v1=")
    key = hashlib.sha256(token.encode()).hexdigest()
    return hmac.compare_digest(hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest(), given)


async def test_a_pipeline_is_told_when_it_has_it_with_the_facts_of_get_and_a_signature(pipeline, receiver):
    ci = await pipeline("ci")
    mine = (await ci.post("/v1/reservations", json={**WANTED, "callback_url": receiver.url})).json()
    await eventually(lambda: receiver.heard)
    line, headers, body = receiver.heard[0]
    assert line == "POST /hook?job=7 HTTP/1.1"
    assert headers["x-signalbox-event"] == "reservation.active"
    assert json.loads(body) == (await ci.get(mine["links"]["self"])).json()
    assert is_signed(headers, body, ci.headers["Authorization"].removeprefix("Bearer "))
    assert not is_signed(headers, body + b" ", ci.headers["Authorization"].removeprefix("Bearer "))


async def test_an_end_by_somebody_elses_hand_is_told_and_ones_own_is_not(pipeline, receiver, signalbox):
    ci = await pipeline("ci", team="checkout")
    first = (await ci.post("/v1/reservations", json={**WANTED, "callback_url": receiver.url})).json()
    await ci.post(first["links"]["release"])
    await ci.post("/v1/reservations", json={**WANTED, "callback_url": receiver.url})
    await signalbox.type(ANA, "/env release integration/payments")
    await eventually(lambda: len(receiver.heard) >= 3)
    told = [(headers["x-signalbox-event"], json.loads(body)["id"]) for _, headers, body in receiver.heard]
    assert [event for event, id in told if id == first["id"]] == ["reservation.active"]
    assert {event for event, id in told if id != first["id"]} == {"reservation.active", "reservation.ended"}


async def test_a_receiver_that_fails_is_called_again_with_the_same_delivery(pipeline, receiver):
    receiver.answers = ["500 Oh", "302 Found\r\nLocation: http://127.0.0.1:1/"]
    ci = await pipeline("ci")
    await ci.post("/v1/reservations", json={**WANTED, "callback_url": receiver.url})
    await eventually(lambda: len(receiver.heard) == 3)
    assert len({headers["x-signalbox-delivery"] for _, headers, _ in receiver.heard}) == 1


async def test_gone_ends_it(pipeline, receiver):
    receiver.answers = ["410 Gone"]
    ci = await pipeline("ci")
    await ci.post("/v1/reservations", json={**WANTED, "callback_url": receiver.url})
    await eventually(lambda: receiver.heard)
    await asyncio.sleep(2)
    assert len(receiver.heard) == 1


async def test_an_address_inside_the_network_is_refused_before_anything_is_reserved(pipeline, subtests):
    ci = await pipeline("ci")
    for url in ("http://localhost:1/", "http://[::1]/", "http://10.0.0.1/", "http://u:p@example.com/"):
        with subtests.test(url):
            answer = await ci.post("/v1/reservations", json={**WANTED, "callback_url": url})
            assert (answer.status_code, answer.json()["code"]) == (422, "usage_error")
            assert (await ci.get("/v1/reservations")).json() == {"reservations": []}
