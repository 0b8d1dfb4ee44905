import asyncio

import httpx
import pytest_asyncio
from fastapi import FastAPI

from bot.runtime.metrics import exposition
from handlers.http import ops
from handlers.http.ops import Link, Ops


async def well():
    return None


async def away():
    return "Redis does not answer"


async def silent():
    await asyncio.sleep(60)


def an_ops(**checks):
    return Ops(
        checks=checks,
        metrics=exposition,
        version="1.2.3",
        about={"Data folder": "/srv/<b>box</b>"},
        links=(Link("Workspace", "http://127.0.0.1:8020", "Type here"), Link("Bad", "javascript:alert(1)", "no")),
        examples=("/env reserve integration 2h <fix>",),
    )


@pytest_asyncio.fixture
async def ask():
    clients = []

    async def get(path, **checks):
        app = FastAPI()
        app.include_router(ops.router(an_ops(**checks)))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
        clients.append(client)
        return await client.get(path)

    yield get
    for client in clients:
        await client.aclose()


async def test_alive_does_not_ask_whether_anything_else_is(ask):
    answer = await ask("/healthz", redis=away)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": "1.2.3"})


async def test_ready_when_every_check_is_well(ask):
    answer = await ask("/readyz", redis=well, sql=well)
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": {"redis": "ok", "sql": "ok"}})


async def test_not_ready_names_what_is_wrong(ask):
    answer = await ask("/readyz", redis=away, sql=well)
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"redis": "Redis does not answer", "sql": "ok"}}


async def test_a_check_that_never_answers_is_not_well():
    assert await ops.look({"slack": silent}, 0.05) == {"slack": "no answer within 0.05 seconds"}


async def test_metrics_are_prometheus_text(ask):
    answer = await ask("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE signalbox_loop_failures_total counter" in answer.text


async def test_the_start_page_shows_text_as_text_and_links_only_to_the_web(ask):
    answer = await ask("/", redis=away)
    assert "&lt;b&gt;box&lt;/b&gt;" in answer.text
    assert "integration 2h &lt;fix&gt;" in answer.text
    assert "javascript:" not in answer.text
    assert "not ready" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
