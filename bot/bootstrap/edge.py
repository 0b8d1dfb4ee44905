"""The Bolt app, its transports, the pages, and the workers behind them."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI
from slack_sdk.web.async_client import AsyncWebClient

from bot import tasks
from bot.bootstrap.cases import CaseRoom
from bot.bootstrap.deployments import DeploymentRoom
from bot.bootstrap.floor import Floor
from bot.bootstrap.providers import senders
from bot.bootstrap.rooms import Rooms
from bot.bootstrap.slack import Slack, SlackKeys
from bot.bootstrap.start_page import about
from bot.bootstrap.stores import Stores, redis_well, sql_well
from bot.bootstrap.suites import SuiteRoom
from bot.bootstrap.telemetry import Telemetry
from bot.bootstrap.trials import CONFIRM, TRY
from bot.catalog import CatalogSource
from bot.deps import Commands, Deps
from bot.diagnosis.service import Diagnoses
from bot.ports.protection import HeldRun
from bot.ports.telemetry import Sources
from bot.ports.webhooks import Hint
from bot.reservations.chronicle import Chronicle
from bot.runtime import observability
from bot.runtime.calendar import Calendar
from bot.runtime.clock import WallClock
from bot.runtime.consumer import Consumer
from bot.runtime.counts import MetricCounts
from bot.runtime.inbox import RedisInbox
from bot.runtime.once import RedisOnce
from bot.runtime.relay import Relay
from bot.runtime.web import WebServer, address_of, listen
from bot.runtime.work import Task, open_work
from bot.settings import SlackMode
from bot.stats.service import Statistics
from handlers import case, deploy, diagnosis, env, forms, home, leases, rules, stats, suite
from handlers import settings as personal
from handlers.app import Dispatcher, Inline, create_app
from handlers.http import api as http_api
from handlers.http import cases as case_pages
from handlers.http import diagnoses as diagnosis_pages
from handlers.http import ops, otlp, webhooks
from handlers.http import runs as run_pages
from handlers.http import slack as slack_http
from handlers.http import telemetry as telemetry_pages
from handlers.kit import homes
from handlers.kit.guard import Guard
from handlers.kit.listeners import Listeners
from handlers.kit.reception import Reception
from handlers.socket import SocketMode
from integrations.slack import SlackPeople


@dataclass(frozen=True, slots=True)
class Bot:
    """The Bolt app as its transports and the inbox see it."""

    inbox: RedisInbox
    dispatcher: Dispatcher
    handle: homes.Dispatch
    reception: Reception
    client: AsyncWebClient
    once: RedisOnce
    counts: MetricCounts
    api: http_api.Api


@dataclass(frozen=True, slots=True)
class More:
    """What stands beside the ledger's rooms. public_url: where the web server is reached. notes: for the start page."""

    source: CatalogSource
    deployment: DeploymentRoom
    suites: SuiteRoom
    cases: CaseRoom
    diagnoses: Diagnoses
    telemetry: Telemetry
    sources: Sources
    public_url: str
    notes: Callable[[], Iterable[str]]


def build_bot(floor: Floor, stores: Stores, rooms: Rooms, more: More, slack: Slack) -> Bot:
    """Every listener behind its guard, and what brings payloads to them."""
    settings, source, deployment = floor.settings, more.source, more.deployment
    client = AsyncWebClient(token=slack.keys.bot_token, base_url=slack.keys.api_url, timeout=10)
    app = create_app(client, slack.identity)
    once, counts = RedisOnce(stores.redis, floor.keys), MetricCounts()
    commands = Commands(settings.command_env, settings.command_deploy, settings.command_suite)
    statistics = Statistics(Chronicle(stores.database, floor.workspace), rooms.reservations, floor.clock)
    floor.life.run("usual lengths", statistics.run)
    people = SlackPeople(slack.chat)
    deps = Deps(
        rooms.reservations,
        source.current,
        floor.clock,
        people,
        rooms.personal,
        rooms.watches,
        statistics,
        slack.chat,
        deployment.deployments,
        deployment.sightings,
        more.sources,
        more.suites.suites,
        more.cases.cases,
        more.cases.rulings,
        more.diagnoses,
        commands=commands,
        public_url=more.public_url,
    )
    guard = Guard(
        deps=deps, once=once, client=client, counts=counts, team_of=lambda person: source.current().team_of(person)
    )
    floor.life.on_stop("forms", guard.drain)
    register(Listeners(app, guard), commands)
    inbox = RedisInbox(stores.redis, floor.keys)
    reception = Reception(inbox, Inline(app, once, floor.clock), floor.clock)
    dispatcher = Dispatcher(app, client, once)
    handle = homes.republishing(dispatcher, client, deps)
    return Bot(inbox, dispatcher, handle, reception, client, once, counts, _api(floor, rooms, more, people))


def register(on: Listeners, commands: Commands) -> None:
    """Every feature's listeners."""
    env.register(on, commands.env)
    deploy.register(on, commands.deploy)
    suite.register(on, commands.suite)
    case.register(on)
    rules.register(on)
    diagnosis.register(on)
    forms.register(on)
    leases.register(on)
    personal.register(on)
    home.register(on)
    stats.register(on)


