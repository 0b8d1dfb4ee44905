"""From what a request says to what the ledger is asked for."""

from __future__ import annotations

from datetime import timedelta

from bot.access.model import ApiToken, Scope
from bot.catalog import Catalog
from bot.errors import NotFound, UsageError
from bot.grammar import targets
from bot.reservations import service
from bot.reservations.values import HOTFIX, INCIDENT, NORMAL, AnyOf, Mode, Terms
from bot.reservations.values import Scope as Place
from handlers.http.api.shapes import Wish
from handlers.kit.names import names_of

RANKS = {"normal": NORMAL, "hotfix": HOTFIX, "incident": INCIDENT}


def wish_of(asked: Wish, token: ApiToken, catalog: Catalog) -> service.Wish:
    """Raises NotFound with near names, UsageError when several are meant, Forbidden for a rank the token has not."""
    if asked.priority != "normal":
        token.need(Scope.RESERVATIONS_PRIORITY)
    wanted = _wanted(asked.target, catalog)
    any_of = _any_of(wanted) if isinstance(wanted, targets.AnyOf) else None
    place = any_of.candidates[0] if any_of else _place(wanted)
    return service.Wish(
        place,
        Mode(asked.mode),
        asked.length,
        _terms(any_of.candidates if any_of else (place,), catalog),
        reason=asked.reason,
        any_of=any_of,
        rank=RANKS[asked.priority],
        ttl=timedelta(seconds=asked.ttl_seconds),
    )


def _wanted(text: str, catalog: Catalog) -> targets.Wanted:
    names, text = names_of(catalog), text.strip()
    found = names.find_at(text, 0)
    if found is None or text[found.end :].strip():
        error = names.unknown(text)
        raise NotFound(error.user_message, suggestions=tuple(line.strip() for line in error.suggestions))
    wanted, *others = found.targets
    if others:
        choices = tuple(map(str, found.targets))
        raise UsageError(f"{text} is in several environments: {', '.join(choices)}.", suggestions=choices)
    return wanted


def _any_of(wanted: targets.AnyOf) -> AnyOf:
    return AnyOf(wanted.label, wanted.quantity, tuple(map(_place, wanted.candidates)))


def _place(target: targets.Wanted) -> Place:
    """Of a label, the first of what may be chosen."""
    found = target.candidates[0] if isinstance(target, targets.AnyOf) else target
    return Place(found.environment, frozenset(found.services), frozenset(found.resources))


def _terms(places: tuple[Place, ...], catalog: Catalog) -> Terms:
    """Of several places, what all of them allow."""
    policy, *others = [catalog.terms_for(place.environment) for place in places]
    longest = min(each.maximum for each in (policy, *others))
    return Terms(longest, policy.claim_window, policy.remind_before, policy.default)
