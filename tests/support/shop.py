"""The sample shop as a process, and a receiver for what it tells of itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bot.runtime.resident import NO_TLS
from tests.house import tree
from tests.support.ports import free_port

START_SECONDS = 60.0
SERVICES = 20
"""So many at most, in all environments; they take the ports that follow."""
PATH = {"PYTHONPATH": str(tree.ROOT / "deploy" / "demo")}
KINDS = {
    "/v1/traces": (ExportTraceServiceRequest, "resource_spans", "scope_spans", "spans"),
    "/v1/logs": (ExportLogsServiceRequest, "resource_logs", "scope_logs", "log_records"),
    "/v1/metrics": (ExportMetricsServiceRequest, "resource_metrics", "scope_metrics", "metrics"),
}


class Receiver(ThreadingHTTPServer):
    """Keeps what comes over OTLP/HTTP: pairs of a resource's attributes and a span, a line or a metric."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Taking)
        self.spans, self.lines, self.metrics = [], [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, path, body):
        message, resources, scopes, items = KINDS[path]
        kept = {"/v1/traces": self.spans, "/v1/logs": self.lines, "/v1/metrics": self.metrics}[path]
        for resource in getattr(message.FromString(body), resources):
            about = attributes(resource.resource)
            kept += [(about, item) for scope in getattr(resource, scopes) for item in getattr(scope, items)]

    def line(self, body, value):
        """The log line with this text and an attribute of this value, once it has come."""
        return eventually(lambda: self._line(body, value))

    def trace(self, trace_id, services):
        """Every span of it, once these services have told of it and the one that it began with has come, the last to end."""
        return eventually(lambda: self._trace(trace_id, services))

    def amounts(self, service, version):
        """What it told last of what it uses: by metric, by state."""
        return {
            metric.name: {
                attributes(point).get("db.client.connection.state", ""): point.as_int or point.as_double
                for point in getattr(metric, metric.WhichOneof("data")).data_points
            }
            for about, metric in self.metrics
            if metric.WhichOneof("data") in {"sum", "gauge"}
            and (about["service.name"], about["service.version"]) == (service, version)
        }

    def _line(self, body, value):
        lines = (line for _, line in self.lines if line.body.string_value == body)
        return next((line for line in lines if value in attributes(line).values()), None)

    def _trace(self, trace_id, services):
        spans = [(about, span) for about, span in self.spans if span.trace_id == trace_id]
        told, begun = {about["service.name"] for about, _ in spans}, any(not span.parent_span_id for _, span in spans)
        return spans if begun and told == services else None


class _Taking(BaseHTTPRequestHandler):
    server: Receiver  # pyright: ignore[reportIncompatibleVariableOverride] - only that one uses this class

    def do_POST(self):
        self.server.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format, *args):
        """Not on stderr."""


def attributes(message):
    """Names and values of whatever has OTLP attributes."""
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in message.attributes}


def eventually(look, *, seconds=30.0):
    """What `look` gives once that is something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


class Shop:
    """The operator with all its services. quiet: what they say goes nowhere."""

    def __init__(self, data, otlp, *, quiet=False):
        self._data, self._otlp, self.port = data, otlp, free_port(followed_by=SERVICES)
        self._says = subprocess.DEVNULL if quiet else None
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30, trust_env=False, verify=NO_TLS)
        self.process: subprocess.Popen[bytes]

    def up(self, *options, orders=0):
        """orders: how many a second come by themselves."""
        command = (sys.executable, "-m", "shop", "up", "--data", str(self._data), "--port", str(self.port))
        told = ("--otlp", self._otlp, "--orders", str(orders), *options)
        environment = {**os.environ, **PATH}
        self.process = subprocess.Popen([*command, *told], env=environment, stdout=self._says, stderr=self._says)
        eventually(self._answers, seconds=START_SECONDS)

    def down(self):
        self.process.terminate()
        self.process.wait(10)

    def all(self):
        """(environment, service) -> what runs there."""
        told = self.http.get("/").json()["services"]
        return {(each["environment"], each["service"]): each for each in told}

    def at(self, service, environment="integration"):
        return self.http.get(_path(service, environment)).json()

    def url(self, service, environment="integration"):
        return self.at(service, environment)["url"]

    def deploy(self, service, version, environment="integration", **fields):
        return self.http.put(_path(service, environment), json={"version": version, **fields})

    def pipeline(self, **told):
        """Its exit code and all that it said."""
        variables = {f"SIGNALBOX_{name}": value for name, value in told.items()}
        environment = {**os.environ, **PATH, **variables, "SHOP_OPERATOR": str(self.http.base_url).rstrip("/")}
        command = (sys.executable, "-m", "shop", "deploy")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def does(self, what, service, environment="integration"):
        """POST kill or start, GET health."""
        method = "GET" if what == "health" else "POST"
        return self.http.request(method, f"{_path(service, environment)}/{what}")

    def buy(self, sku="mug", environment="integration", **wish):
        wanted = {"sku": sku, "card": "4242424242424242", **wish}
        return self.http.post(f"{self.url('storefront', environment)}/purchases", json=wanted)

    def _answers(self):
        assert self.process.poll() is None, "the shop ended"
        try:
            return self.http.get("/").is_success
        except httpx.HTTPError:
            return False


def _path(service, environment):
    return f"/environments/{environment}/services/{service}"


def runs(pid):
    """A process that has ended and was not waited for does not run."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture(scope="module")
def receiver():
    with Receiver() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def shop(receiver, tmp_path_factory):
    running = Shop(tmp_path_factory.mktemp("shop"), receiver.url)
    running.up()
    yield running
    running.down()
