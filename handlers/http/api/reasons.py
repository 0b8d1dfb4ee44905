"""Why a reservation waits, and when its turn is likely: what people read on the board, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo

from bot.notices.facts import LeaseFacts
from bot.reservations.queries import Waits, why_waiting
from bot.values import is_pipeline
from handlers.http.api.access import Api
from handlers.kit.names import called

SHOWN, REASON_SHOWN = 3, 120
SAME_DAY = timedelta(hours=12)
_Clock = Callable[[datetime], str]


async def why(lease: LeaseFacts, api: Api) -> str | None:
    """For one that is queued; None for every other."""
    if lease.status != "queued":
        return None
    catalog, now = api.catalog(), api.clock.now()
    waits = why_waiting(api.reservations.cached(), lease.lease_id, now)
    people = {each.person for each in (*waits.ahead[:SHOWN], *waits.circle)}
    names = {person: await called(person, catalog, api.people) for person in people}
    place = catalog.environments.get(lease.environment.casefold())
    return sentences(lease, waits, names, (place.hours if place else catalog.hours).zone, now)


def sentences(lease: LeaseFacts, waits: Waits, names: Mapping[str, str], zone: tzinfo, now: datetime) -> str:
    """`Ana holds integration/payments until 14:00 (checkout fix). The turn is likely between 14:00 and 14:05 CET.`"""

    def at(moment: datetime) -> str:
        form = "%H:%M" if abs(moment - now) <= SAME_DAY else "%a %d %b %H:%M"
        return f"{moment.astimezone(zone):{form}}"

    told = [*_ahead(waits, names, at), *_troubles(waits, at), *_circle(waits, names)]
    return " ".join(f"{each}." for each in (*told, _turn(lease, at, f"{now.astimezone(zone):%Z}")))


def _ahead(waits: Waits, names: Mapping[str, str], at: _Clock) -> Iterator[str]:
    for each in waits.ahead[:SHOWN]:
        who, what = names[each.person], _named(each)
        ends = each.latest if is_pipeline(each.person) else each.ends
        if each.status == "active":
            still = ", its time stands still" if each.paused else ""
            reason = f" ({each.reason[:REASON_SHOWN]})" if each.reason else ""
            yield f"{who} holds {what}{f' until {at(ends)}' if ends else ''}{still}{reason}"
        else:
            yield f"{who} {'is being asked' if each.status == 'offered' else 'waits'} for {what} before you"
    if (rest := len(waits.ahead) - SHOWN) > 0:
        yield f"{rest} more {'is' if rest == 1 else 'are'} before you"


def _troubles(waits: Waits, at: _Clock) -> Iterator[str]:
    if found := waits.unwell:
        eta = f", expected to be well again {at(found.eta)}" if found.eta else ""
        yield f"{found.scope} is {found.kind}: {found.reason[:REASON_SHOWN]}{eta}"
    if frozen := waits.frozen:
        yield f"{frozen.scope} is frozen until {at(frozen.end)}: {frozen.reason[:REASON_SHOWN]}"


def _circle(waits: Waits, names: Mapping[str, str]) -> Iterator[str]:
    if waits.circle:
        holds = ", ".join(f"{names[each.person]} holds {_named(each)}" for each in waits.circle)
        yield f"You wait for one another: {holds}; one of you has to let go first"


def _turn(lease: LeaseFacts, at: _Clock, zone: str) -> str:
    if not lease.eta_from or not lease.eta_to:
        return "Nobody can tell yet when the turn comes"
    first, last = at(lease.eta_from), at(lease.eta_to)
    return f"The turn is likely {f'about {first}' if first == last else f'between {first} and {last}'} {zone}"


def _named(lease: LeaseFacts) -> str:
    parts = lease.resources or lease.services
    return lease.wish or (f"{lease.environment}/{','.join(parts)}" if parts else lease.environment)
