"""GitHub as an App meets it that answers deployment protection rules (docs.github.com/rest/apps, /rest/actions)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.support.vendors.server import Front
from tests.support.vendors.world import World

APP, INSTALLATION = "1234", "41"
LONGEST_SIGNATURE = timedelta(minutes=10)
ROOT = "/repos/acme/payments"


@cache
def keys() -> tuple[str, Any]:
    """A private key in PEM, and the public one. Made once: it takes longer than a test."""
    private = rsa.generate_private_key(65537, 2048)
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return private.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain).decode(), private.public_key()


@dataclass
class Rules:
    """waits: runs that are held back. told: what was posted, without a decision or with one. tokens: those that hold."""

    waits: set[str] = field(default_factory=lambda: {"30433642"})
    told: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    made: int = 0
    lives: timedelta = timedelta(hours=1)
    statuses: list[str] = field(default_factory=list)
    run: tuple[str, str | None] = ("waiting", None)


class AppFront(Front):
    """The App's own signature opens the tokens' door; a token of the installation the others."""

    def __init__(self, world: World, rules: Rules) -> None:
        routes = [
            Route("/app/installations/{id}/access_tokens", self.token, methods=["POST"]),
            Route(f"{ROOT}/actions/runs/{{run}}/deployment_protection_rule", self.answer, methods=["POST"]),
            Route(f"{ROOT}/actions/runs/{{run}}", self.run_of),
            Route(f"{ROOT}/deployments/{{id}}/statuses", self.statuses),
        ]
        super().__init__(Starlette(routes=routes), world, ("authorization", ""), {"message": "Bad credentials"})
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.world.seen.append((request.method, request.url.path, shown))
        let_in = self._is_the_app(shown) if request.url.path.startswith("/app/") else shown in self.rules.tokens
        if not let_in:
            return await JSONResponse(self.denied, 401)(scope, receive, send)
        return await self._serve(self._trouble(request.method), scope, receive, send)

    @staticmethod
    def _is_the_app(shown: str) -> bool:
        try:
            claims = jwt.decode(shown, keys()[1], algorithms=["RS256"], issuer=APP)
        except jwt.InvalidTokenError:
            return False
        return claims["exp"] - claims["iat"] <= LONGEST_SIGNATURE.total_seconds()

    async def token(self, request: Request) -> Response:
        if request.path_params["id"] != INSTALLATION:
            return JSONResponse({"message": "Not Found"}, 404)
        self.rules.made += 1
        token = f"ghs_{self.rules.made}"
        self.rules.tokens.append(token)
        expires = (datetime.now(UTC) + self.rules.lives).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = (await request.json())["permissions"]
        return JSONResponse({"token": token, "expires_at": expires, "permissions": {**asked, "metadata": "read"}}, 201)

    async def answer(self, request: Request) -> Response:
        body, run = await request.json(), request.path_params["run"]
        assert len(body["comment"]) <= 1024
        if run not in self.rules.waits:
            return JSONResponse({"message": "No pending deployment requests to approve or reject"}, 422)
        self.rules.told.append(body)
        if body.get("state") in ("approved", "rejected"):
            self.rules.waits.discard(run)
        return Response(status_code=204)

    async def run_of(self, request: Request) -> Response:
        status, conclusion = self.rules.run
        return JSONResponse({"id": int(request.path_params["run"]), "status": status, "conclusion": conclusion})

    async def statuses(self, request: Request) -> Response:
        assert request.query_params["per_page"] == "1"
        return JSONResponse([{"id": 1, "state": state} for state in self.rules.statuses[-1:]])
