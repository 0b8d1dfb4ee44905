"""Telemetry: what comes in a second, and what is found among a million spans and a million lines."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import create_engine, insert
from sqlalchemy.dialects import sqlite

from bot.ports.telemetry import LogQuery, SpanQuery, Window
from bot.runtime.clock import WallClock
from bot.telemetry import store
from bot.telemetry.moments import US, to_us
from bot.telemetry.otlp import Form
from bot.telemetry.retention import Kept, Retention
from bot.telemetry.spans import taken_apart
from bot.telemetry.tables import METADATA, SPAN
from bot.telemetry.values import Group, Limits, Origin, Signal
from tests.bench.figures import ROUNDS, Figure, at_most
from tests.support.telemetry import Town, a_telemetry_town

BATCH = 512
"""Spans of one request: what OpenTelemetry's libraries send at once."""
BATCHES = 40
MANY = 1_000_000
DAY = timedelta(hours=23)
SERVICES = ("storefront", "catalog", "orders", "payments", "inventory")
WORDS = (
    "order",
    "payment",
    "card",
    "basket",
    "stock",
    "declined",
    "accepted",
    "placed",
    "reserved",
    "timeout",
    "retry",
)
LOOKS = 200


async def measure() -> list[Figure]:
    return [*await ingested(), *await found()]


async def ingested() -> list[Figure]:
    """Against the same rows, with the same indexes, written by sqlite3 from lists that are ready."""
    ours, other, mine, bare = [], [], [], []
    for number in range(ROUNDS):
        bodies = [_body(random.Random(f"{number} {n}")) for n in range(BATCHES)]
        with TemporaryDirectory(prefix="bench") as folder:
            ours.append(BATCH * BATCHES / await _sent(Path(folder) / "ours.db", bodies, mine))
            rows = _rows(bodies)
            with _grown(bare):
                other.append(BATCH * BATCHES / _written(Path(folder) / "bare.db", rows))
    return [
        Figure(f"OTLP taken and written, {BATCH} spans a request", ours, "/s", None, other, "sqlite3.executemany"),
        Figure("memory grown meanwhile", mine, "MB", None, bare, "sqlite3.executemany"),
    ]


async def _sent(path: Path, bodies: Sequence[bytes], grown: list[float]) -> float:
    """Seconds."""
    async with a_telemetry_town(f"sqlite+aiosqlite:///{path}") as town:
        with _grown(grown):
            return await _taken(town, bodies)


async def _taken(town: Town, bodies: Sequence[bytes]) -> float:
    """Seconds; four senders at once."""
    began = time.perf_counter()
    writer = asyncio.create_task(town.intake.run())

    async def sender(part: Sequence[bytes]) -> None:
        for body in part:
            await town.intake.take(Signal.TRACES, Form.PROTOBUF, body, "")

    await asyncio.gather(*(sender(bodies[n::4]) for n in range(4)))
    await town.intake.flush()
    took = time.perf_counter() - began
    writer.cancel()
    await asyncio.wait({writer})
    return took


def _rows(bodies: Sequence[bytes]) -> list[tuple[object, ...]]:
    now = to_us(datetime.now(UTC))
    parcels = (taken_apart(ExportTraceServiceRequest.FromString(body), now, Limits()) for body in bodies)
    return [
        tuple({**row, "origin": 1}[name] for name in COLUMNS)
        for parcel in parcels
        for group in parcel
        for row in group.spans
    ]


COLUMNS = [column.name for column in SPAN.columns if column.name != "id"]
INSERT = str(insert(SPAN).values(dict.fromkeys(COLUMNS)).compile(dialect=sqlite.dialect(paramstyle="qmark")))


def _written(path: Path, rows: Sequence[tuple[object, ...]]) -> float:
    """Seconds."""
    METADATA.create_all(create_engine(f"sqlite:///{path}"), [SPAN])
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=NORMAL")
    order = [name.strip() for name in INSERT.partition("(")[2].partition(")")[0].split(",")]
    assert order == COLUMNS
    began = time.perf_counter()
    for at in range(0, len(rows), 5_000):
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(INSERT, rows[at : at + 5_000])
        bare.execute("COMMIT")
    took = time.perf_counter() - began
    bare.close()
    return took


def _body(chance: random.Random) -> bytes:
    return body_of(chance)[0]


