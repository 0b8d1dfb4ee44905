"""Puts the API into the web application."""

from __future__ import annotations

from fastapi import FastAPI

from handlers.http.api import deploying, docs, feed, keeping, looking, problems, reserving, running, token
from handlers.http.api.access import Api
from handlers.http.api.limit import BodyLimit

VERSION_1 = (reserving.routes, keeping.routes, deploying.routes, running.routes, looking.routes, token.routes)


def install(app: FastAPI, api: Api) -> None:
    """Routes, problems and limits."""
    app.state.api = api
    problems.install(app)
    app.add_middleware(BodyLimit)
    for routes in VERSION_1:
        app.include_router(routes, prefix="/v1")
    app.include_router(feed.routes)
    app.include_router(docs.routes)
