"""What is broken, one at a time, in a shop that is well otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.shop import Shop

WELL = {"storefront": "3.1.0", "catalog": "2.3.1", "orders": "2.2.1", "payments": "1.4.2", "inventory": "0.9.6"}
SMALL = ("storefront", "orders", "payments")
"""What runs in staging-2."""


@dataclass(frozen=True)
class Fault:
    """version: the faulty one that is deployed; empty when the service is killed instead."""

    service: str
    version: str = ""
    environment: str = "integration"

    @property
    def slow(self) -> bool:
        """It lets callers wait."""
        return self.version in {"2.3.0", "2.2.0"}

    @property
    def cause(self) -> str:
        """The same in every environment."""
        return f"{self.service} {self.version or 'is down'}"


FAULTS = (
    Fault("payments", "1.5.0"),
    Fault("payments", "1.5.0", "staging-2"),
    Fault("catalog", "2.3.0"),
    Fault("catalog", "2.4.0"),
    Fault("orders", "2.2.0"),
    Fault("orders", "2.2.0", "staging-2"),
    Fault("inventory", "0.9.4"),
    Fault("inventory", "0.9.5"),
    Fault("payments"),
    Fault("payments", environment="staging-2"),
    Fault("inventory"),
    Fault("catalog"),
    Fault("orders"),
)


def make_well(shop: Shop) -> None:
    for (environment, service), told in shop.all().items():
        if told["version"] != WELL[service]:
            shop.deploy(service, WELL[service], environment).raise_for_status()


@contextmanager
def broken(shop: Shop, fault: Fault) -> Iterator[None]:
    if fault.version:
        shop.deploy(fault.service, fault.version, fault.environment).raise_for_status()
    else:
        shop.does("kill", fault.service, fault.environment).raise_for_status()
    try:
        yield
    finally:
        if fault.version:
            shop.deploy(fault.service, WELL[fault.service], fault.environment).raise_for_status()
        else:
            shop.does("start", fault.service, fault.environment).raise_for_status()