def body_of(chance: random.Random) -> tuple[bytes, list[bytes]]:
    """Traces of eight spans, of about 600 bytes each, and the ids of the traces."""
    request, now = ExportTraceServiceRequest(), time.time_ns()
    sent = request.resource_spans.add()
    sent.resource.attributes.add(key="service.name").value.string_value = chance.choice(SERVICES)
    sent.resource.attributes.add(key="service.version").value.string_value = "1.5.0"
    spans, ids = sent.scope_spans.add().spans, list[bytes]()
    for _ in range(BATCH // 8):
        trace, parent = chance.randbytes(16), b""
        ids.append(trace)
        for kind in (2, 3, 1, 1, 3, 1, 1, 1):
            id = chance.randbytes(8)
            span = spans.add(trace_id=trace, span_id=id, parent_span_id=parent, name="GET /orders/{id}", kind=kind)
            span.start_time_unix_nano = now - chance.randrange(10**10)
            span.end_time_unix_nano = span.start_time_unix_nano + chance.randrange(10**8)
            for name in ("http.route", "url.path", "server.address", "user_agent.original", "network.peer.address"):
                span.attributes.add(key=name).value.string_value = f"{name} {chance.randrange(10**6)}"
            span.attributes.add(key="http.response.status_code").value.int_value = 200
            parent = parent or id
    return request.SerializeToString(), ids


@contextmanager
def _grown(into: list[float]) -> Iterator[None]:
    """Megabytes that the process had at most meanwhile, above what it had before. Linux."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    yield
    into.append((_status("VmHWM") - before) / 1000)


def _status(name: str) -> int:
    """Kilobytes."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


async def found() -> list[Figure]:
    """Each look is for something else."""
    with TemporaryDirectory(prefix="bench") as folder:
        async with a_telemetry_town(f"sqlite+aiosqlite:///{folder}/many.db") as town:
            end = datetime.now(UTC)
            traces = await _filled(town, end)
            size = _size(Path(folder))
            figures = [*await _looks(town, traces, end), *await _written_while_forgetting(town)]
    return [*figures, Figure("bytes of one span and one line on disk", [size / MANY], "")]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


async def _filled(town: Town, end: datetime) -> list[str]:
    """A million of each, spread over a day. Gives the ids of some traces."""
    chance, some, trace = random.Random(7), [], b""
    step, now = DAY / MANY, to_us(end)
    for first in range(0, MANY, 10_000):
        groups = [Group(Origin(service, "integration", "1.5.0")) for service in SERVICES]
        for n in range(first, first + 10_000):
            if n % 10 == 0:
                trace = chance.randbytes(16)
                some += [trace.hex()] if n % 1_000 == 0 else []
            at = now - (DAY - n * step) // US
            groups[n % 5].spans.append(_span(chance, trace, at, root=n % 10 == 0))
            groups[chance.randrange(5)].lines.append(_line(chance, trace, at))
        await town.database.transact(lambda session, groups=groups: store.write(session, groups, now))
    return some


def _span(chance: random.Random, trace: bytes, at: int, *, root: bool):
    return {
        "trace_id": trace, "span_id": chance.randbytes(8), "parent_id": b"" if root else chance.randbytes(8),
        "name": "GET /orders/{id}", "kind": 2, "start": at, "duration": chance.randrange(10**5),
        "failed": int(chance.random() < 0.01), "root": int(root), "status": "", "events": "",
        "attributes": '{"http.route":"/orders/{id}","http.response.status_code":"200","server.address":"orders"}',
    }  # fmt: skip


def _line(chance: random.Random, trace: bytes, at: int):
    message = f"{' '.join(chance.choices(WORDS, k=6))} {chance.randrange(10**6)} for customer {chance.randrange(10**5)}"
    level = 17 if chance.random() < 0.01 else 9
    return {
        "at": at,
        "level": level,
        "message": message,
        "folded": None,
        "trace_id": trace,
        "span_id": trace[:8],
        "attributes": "",
    }


async def _looks(town: Town, traces: Sequence[str], end: datetime) -> list[Figure]:
    chance = random.Random(3)

    def five_minutes() -> Window:
        start = end - DAY * chance.random()
        return Window(start, start + timedelta(minutes=5))

    day = Window(end - timedelta(days=1), end)
    looks = {
        "a trace": lambda: town.stored.trace(chance.choice(traces)),
        "five minutes of lines": lambda: town.stored.logs(LogQuery(five_minutes())),
        "five minutes of one service, by text": lambda: town.stored.logs(
            LogQuery(five_minutes(), (chance.choice(SERVICES),), text=f"{chance.choice(WORDS)} 4")
        ),
        "the latest errors of a service": lambda: town.stored.spans(
            SpanQuery(day, (chance.choice(SERVICES),), failed_only=True)
        ),
    }
    figures = []
    for name, look in looks.items():
        took = [await _milliseconds(look()) for _ in range(LOOKS)]
        figures += [Figure(f"{name}, p50", took), Figure(f"{name}, p99", took, "ms", at_most(250), quantile=0.99)]
    day_of_text = [await _milliseconds(town.stored.logs(LogQuery(day, text="nothing like it"))) for _ in range(ROUNDS)]
    return [*figures, Figure("a text that is nowhere, in the whole day", day_of_text)]


async def _written_while_forgetting(town: Town) -> list[Figure]:
    """How long a batch waits for its commit while two million rows go."""
    forgetting = asyncio.create_task(Retention(town.database, WallClock(), Kept(timedelta(minutes=1), 10**9)).prune())
    took, began = [], time.perf_counter()
    while not forgetting.done():
        body = _body(random.Random(f"late {len(took)}"))
        took.append(await _milliseconds(_taken(town, [body])))
        await asyncio.sleep(0.05)
    rate = await forgetting / (time.perf_counter() - began)
    return [
        Figure(f"{BATCH} spans written while two million rows are forgotten, p50", took),
        Figure(f"{BATCH} spans written while two million rows are forgotten, p99", took, quantile=0.99),
        Figure("rows forgotten meanwhile", [rate], "/s"),
    ]


async def _milliseconds(look) -> float:
    began = time.perf_counter()
    await look
    return (time.perf_counter() - began) * 1000
