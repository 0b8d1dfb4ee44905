"""Which services run where, and what each calls: as signalbox.yaml beside this package tells it."""

from __future__ import annotations

from collections.abc import Mapping

ENVIRONMENTS: Mapping[str, tuple[str, ...]] = {
    "integration": ("storefront", "catalog", "orders", "payments", "inventory"),
    "staging-2": ("storefront", "orders", "payments"),
}

CALLS: Mapping[str, tuple[str, ...]] = {
    "storefront": ("catalog", "orders"),
    "catalog": (),
    "orders": ("payments", "inventory"),
    "payments": (),
    "inventory": ("catalog",),
}

NAME_IN_TELEMETRY: Mapping[str, str] = {"orders": "orders-service", "payments": "payments-service"}
"""Where telemetry calls a service something else: the aliases for `otel`."""
