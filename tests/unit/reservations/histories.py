"""What must be true of a whole history, once it has been played."""

from itertools import pairwise

from bot.reservations.events import Recorded, lease_id_of
from bot.reservations.log import snapshots
from bot.reservations.log.codec import body_of, event_of, kind_of
from bot.reservations.model import evolve
from bot.reservations.outcome import folded
from bot.reservations.state import State
from bot.reservations.tables import SnapshotRow
from bot.reservations.values import Token
from bot.runtime.clock import to_ms
from tests.unit.reservations.story import Story


def tokens_rise(history: list[Recorded]) -> None:
    state, tokens = State(), list[Token]()
    for entry in history:
        state = evolve(state, entry)
        lease = state.leases.get(lease_id_of(entry.event))
        if lease and lease.token and lease.token not in tokens:
            tokens.append(lease.token)
    assert all(one < other for one, other in pairwise(tokens))


def the_history_tells_the_state(story: Story) -> None:
    state = State()
    for entry in story.history:
        state = evolve(state, entry)
    assert state == story.state


def each_lease_tells_itself(story: Story) -> None:
    """A lease follows from its own events alone."""
    for lease_id, lease in story.state.leases.items():
        own = [entry for entry in story.history if lease_id_of(entry.event) == lease_id]
        assert folded(own, {}).leases[lease_id] == lease


def what_is_written_is_read(story: Story) -> None:
    """Each event, and the whole state as a snapshot; SQL keeps times to the millisecond."""
    for entry in story.history:
        assert event_of(kind_of(entry.event), body_of(entry.event)) == entry.event
    state = story.state
    if state.at and state.at.microsecond % 1000 == 0:
        row = SnapshotRow(
            workspace="", mark="", shape="", seq=state.seq, at=to_ms(state.at), body=snapshots._written(state)
        )
        assert snapshots._read(row) == state
