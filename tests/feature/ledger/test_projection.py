"""What follows from events may fail; the events are committed all the same."""

import pytest
from sqlalchemy import text
from sqlmodel import Session
from structlog.testing import capture_logs

from bot.reservations.tables import LedgerRow
from bot.runtime.database import at_the_end, ending_with
from bot.runtime.metrics import REGISTRY
from tests.support.ledgers import release, reserve


def counted(event):
    return REGISTRY.get_sample_value("signalbox_projection_faults_total", {"event": event}) or 0


class Written:
    """A projection that writes each seq down, and stumbles over some."""

    def __init__(self, *stumbles, how=""):
        self.stumbles, self.how, self.seqs = stumbles, how, []

    def __call__(self, session, steps):
        seqs = [step.recorded.seq for step in steps]
        if self.how and set(seqs) & set(self.stumbles):
            session.connection().execute(text(self.how))
        if set(seqs) & set(self.stumbles):
            raise KeyError(seqs)
        self.seqs.extend(seqs)


async def test_an_event_whose_consequences_fail_is_committed_without_them(town):
    project, before = Written(2), counted("LeaseReleased")
    ledger = await town.replica(project=project)
    await ledger.submit(reserve("L1"), request_id="r1", by="ana")
    with capture_logs() as logs:
        await ledger.submit(release("L1"), request_id="r2", by="ana")
        await ledger.submit(reserve("L2"), request_id="r3", by="ana")
    assert [recorded.seq for recorded in await ledger.history(environment="integration")] == [1, 2, 3]
    assert project.seqs == [1, 3]
    assert [entry["seq"] for entry in logs if entry["event"] == "nobody is told of an event"] == [2]
    assert counted("LeaseReleased") == before + 1


async def test_of_several_events_only_the_one_at_fault_stays_untold(town):
    project = Written(3)
    ledger = await town.replica(project=project)
    await ledger.submit(reserve("L1", "ana"), request_id="r1", by="ana")
    await ledger.submit(reserve("L2", "ben"), request_id="r2", by="ben")
    outcome = await ledger.submit(release("L1"), request_id="r3", by="ana")
    assert [recorded.seq for recorded in outcome.recorded] == [3, 4]
    assert project.seqs == [1, 2, 4]


async def test_a_statement_that_sql_refuses_does_not_spoil_the_transaction(town):
    project = Written(1, how="INSERT INTO nowhere VALUES (1)")
    ledger = await town.replica(project=project)
    await ledger.submit(reserve("L1"), request_id="r1", by="ana")
    await ledger.submit(release("L1"), request_id="r2", by="ana")
    assert project.seqs == [2]


class PutOff:
    """A projection that writes each seq down at the end of the transaction, and stumbles over 3."""

    def __init__(self, stumble):
        self.stumble, self.seqs = stumble, []

    def __call__(self, session, steps):
        seqs = [step.recorded.seq for step in steps]
        at_the_end(session, "seqs", seqs, self._write)
        if 3 in seqs and self.stumble == "before":
            raise KeyError(seqs)
        if 3 in seqs and self.stumble == "unsent":
            session.add(LedgerRow(workspace="T1", epoch=1, seq=1, mark="there is one"))

    def _write(self, session, seqs):
        if 3 in seqs and self.stumble == "then":
            raise KeyError(seqs)
        self.seqs.append(list(seqs))


@pytest.mark.parametrize("stumble", ["before", "then", "unsent"])
async def test_what_an_event_puts_off_to_the_end_is_left_out_with_it_and_nothing_else_is(town, stumble):
    project = PutOff(stumble)
    ledger = await town.replica(project=project)
    for seq, (lease, person) in enumerate((("L1", "ana"), ("L2", "ben"))):
        await ledger.submit(reserve(lease, person), request_id=f"r{seq}", by=person)
    outcome = await ledger.submit(release("L1"), request_id="r3", by="ana")
    assert [recorded.seq for recorded in outcome.recorded] == [3, 4]
    told = [seqs for seqs in project.seqs if 3 not in seqs]
    assert told == [[1], [2], [4]]
    assert stumble == "unsent" or told == project.seqs


def test_what_is_put_off_within_ends_within_and_the_rest_is_still_to_be_done():
    done: list[list[int]] = []
    session = Session()

    def put_off(*items: int) -> None:
        at_the_end(session, "told", items, lambda _, all_of_it: done.append(list(all_of_it)))

    def stumbles() -> None:
        with ending_with(session):
            put_off(3)
            raise KeyError

    with ending_with(session):
        put_off(1)
        with ending_with(session):
            put_off(2)
        with pytest.raises(KeyError):
            stumbles()
        put_off(4)
    assert done == [[2], [1, 4]]
