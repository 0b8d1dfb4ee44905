"""What a pipeline asks for, as the rules are asked for it."""

from datetime import timedelta

from bot.access.model import ApiToken, Scope
from bot.catalog import Catalog, Environment
from bot.catalog.values import Policy
from handlers.http.api.shapes import Wish
from handlers.http.api.wishes import wish_of
from tests.unit.test_reactions import NINE

HOUR = timedelta(hours=1)
TOKEN = ApiToken("k3m9d2qa5x", "ci", "", frozenset({Scope.RESERVATIONS_WRITE}), NINE)
CATALOG = Catalog(
    environments={
        name: Environment(name, labels=frozenset({"test"}), policy=Policy(maximum=longest))
        for name, longest in (("integration", 8 * HOUR), ("staging", HOUR))
    }
)


def test_any_of_several_is_had_no_longer_than_each_of_them_allows():
    wish = wish_of(Wish(target="any:test", length=HOUR), TOKEN, CATALOG)
    assert wish.any_of
    assert [str(scope) for scope in wish.any_of.candidates] == ["integration", "staging"]
    assert wish.terms.maximum == HOUR


def test_what_is_named_is_had_as_long_as_it_allows():
    assert wish_of(Wish(target="integration", length=HOUR), TOKEN, CATALOG).terms.maximum == 8 * HOUR
