"""Personal settings: who wants to be told what, and when. In SQL, read in the transaction that writes the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.catalog import Catalog, Hours
from bot.notices import outbox
from bot.notices.model import Envelope
from bot.notices.noise import Today, whom_to_count, within_reason
from bot.notices.outbox import millis
from bot.notices.preferences import Preferences, Quiet, considerate, midnight, next_morning, quiet_until, working_hours
from bot.notices.tables import OutboxRow, PreferenceRow, Stage
from bot.notices.today import stands, today_of, written
from bot.notices.topics import Topic, topic_of
from bot.ports.clock import Clock
from bot.runtime.database import Database, at_the_end

TOLD = "told"
"""By which a transaction knows what it tells."""


class PersonalSettings:
    """wake: called when something that was held back may go."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        workspace: str,
        catalog: Callable[[], Catalog],
        wake: Callable[[], None],
    ) -> None:
        self._database, self._clock, self._workspace = database, clock, workspace
        self._catalog, self._wake = catalog, wake

    async def of(self, person: str) -> Preferences:
        """Raises Unavailable."""
        async with self._database.read() as session:
            row = await session.get(PreferenceRow, (self._workspace, person))
        return _read(row) if row else Preferences()

    async def save(self, person: str, chosen: Preferences) -> None:
        """From now on. What is held back for them goes when it is no longer quiet by the new choice.

        Raises Unavailable.
        """
        now = self._clock.now()
        until = quiet_until(chosen, working_hours(chosen, self._catalog(), person), now) or now

        def write(session: Session) -> None:
            session.merge(_row(self._workspace, person, chosen))
            held = [col(OutboxRow.workspace) == self._workspace, col(OutboxRow.to) == person]
            held += [col(OutboxRow.stage) == Stage.PENDING, col(OutboxRow.not_before) > 0]
            times = {"not_before": millis(until), "next_attempt_at": millis(until)}
            session.exec(update(OutboxRow).where(*held).values(**times))

        await self._database.transact(write)
        self._wake()


def tell(session: Session, workspace: str, envelopes: Sequence[Envelope], catalog: Catalog, *, now: datetime) -> None:
    """Write `envelopes` down as each person wants them: at the end of the transaction, with all that others tell in it.

    Whoever is told something is locked until the transaction ends. All of them at once, in the order of their ids and
    after every row that a room locks: so two transactions never wait for each other.
    """

    def write(session: Session, told: Sequence[Envelope]) -> None:
        outbox.put(session, workspace, as_wanted(session, workspace, told, catalog, now=now), now=now)

    at_the_end(session, TOLD, envelopes, write)


def as_wanted(
    session: Session, workspace: str, envelopes: Sequence[Envelope], catalog: Catalog, *, now: datetime
) -> list[Envelope]:
    """`envelopes` as each person wants them: some held back, some left out, on a full day some put together. What was
    written before is left out as well: on a fuller day a repeat would be told otherwise, and so twice.
    """
    people = {envelope.to for envelope in envelopes if topic_of(envelope.notice) is not None}
    people |= whom_to_count(envelopes)
    chosen = _chosen(session, workspace, people) if people else {}
    asked = (considerate(each, chosen.get(each.to, Preferences()), catalog, now) for each in envelopes)
    wanted = [envelope for envelope in asked if envelope is not None]
    days = dict[str, Today]()
    for person in sorted(whom_to_count(wanted)):
        theirs = chosen.get(person, Preferences())
        if not theirs.unlimited:
            hours = working_hours(theirs, catalog, person)
            days[person] = today_of(session, workspace, person, midnight(hours, now), _morning(theirs, hours, now))
    told = written(session, [envelope.id for envelope in wanted if envelope.to in days])
    wanted = [envelope for envelope in wanted if envelope.id not in told]
    cards = {envelope.card for envelope in wanted if envelope.card and envelope.to in days}
    fresh = {card for card in cards if not stands(session, workspace, card)}
    return within_reason(wanted, days, fresh=fresh, now=now)


def _morning(chosen: Preferences, hours: Hours, now: datetime) -> datetime:
    """When what was too much for a day is told: not in the quiet hours of their own."""
    start = next_morning(hours, now)
    return quiet_until(chosen, hours, start) or start


def _chosen(session: Session, workspace: str, people: Iterable[str]) -> dict[str, Preferences]:
    """Of those who have chosen anything."""
    where = [col(PreferenceRow.workspace) == workspace, col(PreferenceRow.person).in_(sorted(people))]
    rows = session.exec(select(PreferenceRow).where(*where)).all()
    return {row.person: _read(row) for row in rows}


def _row(workspace: str, person: str, chosen: Preferences) -> PreferenceRow:
    work_from, work_to = chosen.work or (None, None)
    return PreferenceRow(
        workspace=workspace,
        person=person,
        muted=" ".join(sorted(chosen.muted)),
        quiet=chosen.quiet,
        quiet_from=chosen.quiet_from,
        quiet_to=chosen.quiet_to,
        zone_name=chosen.zone_name,
        work_from=work_from,
        work_to=work_to,
        known_zone=chosen.known_zone,
        unlimited=chosen.unlimited,
    )


def _read(row: PreferenceRow) -> Preferences:
    """Topics and quiet hours that this version does not know were another version's."""
    return Preferences(
        muted=frozenset(topic for topic in Topic if topic in row.muted.split()),
        quiet=next((quiet for quiet in Quiet if quiet == row.quiet), Quiet.NEVER),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        zone_name=row.zone_name,
        work=(row.work_from, row.work_to) if row.work_from and row.work_to else None,
        known_zone=row.known_zone,
        unlimited=row.unlimited,
    )
