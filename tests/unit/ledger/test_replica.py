"""What a replica makes of what it hears, from Redis and from SQL."""

import pytest

from bot.reservations.events import LeaseQueued, Recorded
from bot.reservations.log.entries import Entry, Memory, Position
from bot.reservations.log.replica import Gap, Replica
from tests.support.ledgers import NINE, wanted


def entry(seq, mark="a", *, epoch=1, first=None, count=1, follows=None):
    event = LeaseQueued(wanted(f"L{seq}{mark}"))
    request = Memory("f", seq if first is None else first, count, mark)
    return Entry(Recorded(epoch, seq, NINE, event, f"r{seq}", "ana"), request, follows or ("-" if seq == 1 else mark))


def opened():
    replica = Replica()
    replica.follow(Position(1, 0, "-"), [])
    return replica


def test_what_is_appended_is_seen_but_not_committed():
    replica = opened()
    replica.append([entry(1), entry(2)])
    assert (replica.tip_at, replica.committed_at) == (Position(1, 2, "a"), Position(1, 0, "-"))
    assert len(replica.tip.leases) == 2
    assert not replica.committed.leases


def test_hearing_it_twice_changes_nothing():
    replica = opened()
    replica.append([entry(1), entry(2)])
    replica.append([entry(1), entry(2)])
    assert len(replica.pending(10)) == 2


STRANGERS = {"gap": entry(3, follows="a"), "fork": entry(1, "b"), "epoch": entry(2, epoch=2), "branch": entry(2, "b")}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_what_does_not_follow_is_refused(stranger):
    replica = opened()
    replica.append([entry(1)])
    with pytest.raises(Gap):
        replica.append([stranger])


def test_a_request_is_committed_whole_or_not_at_all():
    replica = opened()
    replica.append([entry(1), entry(2, first=2, count=2)])
    assert [pending.entry.seq for pending in replica.pending(10)] == [1]
    replica.append([entry(3, first=2, count=2)])
    assert [pending.entry.seq for pending in replica.pending(2)] == [1, 2, 3]


def test_what_sql_has_otherwise_was_never_promised_and_is_dropped():
    replica = opened()
    replica.append([entry(1, "a"), entry(2, "a")])
    replica.follow(Position(1, 1, "b"), [entry(1, "b")])
    assert replica.marks == {1: "b"}
    assert set(replica.tip.leases) == {"L1b"}


def test_another_epoch_keeps_what_sql_has_and_drops_the_rest():
    replica = opened()
    replica.append([entry(1), entry(2)])
    replica.follow(Position(2, 1, "a"), [entry(1)])
    assert replica.marks == {1: "a"}
    assert replica.tip_at == Position(2, 1, "a")
    assert set(replica.tip.leases) == {"L1a"}


def test_hearing_from_sql_what_was_committed_here_meanwhile_changes_nothing():
    replica = opened()
    replica.append([entry(1), entry(2)])
    replica.commit(2)
    replica.follow(Position(1, 1, "a"), [entry(1)])
    assert replica.committed_at == Position(1, 2, "a")
