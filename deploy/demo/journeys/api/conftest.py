"""The shop of the environment under test, as a customer and as the people of its services see it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

GOOD_CARD, EMPTY_CARD = "4242424242424242", "4000000000000002"
PATIENCE = 3.0


@dataclass(frozen=True)
class Shop:
    """services: their addresses, by name. headers: what each request bears, so that its trace is found."""

    http: httpx.Client
    services: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def call(self, service: str, method: str, path: str, **sent: Any) -> httpx.Response:
        if service not in self.services:
            pytest.skip(f"this environment has no {service}")
        return self.http.request(method, self.services[service] + path, headers=self.headers, **sent)

    def buy(self, sku: str, *, quantity: int = 1, currency: str = "EUR", card: str = GOOD_CARD) -> httpx.Response:
        wish = {"sku": sku, "quantity": quantity, "currency": currency, "card": card}
        return self.call("storefront", "POST", "/purchases", json=wish)

    def anything(self) -> str:
        """A product that is for sale here."""
        answer = self.call("storefront", "GET", "/products")
        assert answer.status_code == 200, said(answer)
        return answer.json()[0]["sku"]


def said(answer: httpx.Response) -> str:
    """An answer as a failure shows it."""
    return f"{answer.request.method} {answer.request.url.path} was answered {answer.status_code}: {answer.text[:300]}"


@pytest.fixture
def shop(open_shop: Shop, trace_headers: dict[str, str]) -> Shop:
    return replace(open_shop, headers=trace_headers)


@pytest.fixture(scope="session")
def open_shop() -> Iterator[Shop]:
    operator = os.environ.get("SHOP_OPERATOR", "http://127.0.0.1:8030")
    environment = os.environ.get("SIGNALBOX_ENVIRONMENT", "integration")
    with httpx.Client(timeout=PATIENCE, trust_env=False) as http:
        told = http.get(f"{operator}/").raise_for_status().json()["services"]
        services = {each["service"]: each["url"] for each in told if each["environment"] == environment}
        yield Shop(http, services)
