"""Leases that deployments take by themselves. Pure."""

from __future__ import annotations

from bot.reservations.values import Lease, Purpose


def goes_with_a_deployment(lease: Lease) -> bool:
    """Nobody holds it for anything else: what is said of the deployment says enough."""
    return lease.wanted.purpose is Purpose.DEPLOYMENT and not lease.held


def passed_on(purpose: Purpose | None) -> Purpose | None:
    """What a lease is for that goes over to somebody, or comes back, without the deployment that took it."""
    return Purpose.CODE if purpose is Purpose.DEPLOYMENT else purpose
