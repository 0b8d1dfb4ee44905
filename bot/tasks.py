"""Background jobs by name -> use case, and when the calendar asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import Session

from bot.callbacks import service as callbacks
from bot.deployments import records
from bot.deployments.build_status import BUILD_STATUS
from bot.deployments.build_statuses import BuildStatuses
from bot.deployments.following import Following
from bot.deployments.marking import MARK, Marking
from bot.deployments.outages import Outages
from bot.deployments.rules import RULE, Rules
from bot.deployments.sightings import Sightings
from bot.deployments.unannounced import RUNS, UnannouncedRuns
from bot.diagnosis.service import ASK, OF_CASE, OVERTAKE, SWEEP, Diagnoses
from bot.diagnosis.service import PRUNE as FORGET
from bot.notices import outbox
from bot.ports.clock import Clock
from bot.reservations.ledger import Ledger
from bot.reservations.planning import FreezePlans
from bot.runtime import jobs
from bot.runtime.calendar import Entry
from bot.runtime.database import Database
from bot.runtime.work import Retry, Task
from bot.suites.backfill import BACKFILL, Backfilling
from bot.suites.following import Following as SuiteFollowing
from bot.suites.records import LOOK as SUITE_LOOK
from bot.suites.schedules import SCHEDULE, Schedules
from bot.telemetry.retention import JOB as PRUNE
from bot.telemetry.retention import Retention

KEPT = timedelta(days=7)
"""How long rows stay of what was delivered or handed on: whoever looks into a complaint finds them."""

CALENDAR = (
    Entry("ledger.trim", every=timedelta(hours=1)),
    Entry("notices.prune", every=timedelta(days=1), late=timedelta(hours=12)),
    Entry(PRUNE, every=timedelta(minutes=1)),
    Entry("freezes.plan", every=timedelta(days=1), late=timedelta(hours=12)),
    Entry("deployments.sweep", every=timedelta(minutes=1)),
    Entry(RUNS, every=timedelta(minutes=5)),
    Entry("suites.sweep", every=timedelta(minutes=1)),
    Entry(SWEEP, every=timedelta(minutes=1)),
    Entry(FORGET, every=timedelta(days=1), late=timedelta(hours=12)),
    Entry(SCHEDULE, every=timedelta(minutes=1)),
    Entry(BACKFILL, every=timedelta(minutes=1)),
    Entry("health.look", every=timedelta(seconds=15)),
)


RETRIES = {
    callbacks.JOB: Retry(attempts=24, longest=timedelta(minutes=10)),
    BUILD_STATUS: Retry(attempts=24, longest=timedelta(minutes=10)),
    RULE: Retry(attempts=24, longest=timedelta(minutes=10)),
    OF_CASE: Retry(attempts=24, longest=timedelta(minutes=10)),
}
"""A receiver, a vendor, or whatever a case is explained from, that is down is called again for two and a half hours."""


def tasks(
    workspace: str,
    ledger: Ledger,
    plans: FreezePlans,
    database: Database,
    clock: Clock,
    *,
    callback: callbacks.Callbacks,
    retention: Retention,
) -> dict[str, Task]:
    """The jobs of the ledger, of messages and of telemetry. Each bears a repeat, as do those below."""

    async def trim(_arguments: Mapping[str, str]) -> None:
        await ledger.trim()

    async def plan(_arguments: Mapping[str, str]) -> None:
        await plans.plan()

    async def prune(_arguments: Mapping[str, str]) -> None:
        before, state = clock.now() - KEPT, await ledger.current()
        living = {*state.leases, *(done.lease_id for done in state.lately)}

        def forget(session: Session) -> None:
            outbox.prune(session, workspace, before=before)
            jobs.prune(session, workspace, before=before)
            callback.prune(session, before, living)

        await database.transact(forget)

    async def forget_telemetry(_arguments: Mapping[str, str]) -> None:
        await retention.prune()

    return {
        PRUNE: forget_telemetry,
        "ledger.trim": trim,
        "freezes.plan": plan,
        "notices.prune": prune,
        callbacks.JOB: callback.deliver,
    }


def deployment_tasks(
    following: Following,
    marking: Marking,
    statuses: BuildStatuses,
    rules: Rules,
    *,
    sightings: Sightings,
    outages: Outages,
    unannounced: UnannouncedRuns,
) -> dict[str, Task]:
    """The jobs of deployments, and of what is seen to run."""

    async def look_at_health(arguments: Mapping[str, str]) -> None:
        await sightings.look(arguments)
        await outages.look()

    return {
        records.LOOK: following.look,
        "deployments.sweep": following.sweep,
        MARK: marking.mark,
        BUILD_STATUS: statuses.put,
        RULE: rules.open,
        RUNS: unannounced.look,
        "health.look": look_at_health,
    }


def diagnosis_tasks(diagnoses: Diagnoses) -> dict[str, Task]:
    """The jobs of what is still to be explained."""
    return {
        OF_CASE: diagnoses.open_case,
        ASK: diagnoses.answer,
        OVERTAKE: diagnoses.overtake,
        SWEEP: diagnoses.sweep,
        FORGET: diagnoses.prune,
    }


def suite_tasks(following: SuiteFollowing, schedules: Schedules, backfilling: Backfilling) -> dict[str, Task]:
    """The jobs of suites that run, of those that begin by the calendar, and of those that are new here."""
    return {
        SUITE_LOOK: following.look,
        "suites.sweep": following.sweep,
        SCHEDULE: schedules.fire,
        BACKFILL: backfilling.go_on,
    }
