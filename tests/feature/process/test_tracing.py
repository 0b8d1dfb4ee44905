import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PROGRAM = """
import asyncio, sys
from bot.runtime.observability import start_tracing
end = start_tracing(sys.argv[1], instance="test")
async def main():
    from bot.runtime.database import open_database
    await (await open_database("sqlite+aiosqlite:///" + sys.argv[2])).close()
asyncio.run(main())
end()
"""
SERVING = """
import asyncio, sys
import httpx
from fastapi import FastAPI
from bot.runtime.observability import start_logging, start_tracing, trace_app
from bot.runtime.web import WebServer, address_of, listen
start_logging(json=True, level="debug")
end = start_tracing(sys.argv[1], instance="test")
app = FastAPI()

@app.get("/calendar/{name}.ics")
async def calendar(name: str, token: str):
    raise RuntimeError(f"{name} cannot be read with {token}")

async def main():
    trace_app(app, sys.argv[1])
    listening = listen("127.0.0.1", 0, chosen=True)
    server = WebServer(app, listening)
    await server.start()
    async with httpx.AsyncClient(base_url=address_of(listening), trust_env=False) as client:
        assert (await client.get("/calendar/integration.ics", params={"token": sys.argv[2]})).status_code == 500
    await server.stop()

asyncio.run(main())
end()
"""
TOKEN = f"sbx_{'k3m9d2qa5x'}_{'a2' * 26}"


@pytest.fixture
def collector():
    """Keeps what is sent to it, as (path, body)."""
    received = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keep)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    server.server_close()


def test_spans_of_the_database_reach_the_collector(collector, tmp_path):
    address, received = collector
    subprocess.run([sys.executable, "-c", PROGRAM, address, str(tmp_path / "x.db")], check=True, timeout=60)
    assert {path for path, _ in received} == {"/v1/traces"}
    sent = ExportTraceServiceRequest.FromString(received[0][1])
    resource = {each.key: each.value.string_value for each in sent.resource_spans[0].resource.attributes}
    assert resource["service.name"] == "signalbox"
    names = [span.name for scope in sent.resource_spans[0].scope_spans for span in scope.spans]
    assert any("BEGIN" in name or "PRAGMA" in name or "connect" in name for name in names), json.dumps(names)


def test_the_token_in_the_address_of_a_calendar_is_in_no_span_and_no_line(collector, tmp_path):
    """Not even where the request fails, and the error names it."""
    address, received = collector
    program = [sys.executable, "-c", SERVING, address, TOKEN]
    done = subprocess.run(program, check=True, timeout=60, capture_output=True, text=True)
    sent = b"".join(body for _, body in received)
    assert b"/calendar/integration.ics" in sent
    assert b"cannot be read with [redacted]" in sent
    assert "cannot be read with [redacted]" in done.stderr
    assert TOKEN[-20:].encode() not in sent
    assert TOKEN[-20:] not in done.stdout + done.stderr
