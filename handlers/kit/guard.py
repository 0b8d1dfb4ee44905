"""Stands around every listener: acknowledges, says who calls, and turns what goes wrong into an answer."""

from __future__ import annotations

import asyncio
import inspect
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SignalboxError, Unconfirmed
from bot.ports.chat import Message
from bot.ports.inbox import Once
from bot.values import Caller
from handlers.kit import ids
from handlers.kit.answer import Answer
from handlers.kit.counts import Counts
from handlers.kit.forms import OpenView
from handlers.views import errors as view

log = structlog.get_logger(__name__)

Handler = Callable[..., Awaitable[None]]
OURS = frozenset({"deps", "caller", "respond", "open_view"})
SLACKS = frozenset({"body", "command", "action", "view", "event", "shortcut", "options", "payload", "client", "ack"})
RECEIVED_AT = "received_at"
"""Where the context of a request holds the time of its arrival, if it has lain in the inbox."""
PATIENCE = 2.0
"""Seconds before somebody who waits is told that it goes on; Slack itself waits 3 s for the answer to a form."""


class Guard:
    """deps: what handlers get under that name. team_of: the catalog's team of a person."""

    def __init__(
        self,
        *,
        deps: object,
        once: Once,
        client: AsyncWebClient,
        counts: Counts,
        team_of: Callable[[str], str | None],
        patience: float = PATIENCE,
    ) -> None:
        self._deps, self._once, self._client = deps, once, client
        self._counts, self._team_of, self._patience = counts, team_of, patience
        self._late: set[asyncio.Task[None]] = set()

    def around(self, handler: Handler) -> Callable[[AsyncArgs], Awaitable[None]]:
        """A listener for Bolt. Raises TypeError when `handler` asks for something nobody can give."""
        wanted = frozenset(inspect.signature(handler).parameters)
        if unknown := wanted - OURS - SLACKS:
            raise TypeError(f"{handler.__qualname__} asks for {', '.join(sorted(unknown))}, which no listener gets")

        async def guarded(args: AsyncArgs) -> None:
            await self._run(handler, wanted, args)

        return guarded

    async def drain(self) -> None:
        """Wait for forms that are still being worked on after their acknowledgement."""
        if self._late:
            await asyncio.wait(set(self._late))

    async def _run(self, handler: Handler, wanted: frozenset[str], args: AsyncArgs) -> None:
        answer = Answer(args.body, self._once, self._client)
        work = self._work(handler, wanted, args, answer)
        if ids.is_inline(args.body):
            await self._in_time(asyncio.create_task(work), args)
            return
        await args.ack()
        progress = asyncio.create_task(self._progress(answer))
        try:
            await work
        finally:
            progress.cancel()

    async def _in_time(self, work: asyncio.Task[None], args: AsyncArgs) -> None:
        """The acknowledgement is the answer. What takes too long goes on without it, and answers by direct message."""
        await asyncio.wait({work}, timeout=self._patience)
        if work.done():
            work.result()
        else:
            self._late.add(work)
            work.add_done_callback(self._late.discard)
        if args.ack.response is None:
            await args.ack()

    async def _progress(self, answer: Answer) -> None:
        await asyncio.sleep(self._patience)
        await answer.still_working()

    async def _work(self, handler: Handler, wanted: frozenset[str], args: AsyncArgs, answer: Answer) -> None:
        try:
            await handler(**self._inject(wanted, args, answer))
        except Unconfirmed as error:
            self._count(error)
            await self._follow_up(error, args, answer)
        except SignalboxError as error:
            self._count(error)
            await self._say(view.refused(error), args, answer, error)
        except Exception as error:
            incident = uuid.uuid4().hex[:8]
            log.exception("handler failed", incident=incident, handler=handler.__qualname__)
            self._counts.fault(type(error).__name__)
            await self._say(view.apology(incident), args, answer)

    async def _follow_up(self, error: Unconfirmed, args: AsyncArgs, answer: Answer) -> None:
        """Say how it stands, and fail, so that the payload is handled again: the same request finds what came of it."""
        if ids.is_inline(args.body):
            await self._say(view.refused(error), args, answer, error)
            return
        await answer.pending(view.refused(error))
        raise error

    def _count(self, error: SignalboxError) -> None:
        if error.expected:
            self._counts.refusal(type(error).__name__)
        else:
            log.warning("handler could not finish", exc_info=error)
            self._counts.fault(type(error).__name__)

    async def _say(
        self, message: Message, args: AsyncArgs, answer: Answer, error: SignalboxError | None = None
    ) -> None:
        if ids.is_inline(args.body) and args.ack.response is None:
            await _in_the_form(message, args, error)
        elif ids.person_of(args.body):
            await answer.refuse(message)

    def _inject(self, wanted: frozenset[str], args: AsyncArgs, answer: Answer) -> dict[str, Any]:
        ours = {
            "deps": self._deps,
            "caller": self._caller(args, answer),
            "respond": answer,
            "open_view": OpenView(args.body, args.client),
        }
        return {name: ours[name] if name in OURS else getattr(args, name) for name in wanted}

    def _caller(self, args: AsyncArgs, answer: Answer) -> Caller:
        person = ids.person_of(args.body)
        return Caller(
            person=person,
            request_id=ids.request_id(args.body),
            team=self._team_of(person),
            channel=ids.channel_of(args.body),
            at=args.context.get(RECEIVED_AT),
            tell=answer.tell,
        )


async def _in_the_form(message: Message, args: AsyncArgs, error: SignalboxError | None) -> None:
    """Beside the field that it is about; else on top of the form, which keeps what was filled in."""
    if args.body.get("type") == "block_suggestion":
        await args.ack(options=[])
        return
    inputs = [block["block_id"] for block in args.body["view"].get("blocks", ()) if block.get("type") == "input"]
    if error and (field := view.field_of(error, inputs)):
        await args.ack(response_action="errors", errors={field: view.plain(error)})
    else:
        await args.ack(response_action="push", view=view.said_in(args.body["view"], message, back=True))
