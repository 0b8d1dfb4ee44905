"""Where files come in and go out. The bytes are somebody's data: never a page of ours, never shown as anything else."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from integrations.workspace.files import MIME, File
from integrations.workspace.site import Site

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}


class FilePages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/upload/v1/{id}/{ticket}", self.upload, methods=["POST"]),
            Route("/files-pri/{team}-{id}/{name}", self.to_app, methods=["GET"]),
            Route("/files-pri/{team}-{id}/download/{name}", self.to_app, methods=["GET"]),
            Route("/_page/file/{id}", self.to_person, methods=["GET"]),
        ]

    async def upload(self, request: Request) -> Response:
        """The bytes as they are, once, as many as were announced. Slack takes forms as well; this does not."""
        file = self._site.files.waiting(request.path_params["id"], request.path_params["ticket"])
        if file is None:
            return PlainTextResponse("no such upload", status_code=404)
        content = b""
        async for chunk in request.stream():
            content += chunk
            if len(content) > file.size:
                break
        if len(content) != file.size:
            return PlainTextResponse(f"{file.size} bytes were announced", status_code=400)
        self._site.files.receive(file, content)
        return PlainTextResponse(f"OK - {file.size}")

    async def to_app(self, request: Request) -> Response:
        """url_private: for whoever has the app's token and its scope."""
        app, file = self._site.seed.app, self._site.files.get(request.path_params["id"])
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if given != app.bot_token or "files:read" not in app.bot_scopes:
            return PlainTextResponse("not allowed", status_code=403)
        return self._sent(file, download="/download/" in request.url.path)

    async def to_person(self, request: Request) -> Response:
        """For the page: for whoever sees where it is shared. To all others there is no such file."""
        file = self._site.files.get(request.path_params["id"])
        seen = file is not None and self._site.files.seen_by(file, request.query_params.get("as", ""))
        return self._sent(file if seen else None, download="download" in request.query_params)

    def _sent(self, file: File | None, *, download: bool) -> Response:
        if file is None or file.completed is None:
            return PlainTextResponse("no such file", status_code=404)
        inline = bool(file.kind) and not download
        disposition = f"{'inline' if inline else 'attachment'}; filename*=utf-8''{quote(file.name, safe='')}"
        headers = {**_HEADERS, "Content-Disposition": disposition}
        kind = MIME.get(file.kind, "application/octet-stream")
        return Response(self._site.files.content(file), media_type=kind, headers=headers)
