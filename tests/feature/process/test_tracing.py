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
