"""The control API as a typed client: what people do, and what the workspace witnessed. For tests, and for the people of
the sample catalog.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any, Self

import httpx

PATIENCE = 30.0
"""Seconds: how long to wait for what is to come, unless the caller says otherwise."""

Message = dict[str, Any]
View = dict[str, Any]


class Refused(AssertionError):
    """The workspace said no; `answer` is its JSON."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer.get("message") or answer.get("error") or "refused")
        self.answer = answer
        self.error = str(answer.get("error", ""))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command, a press or a submission.

    state: how the app acknowledged (acked, timeout, closed, no_app, http_error); ms: how soon; payload: with what.
    envelope: the id of the delivery, as `traffic` has it.
    error: Slack's code when it failed (operation_timeout, dispatch_failed, unknown_command); errors: by block_id.
    """

    ok: bool
    error: str
    state: str
    ms: float
    payload: Any
    errors: dict[str, str]
    envelope: str = ""


NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""A workspace is on loopback; to read the machine's certificates for it takes longer than most calls."""


class Workspace:
    """A workspace that answers at `url`.

    Acting methods give an Outcome that says how the app took it. All raise Refused when the workspace says no.
    """

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.AsyncClient(base_url=self.url, timeout=timeout, trust_env=False, verify=NO_TLS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

    @property
    def api_url(self) -> str:
        """For `AsyncWebClient(base_url=...)` and SLACK_API_URL; the slash at the end matters."""
        return f"{self.url}/api/"

    async def health(self) -> dict[str, Any]:
        return await self._get("health")

    async def command(self, as_user: str, channel: str, text: str) -> Outcome:
        """`text` is the whole line: `/env reserve integration 2h`. Returns once the app acknowledged, or did not."""
        return await self._act("command", {"as": as_user, "channel": channel, "text": text})

    async def say(self, as_user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        body = {"as": as_user, "channel": channel, "text": text, "thread_ts": thread_ts}
        return (await self._post("message", body))["message"]

    async def react(self, as_user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        await self._post("reaction", {"as": as_user, "channel": channel, "ts": ts, "name": name, "remove": remove})

    async def press(
        self,
        as_user: str,
        action_id: str,
        *,
        channel: str | None = None,
        ts: str | None = None,
        view_id: str | None = None,
        block_id: str | None = None,
        value: str | None = None,
        action: dict[str, Any] | None = None,
        values: dict[str, Any] | None = None,
    ) -> Outcome:
        """Act on the element with `action_id`: in the message or view named, else in the newest that the person sees.

        action: what was chosen ({"selected_option": {...}}, {"selected_user": "U.."}); values: the inputs around it.
        """
        place = {"channel": channel, "ts": ts, "view_id": view_id, "block_id": block_id}
        body = {"as": as_user, "action_id": action_id, **place, "value": value, "action": action, "values": values}
        return await self._act("action", body)

    async def submit(
        self, as_user: str, values: dict[str, Any] | None = None, *, view_id: str | None = None
    ) -> Outcome:
        """Submit the modal on top, or `view_id`. `values`: {action_id: value}, or as Slack's state."""
        return await self._act("submit", {"as": as_user, "values": values or {}, "view_id": view_id})

    async def dismiss(self, as_user: str, *, view_id: str | None = None, all_of_them: bool = False) -> None:
        await self._post("close", {"as": as_user, "view_id": view_id, "all": all_of_them})

    async def options(
        self, as_user: str, action_id: str, typed: str = "", *, view_id: str | None = None
    ) -> dict[str, Any]:
        """`options` or `option_groups` of an external select."""
        body = {"as": as_user, "action_id": action_id, "value": typed, "view_id": view_id}
        return await self._post("options", body)

    async def open_home(self, as_user: str) -> None:
        await self._post("home", {"as": as_user})

    async def shortcut(
        self, as_user: str, callback_id: str, *, channel: str | None = None, ts: str | None = None
    ) -> Outcome:
        return await self._act("shortcut", {"as": as_user, "callback_id": callback_id, "channel": channel, "ts": ts})

    async def join(self, as_user: str, channel: str) -> None:
        await self._post("join", {"as": as_user, "channel": channel})

    async def messages(self, channel: str, *, thread_ts: str | None = None) -> list[Message]:
        """Everything that stays in a channel (id or name), oldest first, replies and metadata included."""
        return (await self._get("messages", channel=channel, thread_ts=thread_ts))["messages"]

    async def direct_messages(self, user: str) -> list[Message]:
        """What the person and the app said to each other."""
        return await self.messages(user)

    async def ephemerals(self, user: str, channel: str) -> list[Message]:
        """What only this person sees in the channel; `dm` is the conversation with the app."""
        return (await self._get("ephemerals", **{"as": user, "channel": channel}))["messages"]

    async def views(self, user: str) -> list[View]:
        """Open modals, the one on top last."""
        return (await self._get("views", **{"as": user}))["views"]

    async def home(self, user: str) -> View | None:
        return (await self._get("home", **{"as": user}))["view"]

    async def notifications(self, user: str, *, after: int = 0) -> list[dict[str, Any]]:
        return (await self._get("notifications", **{"as": user, "after": after}))["notifications"]

    async def traffic(self, kind: str | None = None, *, after: int = 0) -> list[dict[str, Any]]:
        """kind: api, delivery, ack, response_url; entries have id, at (unix seconds), kind and the facts."""
        return (await self._get("traffic", kind=kind, after=after))["entries"]

    async def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        """Calls of the Web API: method, args, ok, error, status, ms, channel, ts."""
        return [entry for entry in await self.traffic("api") if method in (None, entry["method"])]

    async def fault(
        self,
        kind: str,
        *,
        method: str = "*",
        times: int | None = 1,
        lasts: float | None = None,
        seconds: float = 1.0,
    ) -> None:
        """kind: 429, 500, slow, dropped, drop_ack, duplicate. method: of the Web API, `response_url`, or a delivery.

        A number of times, or with `lasts` for that many seconds. seconds: the delay of slow, the Retry-After of 429.
        """
        body: dict[str, Any] = {"kind": kind, "method": method, "seconds": seconds}
        await self._post("faults", {**body, "lasts": lasts} if lasts is not None else {**body, "times": times})

    async def clear_faults(self) -> None:
        await self._post("faults/clear", {})

    async def disconnect(self, reason: str = "refresh_requested") -> int:
        """reason: refresh_requested, warning, link_disabled or cut. Returns how many connections it reached."""
        return (await self._post("disconnect", {"reason": reason}))["connections"]

    async def reset(self) -> None:
        await self._post("reset", {})

    async def export(self) -> dict[str, Any]:
        return await self._get("export")

    async def connected(self) -> bool:
        return (await self._get("state"))["connected"]

    async def wait_connected(self, *, within: float = PATIENCE) -> None:
        await self._wait({"connected": True}, within)

    async def wait_for(
        self,
        channel: str,
        contains: str = "",
        *,
        as_user: str | None = None,
        count: int = 1,
        since: str = "0",
        within: float = PATIENCE,
    ) -> list[Message]:
        """The messages that contain the text (anywhere, blocks included), once there are `count` of them.

        channel: id, name, or a person's id for their direct messages. as_user: look at what only that person sees.
        since: only those after this ts. Raises Refused when it takes longer than `within` seconds.
        """
        body: dict[str, Any] = {"channel": channel, "contains": contains, "count": count, "since": since}
        answer = await self._wait({**body, "as": as_user} if as_user else body, within)
        return answer["messages"]

    async def wait_for_view(self, user: str, callback_id: str, *, within: float = PATIENCE) -> View:
        """The modal on top, once it is the one with this callback_id. "" waits until none is open, and gives {}."""
        await self._wait({"as": user, "view": callback_id}, within)
        views = await self.views(user)
        return views[-1] if views else {}

    async def wait_for_home(self, user: str, contains: str = "", *, within: float = PATIENCE) -> View:
        await self._wait({"as": user, "home": contains}, within)
        return await self.home(user) or {}

    async def wait_for_traffic(self, name: str, *, count: int = 1, after: int = 0, within: float = PATIENCE) -> None:
        """name: a Web API method, or what was delivered (`/env`, app_mention, block_actions)."""
        await self._wait({"traffic": name, "count": count, "after": after}, within)

    async def _wait(self, condition: dict[str, Any], within: float) -> dict[str, Any]:
        return await self._post("wait", {**condition, "timeout": within}, patience=within + 10)

    async def _act(self, name: str, body: dict[str, Any]) -> Outcome:
        answer = (await self._client.post(f"/_control/{name}", json=body)).json()
        ack = answer.get("ack") or {}
        if not answer["ok"] and not ack and answer["error"] not in ("errors", "unknown_command"):
            raise Refused(answer)
        facts = (ack.get("state", ""), ack.get("ms", 0.0), ack.get("payload"))
        more = {"errors": answer.get("errors", {}), "envelope": ack.get("envelope", "")}
        return Outcome(answer["ok"], answer.get("error", ""), *facts, **more)

    async def _post(self, name: str, body: dict[str, Any], *, patience: float = 30.0) -> dict[str, Any]:
        answer = (await self._client.post(f"/_control/{name}", json=body, timeout=patience)).json()
        return _accepted(answer)

    async def _get(self, name: str, **query: Any) -> dict[str, Any]:
        given = {key: value for key, value in query.items() if value is not None}
        return _accepted((await self._client.get(f"/_control/{name}", params=given)).json())


def _accepted(answer: dict[str, Any]) -> dict[str, Any]:
    if not answer["ok"]:
        raise Refused(answer)
    return answer
