"""How failed tests went through the services, as their traces tell. Frozen values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """page: the address that shows its trace, empty without one. at: when the first of its requests began, aware UTC.

    path: services that it reached or may have reached. origin: the service in which it went wrong first, empty where
    no trace tells; fault: the class of what was raised there, else the operation that failed; says: what was raised, in
    its own words, which may hold secrets. untold: whom the last that failed had called is of the environment, and has
    sent nothing of it yet.
    """

    page: str
    at: datetime
    path: frozenset[str] = frozenset()
    origin: str = ""
    fault: str = ""
    says: str = ""
    untold: bool = False


Walks = Mapping[str, Walk | None]
"""By the ids of tests; None for one whose trace nobody has (yet)."""
