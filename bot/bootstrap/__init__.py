"""The composition root: the one place that knows every concrete class, and in which order they start.

Stop order: web, Slack, workers (drained), workspace, SQL, Redis, Valkey; each registers its stop as it starts.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

from bot.bootstrap.cases import open_cases
from bot.bootstrap.deployments import DeploymentRoom, Outside, open_deployments
from bot.bootstrap.diagnoses import Asking, open_diagnoses
from bot.bootstrap.diagnosis import DiagnosisRoom, open_diagnosis
from bot.bootstrap.edge import More, build_bot, hinted, register, start_web, start_work, take_port
from bot.bootstrap.floor import Floor, Parts
from bot.bootstrap.narrator import open_narrator
from bot.bootstrap.opening.play import World
from bot.bootstrap.providers import open_providers, open_run_gates
from bot.bootstrap.rooms import Rooms, open_catalog, start_rooms
from bot.bootstrap.sample import open_sample
from bot.bootstrap.slack import reach_slack
from bot.bootstrap.sources import open_sources
from bot.bootstrap.stores import open_stores
from bot.bootstrap.suites import open_suites
from bot.bootstrap.telemetry import open_telemetry
from bot.bootstrap.trials import Trials
from bot.deployments.needs import Providers
from bot.deps import Commands
from bot.runtime import folder
from bot.runtime.clock import RedisClock
from bot.runtime.processes import Lifecycle
from bot.runtime.redis import Keys
from bot.runtime.web import address_of
from bot.settings import Settings
from handlers.http.webhooks import Take

__all__ = ["Floor", "Parts", "Started", "register", "run", "start"]


async def run(settings: Settings, parts: Parts | None = None) -> int:
    """Run until SIGINT or SIGTERM; the exit code. Raises SignalboxError when it cannot start."""
    parts, data = parts or Parts(), folder.prepare(settings.data_dir)
    with folder.claimed(data) if parts.embedded else nullcontext():
        async with Lifecycle() as life:
            floor = Floor(settings, parts, data, life, Keys(settings.workspace_id), RedisClock())
            started = await start(floor)
            if parts.embedded:
                folder.note_address(data, started.address)
            print(greeting(started), flush=True)  # noqa: T201 - what whoever typed `up` waits for
            await life.until_stopped()
    return 0


@dataclass(frozen=True, slots=True)
class Started:
    """workspace: the address of the local workspace's page, if one runs; address: that of the start page.

    hinted: takes what a vendor tells of a run, as its webhook does.
    """

    rooms: Rooms
    deployment: DeploymentRoom
    diagnosis: DiagnosisRoom
    workspace: str
    address: str
    hinted: Take


async def start(floor: Floor, providers: Providers | None = None, asking: Asking | None = None) -> Started:
    """Start every layer; from then on all of it runs under `floor.life`. providers: in place of those of the settings;
    asking: whom diagnoses ask, in place of the sources.

    What is quickly seen to be wrong comes first: the catalog, and a port that is taken.
    """
    source = open_catalog(floor)
    listening = take_port(floor) if floor.parts.web else None
    stores = await open_stores(floor)
    slack = await reach_slack(floor, source.current())
    rooms = await start_rooms(floor, stores, source, slack.chat)
    public_url = floor.settings.public_url or (address_of(listening) if listening else "")
    telemetry = await open_telemetry(floor, rooms.tokens, source.current, public_url)
    sample = await open_sample(floor, source)
    runners = providers or open_providers(floor, sample.shop)
    sources, marked = open_sources(floor, telemetry.stored)
    moved = sample.shop.moved if sample.shop else {}
    gates = open_run_gates(floor)
    trials = Trials(floor.workspace, source.current, floor.clock)
    outside = Outside(runners, sources, telemetry.stored, trials, moved, marked, public_url, gates)
    deployment = open_deployments(floor, stores, source, rooms, outside)
    cases = open_cases(floor, stores, source, rooms, sources, public_url=public_url)
    suites = open_suites(
        floor,
        stores,
        source,
        rooms,
        providers=runners,
        room=deployment,
        trials=trials,
        cases=cases,
        public_url=public_url,
        interrupted=sample.interrupted,
    )
    diagnosis = open_diagnosis(floor, stores, source, sources, cases=cases, suites=suites, providers=runners)
    asked = asking or Asking(diagnosis.questions, diagnosis.gather, narrate=open_narrator(floor, stores.database))
    diagnoses = open_diagnoses(floor, stores, source, rooms, cases=cases, asking=asked, public_url=public_url)
    more = More(source, deployment, suites, cases, diagnoses, telemetry, sources, public_url, sample.notes)
    bot = build_bot(floor, stores, rooms, more, slack)
    if floor.parts.worker:
        await start_work(floor, stores, rooms, more, bot)
    web = start_web(floor, stores, more, slack.keys, bot, listening=listening) if listening else None
    address = await web if web else ""
    commands = Commands(floor.settings.command_env, floor.settings.command_deploy)
    world = World(source.current, rooms.reservations, deployment.deployments, floor.clock, commands)
    sample.prepare_opening(slack.keys.page, world)
    sample.start(telemetry=address)
    return Started(rooms, deployment, diagnosis, slack.keys.page, address, hinted(more))


def greeting(started: Started) -> str:
    """What to open next."""
    lines = (
        "Signalbox runs.",
        started.workspace and f"  Open the workspace:  {started.workspace}",
        started.address and f"  Start page:          {started.address}",
        "  Stop it with Ctrl-C.",
    )
    return "\n".join(line for line in lines if line)
