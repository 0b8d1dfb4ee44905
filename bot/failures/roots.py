"""The exception behind the exception, and the place that could not be reached, as a failure's own text tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.failures.values import Origin
from bot.masking.codes import PORTS_OF_SERVICES

LONGEST_STACK = 60_000
LONGEST_MESSAGE = 4_000

HERE = "port "
"""Before the number: what an origin on this machine is called."""

LOWEST_CHOSEN, FIRST_DRAWN = 1_024, 32_768
"""Ports that people choose: below are the system's, from the second on Linux draws them for whoever wants any."""

_CAUSED_BY = re.compile(
    r"^[ \t]*(?:Caused by(?:: |\n(?=\S))|\[cause\]: |Nested exception: |--->? |Inner exception: )"
    r"(?P<line>\S.{0,2000})$",
    re.MULTILINE,
)
_CAUSED_SIGNS = ("Caused by", "[cause]: ", "Nested exception: ", "---> ", "--> ", "Inner exception: ")
_SUPPRESSED = re.compile(r"^([ \t]+)Suppressed: .*(?:\n(?:\1[ \t]|\1Caused by: |\1\.\.\. ).*)*\n?", re.MULTILINE)
"""What went wrong while something else was given up, with its own calls and causes, which stand further in."""

_PYTHON_CHAIN = re.compile(
    r"^(?:E\s+)?(?:The above exception was the direct cause|During handling of the above exception)", re.MULTILINE
)
_PYTHON_RAISED = re.compile(
    r"^(?:E\s+)?(?P<line>[A-Za-z_][\w.]{2,120}(?:Error|Exception|Failure|Timeout|Refused|NotFound)\b.{0,2000})$",
    re.MULTILINE,
)

_GROUP = "Exception Group Traceback"
_BAR = re.compile(r"^[ \t+-]*\| |^[ \t]*\+[-+ \d]*$", re.MULTILINE)
"""What Python draws beside the exceptions of a group."""

_UNREACHABLE = (
    *(
        "connection refused",
        "connection_refused",
        "econnrefused",
        "actively refused",
        "connection to",
        "new connection",
        "newconnectionerror",
    ),
    *("no such host", "enotfound", "eai_again", "unknownhost", "name_not_resolved", "name or service not known"),
    *("nodename nor servname", "name resolution", "translate host name", "name does not resolve", "getaddrinfo"),
    *("no route to host", "noroutetohost", "ehostunreach", "network is unreachable", "err_connection_timed_out"),
)
"""In lower case. "connection to" counts with "refused" behind it."""

_NAME = r"(?:[A-Za-z][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,62}){0,8}|\d{1,3}(?:\.\d{1,3}){3}|\[?::1\]?)"
_PEERS = (
    re.compile(rf"host=['\"](?P<host>{_NAME})['\"], ?port=(?P<port>\d+)"),
    re.compile(rf"(?:ENOTFOUND|EAI_AGAIN) (?P<host>{_NAME})(?::(?P<port>\d+))?"),
    re.compile(rf"UnknownHostException: (?P<host>{_NAME})"),
    re.compile(rf"lookup (?P<host>{_NAME})\b"),
    re.compile(rf"host name \"(?P<host>{_NAME})\""),
    re.compile(rf"server at \"(?P<host>{_NAME})\"(?: \([\d.:a-f]+\))?, port (?P<port>\d+)"),
    re.compile(rf"\b[a-z][a-z0-9+]{{1,15}}://(?:[^/\s@]{{1,80}}@)?(?P<host>{_NAME})(?::(?P<port>\d+))?"),
    re.compile(rf"(?<![\w.:/])(?P<host>{_NAME})(?:/[\d.]+)?:(?P<port>\d{{2,5}})\b(?!:\d)"),
)
_HERE = frozenset(("localhost", "host.docker.internal", "0.0.0.0"))  # noqa: S104 - read in a message, nothing is bound to it
_NO_HOST = re.compile(
    r".*\.(?:py|js|ts|tsx|go|java|kt|rb|php|cs|rs|mjs|cjs)$|^(?:line|port|errno|error|at)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Root:
    """The innermost exception that the text tells of. line: class and message. stack: its own part of the stack, then
    the parts around it.
    """

    line: str
    stack: str


def root(stack: str) -> Root | None:
    """None when the failure tells of one exception alone."""
    stack = _SUPPRESSED.sub("", stack[:LONGEST_STACK]) if "Suppressed: " in stack else stack[:LONGEST_STACK]
    caused = list(_CAUSED_BY.finditer(stack)) if any(sign in stack for sign in _CAUSED_SIGNS) else []
    if caused:
        starts = [0, *(each.start() for each in caused)]
        parts = [stack[start:end] for start, end in zip(starts, [*starts[1:], len(stack)], strict=True)]
        return Root(caused[-1]["line"].strip(), "\n".join(reversed(parts)))
    if _GROUP in stack:
        return _of_group(_BAR.sub("", stack))
    chain = _PYTHON_CHAIN.search(stack) if "above exception" in stack else None
    raised = list(_PYTHON_RAISED.finditer(stack, 0, chain.start())) if chain else []
    return Root(raised[-1]["line"].strip(), stack[: chain.start()]) if chain and raised else None


def _of_group(stack: str) -> Root | None:
    """The last exception of the innermost group, as Python prints them."""
    raised = list(_PYTHON_RAISED.finditer(stack))
    return Root(raised[-1]["line"].strip(), stack) if raised else None


def unreachable(message: str) -> Origin | None:
    """The place that refused a connection or has no address, when the message names it."""
    message = message[:LONGEST_MESSAGE]
    if not is_unreachable(message):
        return None
    for form in _PEERS:
        for found in form.finditer(message):
            port = found.groupdict().get("port")
            if name := _peer(found["host"], int(port) if port else 0):
                return Origin(name, "unreachable")
    return None


def may_be_drawn(origin: Origin | None) -> bool:
    """A port of this machine that names no service: tools draw low ones as well, so two of them may be one cause."""
    port = origin.service.removeprefix(HERE) if origin and origin.service.startswith(HERE) else ""
    return port.isdecimal() and int(port) not in PORTS_OF_SERVICES


def is_unreachable(message: str) -> bool:
    """It tells of a connection that could not be made, to whatever place."""
    lowered = message[:LONGEST_MESSAGE].lower()
    return any(sign in lowered and (sign != "connection to" or " refused" in lowered) for sign in _UNREACHABLE)


def _peer(host: str, port: int) -> str:
    """A service by its name without its domain; this machine and bare addresses by a port that names a service."""
    host = host.strip("[]").lower()
    if _NO_HOST.match(host):
        return ""
    if host in _HERE or not re.search(r"[a-z]", host):
        return f"{HERE}{port}" if port in PORTS_OF_SERVICES or LOWEST_CHOSEN <= port < FIRST_DRAWN else ""
    return host.partition(".")[0]
