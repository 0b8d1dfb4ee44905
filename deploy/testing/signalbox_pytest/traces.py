"""What a test sends along with its requests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import quote

RUN, TEST = "signalbox.run", "signalbox.test"
LONGEST = 300
"""Characters of a test's id that are sent: servers take few kilobytes of headers."""


@dataclass(frozen=True)
class TestTrace:
    """trace_id: 32 hex digits; span_id: 16, of the test itself. run: of Signalbox, empty without one."""

    __test__ = False
    trace_id: str
    span_id: str
    run: str
    test: str

    @classmethod
    def new(cls, test: str, run: str) -> TestTrace:
        sendable = test[:LONGEST].encode("utf-8", "replace").decode()
        return cls(secrets.token_hex(16), secrets.token_hex(8), run, sendable)

    @property
    def baggage(self) -> dict[str, str]:
        return {name: value for name, value in ((RUN, self.run), (TEST, self.test)) if value}

    @property
    def headers(self) -> dict[str, str]:
        """As W3C Trace Context and Baggage have them; sampled."""
        baggage = ",".join(f"{name}={quote(value, safe='')}" for name, value in self.baggage.items())
        return {"traceparent": f"00-{self.trace_id}-{self.span_id}-01", "baggage": baggage}
