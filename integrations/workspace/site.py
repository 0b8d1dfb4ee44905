"""Everything one workspace is made of, put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from integrations.workspace.delivery import Delivery
from integrations.workspace.directory import Directory
from integrations.workspace.events import Events
from integrations.workspace.faults import Faults
from integrations.workspace.files import Files
from integrations.workspace.hub import Hub
from integrations.workspace.limits import Limits
from integrations.workspace.messages import Messages
from integrations.workspace.notifications import Notifications
from integrations.workspace.posts import Posts
from integrations.workspace.rates import Rates
from integrations.workspace.seed import Seed
from integrations.workspace.socket_mode import SocketMode
from integrations.workspace.storage import Storage
from integrations.workspace.traffic import Traffic
from integrations.workspace.triggers import ResponseUrls, Triggers
from integrations.workspace.view_stacks import ViewStacks


@dataclass(frozen=True, slots=True)
class Site:
    data: Path
    base_url: str
    seed: Seed
    limits: Limits
    storage: Storage
    directory: Directory
    messages: Messages
    posts: Posts
    views: ViewStacks
    notifications: Notifications
    events: Events
    delivery: Delivery
    socket_mode: SocketMode
    triggers: Triggers
    response_urls: ResponseUrls
    rates: Rates
    faults: Faults
    files: Files
    traffic: Traffic
    hub: Hub

    def forget(self) -> None:
        """What was said and seen goes; who and what there is stays."""
        self.storage.clear("message", "last_read", "traffic", "notification", "response_url")
        self.views.forget()
        self.faults.clear()
        self.files.forget()
        self.rates.forget()
        self.hub.touch()

    async def close(self) -> None:
        await self.delivery.close()
        self.storage.close()


def open_site(data: Path, seed: Seed, limits: Limits, base_url: str) -> Site:
    """`base_url` is where the server answers, without a slash at the end."""
    storage, hub, faults = Storage(data), Hub(), Faults()
    traffic, directory = Traffic(storage, hub), Directory(seed, storage)
    files = Files(storage, data / "files", directory, limits, base_url)
    messages, notifications = Messages(storage), Notifications(directory, storage, hub)
    socket_mode = SocketMode(seed.app.id, limits, hub, traffic)
    delivery = Delivery(_transport(seed, socket_mode), limits, faults, traffic)
    events = Events(directory, delivery)
    return Site(
        data=data,
        base_url=base_url,
        seed=seed,
        limits=limits,
        storage=storage,
        directory=directory,
        messages=messages,
        posts=Posts(directory, messages, hub, events, notifications, files=files),
        views=ViewStacks(storage, hub, seed, files),
        notifications=notifications,
        events=events,
        delivery=delivery,
        socket_mode=socket_mode,
        triggers=Triggers(limits),
        response_urls=ResponseUrls(storage, limits, base_url),
        rates=Rates(limits),
        faults=faults,
        files=files,
        traffic=traffic,
        hub=hub,
    )


def _transport(seed: Seed, socket_mode: SocketMode):  # noqa: ANN202 - either transport
    if seed.app.delivery.mode == "socket":
        return socket_mode
    from integrations.workspace.http_delivery import SignedHttp  # noqa: PLC0415 - httpx is slow to import and rarely needed

    return SignedHttp(seed.app)
