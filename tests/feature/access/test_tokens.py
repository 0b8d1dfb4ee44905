"""Tokens on a real SQLite and a real PostgreSQL, and as the command line makes them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio

from bot.access import tables
from bot.access.model import NotAuthenticated, Scope
from bot.access.service import Tokens, Wish
from bot.cli.app import run
from bot.errors import Conflict, NotFound
from bot.runtime.database import Database
from bot.settings import Settings, variable_of
from tests.support.ledgers import FakeClock
from tests.support.stores import BOTH

WRITE = frozenset({Scope.RESERVATIONS_WRITE})
SAMPLE = Path(__file__).parents[3] / "deploy" / "demo" / "signalbox.yaml"
MINUTES, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def clock():
    return FakeClock()


@pytest_asyncio.fixture
async def tokens(database, clock):
    return Tokens(database, clock, workspace="T1")


@BOTH
async def test_a_token_is_recognised_by_its_text_and_kept_without_it(tokens, database):
    made, text = await tokens.create(Wish("ci", WRITE, team="checkout", owner="U0ANA"))
    found = await tokens.authenticate(text)
    assert (found.principal, found.team, found.owner, found.scopes) == ("pipeline:ci", "checkout", "U0ANA", WRITE)
    async with database.read() as session:
        row = await session.get(tables.TokenRow, ("T1", made.id))
    assert text.rpartition("_")[2] not in row.model_dump_json()


@BOTH
async def test_two_tokens_of_one_name_cannot_both_live(tokens):
    await tokens.create(Wish("ci", WRITE))
    with pytest.raises(Conflict, match="already"):
        await tokens.create(Wish("ci", WRITE))
    await tokens.revoke("ci")
    await tokens.create(Wish("ci", WRITE))
    assert len(await tokens.list()) == 1
    assert len(await tokens.list(everything=True)) == 2


async def test_the_name_of_an_expired_token_is_free_again(tokens, clock):
    _, first = await tokens.create(Wish("ci", WRITE, DAY))
    clock.advance(DAY)
    with pytest.raises(NotAuthenticated, match="expired"):
        await tokens.authenticate(first)
    _, second = await tokens.create(Wish("ci", WRITE, DAY))
    assert (await tokens.authenticate(second)).name == "ci"


async def test_a_revoked_token_opens_nothing_from_that_moment_on(tokens):
    made, text = await tokens.create(Wish("ci", WRITE))
    await tokens.authenticate(text)
    await tokens.revoke(made.id)
    with pytest.raises(NotAuthenticated, match="revoked"):
        await tokens.authenticate(text)
    with pytest.raises(NotFound):
        await tokens.revoke("ci")


async def test_a_wrong_secret_and_an_unknown_id_are_answered_alike(tokens):
    _, text = await tokens.create(Wish("ci", WRITE))
    said = set()
    for wrong in (text[:-4] + "aaaa", text.replace(text[4:14], "aaaaaaaaaa")):
        with pytest.raises(NotAuthenticated) as refused:
            await tokens.authenticate(wrong)
        said.add(refused.value.user_message)
    assert len(said) == 1


async def test_another_workspaces_token_is_unknown(tokens, database, clock):
    _, text = await tokens.create(Wish("ci", WRITE))
    with pytest.raises(NotAuthenticated):
        await Tokens(database, clock, workspace="T2").authenticate(text)


class Counting:
    """A database that counts the transactions which keep others from writing."""

    def __init__(self, database):
        self.read, self._transact, self.writes = database.read, database.transact, 0

    async def transact(self, work):
        self.writes += 1
        return await self._transact(work)


async def test_the_last_use_is_written_once_in_five_minutes_however_often_it_is_used(database, clock):
    counting = Counting(database)
    tokens = Tokens(cast("Database", counting), clock, workspace="T1")
    _, text = await tokens.create(Wish("ci", WRITE))
    for _ in range(9):
        await tokens.authenticate(text)
        clock.advance(MINUTES)
    assert counting.writes == 1 + 2
    (seen,) = await tokens.list()
    assert seen.used == clock.now() - 4 * MINUTES


@pytest.fixture
def here(tmp_path, monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "signalbox.yaml").write_text(SAMPLE.read_text())


def test_a_token_is_made_listed_and_revoked_from_the_command_line(here, capsys):
    made = ["token", "create", "ci", "--scope", "reservations:write", "--team", "Checkout", "--owner", "ana", "--json"]
    assert run(made) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["principal"], facts["team"], facts["owner"]) == ("pipeline:ci", "checkout", "U0ANA")
    assert run(["token", "list"]) == 0
    shown = capsys.readouterr().out
    assert facts["id"] in shown
    assert facts["token"] not in shown
    assert run(["token", "revoke", "ci"]) == 0
    assert run(["token", "list", "--all", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2])[0]["state"] == "revoked"


def test_a_token_for_calendars_comes_with_the_address_to_subscribe_to(here, capsys, monkeypatch):
    monkeypatch.setenv("SIGNALBOX_PUBLIC_URL", "https://signalbox.example.com")
    assert run(["token", "create", "my-calendar", "--scope", "calendar:read"]) == 0
    said = capsys.readouterr().out
    text = said.split()[0]
    assert f"https://signalbox.example.com/calendar/NAME.ics?token={text}" in said
    assert "SIGNALBOX_TOKEN" not in said
    monkeypatch.delenv("SIGNALBOX_PUBLIC_URL")
    monkeypatch.setenv("SIGNALBOX_HOST", "0.0.0.0")
    assert run(["token", "create", "another", "--scope", "calendar:read"]) == 0
    assert "http://127.0.0.1:8010/calendar/NAME.ics" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["token", "create", "ci"], 2, "reservations:read"),
        (["token", "create", "ci", "--scope", "reservation:write"], 2, "Did you mean reservations:write"),
        (["token", "create", "c i", "--scope", "calendar:read"], 2, "name"),
        (["token", "create", "ci", "--scope", "calendar:read", "--expires", "soon"], 2, "90d"),
        (["token", "create", "ci", "--scope", "calendar:read", "--team", "chekout"], 1, "Did you mean checkout"),
        (["token", "create", "ci", "--scope", "calendar:read", "--owner", "anna"], 1, "Did you mean ana"),
        (["token", "revoke", "ci"], 1, "No token is called ci"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(here, capsys, arguments, code, says):
    assert run(["migrate"]) == 0
    assert run(arguments) == code
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told


def test_a_token_can_be_bound_to_services_and_environments_of_the_catalog(here, capsys):
    deploys = ["token", "create", "ci", "--scope", "deployments:write"]
    assert run([*deploys, "--service", "Payments", "--service", "orders", "--environment", "integration"]) == 0
    assert "It deploys orders, payments in integration." in capsys.readouterr().out
    assert run(["token", "list"]) == 0
    assert "orders,payments@integration" in capsys.readouterr().out
    assert run(["token", "create", "all", "--scope", "deployments:write"]) == 0
    assert "It deploys every service in every environment. With --service" in capsys.readouterr().out
    assert run([*deploys[:2], "typo", *deploys[3:], "--service", "paymets"]) != 0
    assert "payments" in capsys.readouterr().err
    assert run(["token", "create", "reader", "--scope", "deployments:read", "--service", "orders"]) != 0
    assert "add --scope deployments:write" in capsys.readouterr().err
