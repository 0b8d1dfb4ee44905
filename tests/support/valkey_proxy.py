"""Stands between a client and Valkey, and loses replies when told to."""

import asyncio
from contextlib import suppress


class Proxy:
    """A unix socket in front of a unix socket. The next `losing` replies that contain `word` never arrive: the
    connection ends instead, after the command was carried out. While `refusing`, nobody is let in."""

    def __init__(self, path, upstream):
        self.path, self.upstream = path, upstream
        self.losing, self.word = 0, b""
        self.refusing = False
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self):
        return f"unix://{self.path}"

    async def __aenter__(self):
        self._server = await asyncio.start_unix_server(self._serve, str(self.path))
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self.cut()

    def cut(self):
        """End every connection."""
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader, writer):
        if self.refusing:
            writer.close()
            return
        up_reader, up_writer = await asyncio.open_unix_connection(str(self.upstream))
        self._writers |= {writer, up_writer}
        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(
                self._pump(reader, up_writer, replies=False), self._pump(up_reader, writer, replies=True)
            )
        self._writers -= {writer, up_writer}

    async def _pump(self, reader, writer, *, replies):
        while data := await reader.read(65536):
            if replies and self.losing and self.word in data:
                self.losing -= 1
                break
            writer.write(data)
            await writer.drain()
        writer.close()
