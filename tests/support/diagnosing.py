"""Evidence and explanations as a test says them, where sources and a model would give them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.bootstrap.diagnoses import Asking
from bot.diagnosis.asking import About, Question
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Evidence, Item, Observed, Window
from bot.diagnosis.values import Asked, Clause, Explanation, Gathered
from bot.errors import NotFound, UsageError

AT = datetime(2026, 3, 2, 12, 3, tzinfo=UTC)
START = AT.timestamp()
FAULTY, BEFORE = Window(START, START + 180), Window(START - 900, START)
PAGE = "https://telemetry.example.com"
SERVICES = ("payments", "orders", "inventory", "storefront")


def item(id: str, service: str = "payments", *, path: str = "") -> Item:
    return Item(id, START, service, f"{PAGE}/{path or id.replace(':', '/')}")


SPANS = tuple(item(f"span:t{number}/s{number}", path=f"traces/t{number}") for number in range(37))
LOG = item("log:payments@12:03:40", path="logs?service=payments")
RATES = item("metric:inventory/latency", "inventory")
DEPLOYED = item("deployment:payments@1.5.0")

LIKELY = Explanation(
    "payments",
    Confidence.HIGH,
    because=(
        Clause("POST /charge fails in 37 of 37 failing traces and in none of 240 healthy ones", SPANS),
        Clause(
            "KeyError: 'EUR' appears first at 12:03:40 UTC, 38 s after payments 1.5.0",
            (LOG, DEPLOYED),
            moments=(START + 40,),
        ),
    ),
    passing_on=("orders", "storefront"),
    ruled_out=(Clause("inventory is slow too, but was so yesterday", (RATES,)),),
    try_next=(Clause("roll back payments", (DEPLOYED,)), Clause("look at this trace", SPANS[:1])),
)
UNCLEAR = Explanation(
    "",
    Confidence.LOW,
    because=(Clause("nothing stands out against the time in health", (RATES,)),),
    missing=("no traces in the healthy minutes",),
)
ASKED = (
    Asked("Signalbox", "logs", 412),
    Asked("Signalbox", "traces", 277),
    Asked("Loki", "logs", trouble="no answer within 20 s"),
)


def question(id: str = "DQUESTION", **about: object) -> Question:
    known = Question(id, About.SERVICE, "integration", FAULTY, "payments", services=SERVICES)
    return replace(known, **about)  # pyright: ignore[reportArgumentType] - a test names fields


@dataclass
class Scripted:
    """Implements Gather, Questions and Explain. explanations: by a question's cause or id, else `otherwise`.

    hold: nothing is gathered before it is set.
    """

    otherwise: Explanation = LIKELY
    explanations: dict[str, Explanation] = field(default_factory=dict)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    gathered: list[str] = field(default_factory=list)
    trouble: Exception | None = None
    cases: dict[str, list[Question]] = field(default_factory=dict)
    services: tuple[str, ...] = SERVICES

    def __post_init__(self):
        self.hold.set()

    async def gather(self, question: Question) -> Gathered:
        self.gathered.append(question.id)
        await self.hold.wait()
        if self.trouble:
            raise self.trouble
        observed = Observed(question.faulty)
        return Gathered(Evidence(observed, (Observed(BEFORE),)), ASKED)

    def explain(self, findings) -> Explanation:
        asked = findings.question
        return self.explanations.get(asked.cause) or self.explanations.get(asked.id) or self.otherwise

    async def of_case(self, case: str) -> list[Question]:
        if case in self.cases:
            return self.cases[case]
        return [question(f"D{case}", about=About.CASE, case=case, named=f"case {case}", services=self.services)]

    async def of_run(self, run: str) -> list[Question]:
        return self.cases.get(run) or [question(f"D{run}", about=About.RUN, run=run, named=f"run {run}")]

    async def of_trace(self, trace_id: str, environment: str = "") -> Question:
        if not trace_id.strip("0"):
            raise NotFound(f"No source has a trace {trace_id}.")
        if trace_id.startswith("dddd") and not environment:
            raise UsageError("Say in which environment: integration, staging-2.")
        return question(
            f"D{trace_id[:8]}",
            about=About.TRACE,
            traces=(trace_id,),
            named=f"trace {trace_id[:8]}",
            environment=environment or "integration",
        )

    async def of_service(self, service: str, environment: str, minutes: int, *, ago: int = 0) -> Question:
        return question(f"D{service}{minutes}{ago}", environment=environment, named=service)

    def asking(self) -> Asking:
        return Asking(self, self.gather, self.explain)


def scripted() -> Asking:
    return Scripted().asking()
