"""Redis: the client, and every key of a workspace.

redis-py repeats a command whose reply was lost, three times, by default: an increment then counts twice. Clients opened
here never repeat anything by themselves; whoever calls knows whether a repeat is safe.
"""

from __future__ import annotations

from functools import cache
from typing import cast
from urllib.parse import urlsplit

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import BusyLoadingError, RedisError, ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from bot.errors import Unavailable

ANSWER_S = 5.0
"""How long a command may take before the connection counts as lost."""

CLUSTER = "redis+cluster"


class Keys:
    """Every key of one workspace, in one cluster slot: all carry the hash tag `{ws:ID}`."""

    def __init__(self, workspace: str) -> None:
        self._tag = f"{{ws:{workspace}}}"

    @property
    def head(self) -> str:
        """Hash: epoch, seq and mark of the newest event."""
        return f"{self._tag}:head"

    @property
    def events(self) -> str:
        """Stream of events; an entry's id is `<epoch>-<seq>`."""
        return f"{self._tag}:events"

    @property
    def inbox(self) -> str:
        """Stream of payloads that were acknowledged and wait to be handled."""
        return f"{self._tag}:inbox"

    def request(self, epoch: int, id: str) -> str:
        """What became of a request id. Each epoch has its own: what is lost with one is not remembered in the next."""
        return f"{self._tag}:req:{epoch}:{id}"

    def arrival(self, id: str) -> str:
        """Marks a payload that is in the inbox already."""
        return f"{self._tag}:arrival:{id}"

    @property
    def inbox_dead(self) -> str:
        """Stream of payloads that were given up."""
        return f"{self._tag}:inbox:dead"

    def once(self, id: str) -> str:
        """Marks what is done at most once."""
        return f"{self._tag}:once:{id}"

    def budget(self, method: str, channel: str = "") -> str:
        """Token bucket of a Slack method, of one channel where the limit is per channel."""
        return f"{self._tag}:budget:{method}:{channel}"

    def fired(self, job: str, slot: str) -> str:
        """Claims one firing of a scheduled job for one replica."""
        return f"{self._tag}:fired:{job}:{slot}"


async def open_redis(url: str, *, blocking: bool = False) -> Redis:
    """A client for `unix://`, `redis://`, `rediss://` or `redis+cluster://`; the scheme decides. Nothing is sent yet.

    `blocking`: for commands that wait on the server (XREAD BLOCK): their answer may take as long as it likes.
    """
    answer = None if blocking else ANSWER_S
    if urlsplit(url).scheme == CLUSTER:
        return cast("Redis", _cluster(url, answer))
    return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - its keyword arguments are untyped
        url,
        socket_timeout=answer,
        socket_connect_timeout=ANSWER_S,
        retry=_no_retry(),
        driver_info=_driver(),
        # Enabled, which they are by default, they keep the pool from noticing a dead connection before it is used.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )


def never_sent(error: RedisError) -> bool:
    """Certainly not carried out: Redis said no, or nobody listens at that address."""
    if isinstance(error, ResponseError | BusyLoadingError):
        return True
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError | FileNotFoundError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def away(error: RedisError) -> Unavailable:
    """The sentence for the person whose command met `error`."""
    if never_sent(error):
        return Unavailable("Redis does not answer. Nothing was changed; try again in a minute.", recorded=False)
    return Unavailable(
        "Redis was lost before it answered. Look whether it was recorded before you try again.", recorded=None
    )


def _cluster(url: str, answer: float | None) -> RedisCluster:
    """Commands of one workspace meet one slot, so the cluster's client does all that the plain one does here."""
    plain = url.replace(CLUSTER, "redis", 1)
    return RedisCluster.from_url(plain, socket_timeout=answer, retry=_no_retry(), driver_info=_driver())


@cache
def _driver() -> DriverInfo:
    """What CLIENT LIST shows. Else each connection reads the version of redis-py from its package anew, for 2 ms."""
    return DriverInfo()


def _no_retry() -> Retry:
    return Retry(NoBackoff(), 0)
