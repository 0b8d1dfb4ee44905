from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.access.model import ApiToken, NotAuthenticated, Scope, checked_name, digest_of, read, scopes_of, written
from bot.errors import Forbidden, UsageError

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = written("abcdefgh23", "a" * 52)
TOKEN = ApiToken("abcdefgh23", "ci", digest_of(TEXT), frozenset({Scope.RESERVATIONS_WRITE}), NOW)


def test_a_token_is_opened_by_its_own_text_alone():
    assert read(TEXT).opens(TOKEN.digest)
    assert not read(written("abcdefgh23", "b" + "a" * 51)).opens(TOKEN.digest)


@pytest.mark.parametrize("text", ["", "sbx_", TEXT[:-1], TEXT + "a", TEXT.upper(), f" {TEXT}", f"{TEXT}\n", "xoxb-1"])
def test_what_has_not_the_form_of_a_token_is_refused_before_anything_is_looked_up(text):
    with pytest.raises(NotAuthenticated, match="sbx_<id>_<secret>"):
        read(text)


def test_writing_includes_reading_and_nothing_else():
    assert [scope for scope in Scope if TOKEN.allows(scope)] == [Scope.RESERVATIONS_READ, Scope.RESERVATIONS_WRITE]


def test_a_missing_scope_is_named_with_the_way_to_get_it():
    with pytest.raises(Forbidden, match="--scope reservations:priority --scope reservations:write"):
        TOKEN.need(Scope.RESERVATIONS_PRIORITY)


def test_a_token_holds_until_it_expires_or_is_revoked():
    limited = replace(TOKEN, expires=NOW + timedelta(days=1))
    assert limited.standing(NOW) == "active"
    assert limited.standing(NOW + timedelta(days=1)) == "expired"
    assert replace(limited, revoked=NOW).standing(NOW) == "revoked"
    with pytest.raises(NotAuthenticated, match="expired"):
        limited.check(NOW + timedelta(days=1))


def test_every_scope_says_what_it_allows():
    assert all(scope.says.endswith(".") for scope in Scope)


def test_scopes_may_be_given_one_by_one_or_together():
    both = {Scope.RESERVATIONS_READ, Scope.CALENDAR_READ}
    assert scopes_of(["reservations:read", "calendar:read"]) == scopes_of(["Reservations:read, calendar:read"]) == both


def test_a_misspelt_scope_is_answered_with_the_one_that_was_meant():
    with pytest.raises(UsageError, match=r"There is no scope calender:read. Did you mean calendar:read\?"):
        scopes_of(["calender:read"])


def test_no_scope_at_all_is_answered_with_all_there_are():
    with pytest.raises(UsageError) as refused:
        scopes_of([])
    assert all(scope in refused.value.user_message for scope in Scope)


@pytest.mark.parametrize("name", ["", "-x", "a b", "a" * 61, "<!channel>", "naïve"])
def test_a_name_is_what_can_stand_on_a_board(name):
    with pytest.raises(UsageError, match="name"):
        checked_name(name)