async def start_work(floor: Floor, stores: Stores, rooms: Rooms, more: More, bot: Bot) -> None:
    """What a worker does: handle what arrived, deliver what is to be told, run jobs, follow the calendar."""
    known = _tasks(floor, stores, rooms, more)
    queue = open_work(stores.redis_url, workspace=floor.workspace, tasks=known, retries=tasks.RETRIES)
    work = await floor.life.enter("work queue", queue)
    floor.life.run("jobs", work.run)
    floor.life.on_stop("jobs drained", work.drain)
    relay = Relay(stores.database, work, floor.clock, workspace=floor.workspace)
    rooms.wakes.append(relay.wake)
    floor.life.run("relay", relay.run)
    calendar = Calendar(tasks.CALENDAR, stores.redis, floor.keys, work, floor.clock)
    await calendar.start()
    floor.life.on_stop("calendar", calendar.stop)
    floor.life.run("delivery", rooms.delivery.run)
    consumer = Consumer(bot.inbox, bot.handle, replica=uuid.uuid4().hex, on_dead=bot.dispatcher.give_up)
    floor.life.run("inbox", consumer.run)


def _tasks(floor: Floor, stores: Stores, rooms: Rooms, more: More) -> dict[str, Task]:
    """Every job that may be enqueued."""
    deployment, suites = more.deployment, more.suites
    of_ledger = tasks.tasks(
        floor.workspace,
        rooms.ledger,
        rooms.plans,
        stores.database,
        floor.clock,
        callback=rooms.callbacks,
        retention=more.telemetry.retention,
    )
    of_deployments = tasks.deployment_tasks(
        deployment.following,
        deployment.marking,
        deployment.statuses,
        deployment.rules,
        sightings=deployment.sightings,
        outages=deployment.outages,
        unannounced=deployment.unannounced,
    )
    of_suites = tasks.suite_tasks(suites.following, suites.schedules, suites.backfilling)
    trials: dict[str, Task] = {TRY: suites.verifying.try_out, CONFIRM: suites.verifying.confirm}
    of_diagnoses = tasks.diagnosis_tasks(more.diagnoses)
    return {**of_ledger, **of_deployments, **of_suites, **of_diagnoses, **trials}


def take_port(floor: Floor) -> socket.socket:
    """The socket of the pages, given back at the end whatever comes between. Raises Unavailable."""
    settings = floor.settings
    listening = listen(settings.host, settings.port, chosen=settings.chose("port"))

    async def give_back() -> None:
        listening.close()

    floor.life.on_stop("port", give_back)
    return listening


async def start_web(
    floor: Floor, stores: Stores, more: More, keys: SlackKeys, bot: Bot, *, listening: socket.socket
) -> str:
    """Slack's way in, and the pages for whoever runs it. Gives the address of the start page."""
    settings = floor.settings
    api = FastAPI(title="Signalbox", version=version("signalbox"), docs_url=None, redoc_url=None)
    checks: dict[str, ops.Check] = {
        "redis": partial(redis_well, stores.redis),
        "sql": partial(sql_well, stores.database),
    }
    if settings.slack_mode is SlackMode.HTTP:
        door = slack_http.Door(keys.signing_secret, bot.once, WallClock())
        api.include_router(slack_http.router(bot.reception, door, bot.counts))
    else:
        connection = SocketMode(bot.reception, keys.app_token, bot.client)
        floor.life.run("slack", connection.run)
        checks["slack"] = partial(_slack_well, connection)
    api.include_router(ops.router(about(floor, keys, checks, more.notes)))
    api.include_router(otlp.router(more.telemetry.receiver))
    api.include_router(telemetry_pages.router(more.telemetry.pages))
    pages = more.telemetry.pages.pages
    of_cases = case_pages.CasePages(more.cases.dossier, pages, floor.clock, more.source.current)
    api.include_router(case_pages.router(of_cases))
    trace, used = more.telemetry.stored.trace, more.telemetry.pages.used
    told = diagnosis_pages.DiagnosisPages(more.diagnoses, pages, more.source.current, trace, used)
    api.include_router(diagnosis_pages.router(told))
    accounts, attachments = more.suites.accounts, more.suites.attachments
    of_runs = run_pages.RunPages(accounts, attachments, pages, more.source.current)
    api.include_router(run_pages.router(of_runs))
    api.include_router(webhooks.router(senders(settings), hinted(more), bot.once, bot.counts))
    http_api.install(api, bot.api)
    observability.trace_app(api, settings.otlp_endpoint)
    server = WebServer(api, listening)
    await server.start()
    floor.life.on_stop("web", server.stop)
    floor.life.on_stop("long polls", bot.api.changes.close)
    return address_of(listening)


def hinted(more: More) -> webhooks.Take:
    """A run is a deployment's or a suite's: each room knows its own."""

    async def take(told: Hint | HeldRun) -> None:
        await more.deployment.hints.take(told)
        if isinstance(told, Hint):
            await more.suites.following.take(told)

    return take


def _api(floor: Floor, rooms: Rooms, more: More, people: SlackPeople) -> http_api.Api:
    return http_api.Api(
        tokens=rooms.tokens,
        clock=floor.clock,
        reservations=rooms.reservations,
        changes=rooms.changes,
        callbacks=rooms.callbacks,
        catalog=more.source.current,
        people=people,
        deployments=more.deployment.deployments,
        sightings=more.deployment.sightings,
        suites=more.suites.suites,
        reports=more.suites.reports,
    )


async def _slack_well(connection: SocketMode) -> str | None:
    return None if await connection.connected() else "not connected to Slack"
