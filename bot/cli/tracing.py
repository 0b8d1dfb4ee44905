"""signalbox tracing check: who drops the trace context, as what services sent shows."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.catalog.scalars import duration
from bot.cli.storage import check_kept
from bot.errors import NotFound, SignalboxError, UsageError
from bot.settings import load

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.ports.telemetry import Span
    from bot.settings import Settings
    from bot.telemetry.lost_context import Dropped
    from bot.telemetry.names import Naming

PART = 1_000
MOST = 100_000
"""Spans that are looked at, the newest."""

Last = Annotated[str, typer.Option(help="How far to look back, such as 30m or 2h.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def check(last: Last = "30m", *, as_json: AsJson = False) -> None:
    """Name services whose requests begin a trace of their own although another service called them.

    It reads what services have sent to this Signalbox, which may run meanwhile. The exit code is 1 when there are some.

    Example: signalbox tracing check --last 2h
    """
    from bot.telemetry.lost_context import dropped  # noqa: PLC0415 - keeps --help quick

    settings = load()
    length = _length(last)
    check_kept(settings, "telemetry.db")
    spans = asyncio.run(_spans(settings, length))
    found, naming = dropped(spans), _naming(settings)
    if as_json:
        print(json.dumps({"spans": len(spans), "dropped": [_told(each, naming) for each in found]}))
    elif not spans:
        print(f"No span was sent within the last {last}. Send some requests through the services, and look again.")
    else:
        print(
            "\n".join(_sentence(each, naming) for each in found)
            or f"Every call among {len(spans)} spans is continued by whom it calls."
        )
    if found:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    family = typer.Typer(help="Traces that services send.", no_args_is_help=True)
    family.callback()(lambda: None)
    family.command()(check)
    app.add_typer(family, name="tracing")


async def _spans(settings: Settings, last: timedelta) -> list[Span]:
    """The newest of that time. Beside a running Signalbox the store is only read."""
    from bot.ports.telemetry import SpanQuery, Window  # noqa: PLC0415 - loaded only when wanted
    from bot.runtime.clock import WallClock  # noqa: PLC0415 - loaded only when wanted
    from bot.runtime.folder import prepare  # noqa: PLC0415 - loaded only when wanted
    from bot.telemetry.queries import StoredTelemetry  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need
    from bot.telemetry.store import open_store  # noqa: PLC0415 - loaded only when wanted

    if settings.database_url is None:
        prepare(settings.data_dir)
    database = await open_store(settings.telemetry_address())
    spans: dict[tuple[str, str], Span] = {}
    try:
        stored, end = StoredTelemetry(database, ""), WallClock().now()
        window, more = Window(end - last, end), True
        while more and len(spans) < MOST:
            found = await stored.spans(SpanQuery(window, limit=PART))
            spans |= {(span.trace_id, span.span_id): span for span in found.items}
            more = found.more and found.items[-1].start < window.end
            window = Window(window.start, found.items[-1].start) if more else window
    finally:
        await database.close()
    return list(spans.values())


def _length(text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError:
        raise UsageError(f"--last {text[:40]} is no length: write 30m or 2h.") from None


def _naming(settings: Settings) -> Naming:
    """Without a catalog, services have the names under which they send."""
    from bot.cli.catalog import path_in_force, read  # noqa: PLC0415 - loaded only when wanted
    from bot.telemetry.names import Naming, naming_of  # noqa: PLC0415 - loaded only when wanted

    try:
        return naming_of(read(path_in_force(settings)))
    except NotFound:
        return Naming({})
    except SignalboxError as error:
        print(f"Services are named as they send, for the catalog cannot be read: {error.user_message}", file=sys.stderr)
        return Naming({})


def _told(each: Dropped, naming: Naming) -> dict[str, Any]:
    """As `Dropped`, with the names of the catalog, and beside them those under which they send."""
    names = {"service": each.service, "caller": each.caller, "culprit": each.culprit}
    known = {role: naming.known_as(name) for role, name in names.items()}
    return {**asdict(each), **known, "sent_as": {role: names[role] for role in ("service", "caller")}}


def _sentence(each: Dropped, naming: Naming) -> str:
    service, caller, culprit = map(naming.known_as, (each.service, each.caller, each.culprit))
    why = (
        f"{service} continues {each.continued} calls of others: look whether {caller} sends `traceparent`"
        if each.continued
        else f"look whether {service} reads `traceparent`"
    )
    sends = f" (sends as {each.culprit})" if culprit != each.culprit else ""
    trace, goes_on = each.example
    return (
        f"{culprit}{sends} drops the trace context: {each.calls} calls from {caller} to {service} began a new "
        f"trace there (of {each.of} that did); {why}.\n  For example {trace} goes on as {goes_on}."
    )
