"""What pages of pytest-playwright send: the trace of their test to the shop under test, and to nobody else."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.browser import installed_chromium
from tests.support.report_files import by_name

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(installed_chromium("/nowhere") is None, reason="no Chromium on this machine"),
]
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": %r, "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]}
"""
TEST = """
def test_a_page_that_calls_others(page):
    page.goto("/")
    assert page.evaluate("url => fetch(url).then(answer => answer.status)", %r) == 200
    assert page.evaluate("fetch('/own').then(answer => answer.status)") == 200
"""


class Heard(BaseHTTPRequestHandler):
    """Allows itself to be called from any page, without headers that it does not know."""

    def do_GET(self):
        self.server.heard[self.path] = self.headers.get("traceparent", "")  # pyright: ignore[reportAttributeAccessIssue] - set below
        self.send_response(200)
        for name, value in (
            ("Access-Control-Allow-Origin", "*"),
            ("Content-Type", "text/html"),
            ("Content-Length", "0"),
        ):
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format, *args):
        """Not on stderr."""


@pytest.fixture
def origin():
    servers = []

    def serve():
        server = ThreadingHTTPServer(("127.0.0.1", 0), Heard)
        server.heard = {}  # pyright: ignore[reportAttributeAccessIssue] - what it was asked for, and with which trace
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", server.heard  # pyright: ignore[reportAttributeAccessIssue] - set above

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_pages_send_it_below_the_base_url_alone_so_that_calls_of_others_go_on(origin, tmp_path):
    (shop, of_shop), (other, of_other) = origin(), origin()
    (tmp_path / "conftest.py").write_text(CONFTEST % installed_chromium("/nowhere"))
    (tmp_path / "test_it.py").write_text(TEST % f"{other}/theirs")
    report = tmp_path / "junit.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report}",
        f"--base-url={shop}",
    ]
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True, check=False)
    [case] = by_name(report.read_bytes()).values()
    assert done.returncode == 0, case.message
    [trace_id] = case.trace_ids
    assert [of_shop[path].split("-")[1] for path in ("/", "/own")] == [trace_id] * 2
    assert of_other == {"/theirs": ""}
