"""What answers GitHub's deployment protection rules: its tokens, its answers, and what it makes of what goes wrong."""

from datetime import timedelta

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.errors import IntegrationError, NotFound, UsageError
from bot.ports.pipelines import OutcomeUnknown, RunState, VendorBusy
from bot.ports.protection import HeldRun
from integrations.github.app import GitHubApp
from tests.support.vendors.github_app import APP, INSTALLATION, AppFront, Rules, keys
from tests.support.vendors.server import served
from tests.support.vendors.towns import client
from tests.support.vendors.world import Trouble, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELD = HeldRun("github", "d-1", "acme/payments", "integration", "30433642", "145988746", "acb5820")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house():
    world, rules = World(), Rules()
    async with served(AppFront(world, rules)) as [url], client() as http:
        yield world, rules, url, http


@pytest.fixture
def rules(house):
    world, rules, _, _ = house
    world.__dict__.update(World().__dict__)
    rules.__dict__.update(Rules().__dict__)
    return rules


@pytest.fixture
def world(house):
    return house[0]


@pytest.fixture
def app(house, rules):
    _, _, url, http = house
    key = SecretStr(keys()[0])
    return GitHubApp(http, app_id=APP, private_key=key, installation=INSTALLATION, base_url=url)


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
async def test_an_answer_names_the_environment_and_why(app, rules, verdict):
    await app.answer(HELD, "", "held by Ana")
    await app.answer(HELD, verdict, "x" * 2000)
    assert rules.told[0] == {"environment_name": "integration", "comment": "held by Ana"}
    assert (rules.told[1]["state"], len(rules.told[1]["comment"])) == (verdict, 1024)
    assert rules.made == 1


async def test_a_token_that_has_expired_is_replaced_and_the_answer_given_once(app, rules):
    await app.answer(HELD, "", "held by Ana")
    rules.tokens.clear()
    await app.answer(HELD, "approved", "free")
    assert [body.get("state") for body in rules.told] == [None, "approved"]
    assert rules.made == 2


async def test_a_token_that_is_about_to_expire_is_not_used_any_more(app, rules):
    rules.lives = timedelta(minutes=4)
    await app.answer(HELD, "", "one")
    await app.answer(HELD, "", "two")
    assert rules.made == 2


@pytest.mark.parametrize(("status", "wait"), [(429, 7), (503, 7)])
async def test_a_vendor_that_is_busy_says_for_how_long_and_nothing_was_answered(app, rules, world, status, wait):
    await app.permissions()
    world.troubles.append(Trouble("status", "POST", status=status, headers={"Retry-After": str(wait)}))
    with pytest.raises(VendorBusy) as busy:
        await app.answer(HELD, "approved", "free")
    assert busy.value.retry_after == wait
    assert rules.told == []


async def test_an_answer_whose_reply_was_lost_may_be_given_again_and_counts_once(app, rules, world):
    await app.permissions()
    world.troubles.append(Trouble("lost", "POST"))
    with pytest.raises(OutcomeUnknown):
        await app.answer(HELD, "approved", "free")
    await app.answer(HELD, "approved", "free")
    assert [body["state"] for body in rules.told] == ["approved"]


async def test_a_key_that_is_no_key_and_an_app_that_is_not_there_are_named(house, rules):
    _, _, url, http = house
    wrong = {"app_id": APP, "installation": INSTALLATION, "base_url": url, "private_key": SecretStr("-----BEGIN")}
    with pytest.raises(UsageError, match="GITHUB_APP_PRIVATE_KEY is no RSA key"):
        await GitHubApp(http, **wrong).permissions()
    right = {**wrong, "private_key": SecretStr(keys()[0])}
    with pytest.raises(IntegrationError, match="does not accept the token"):
        await GitHubApp(http, **{**right, "app_id": "99"}).permissions()
    with pytest.raises(NotFound, match="installation 7"):
        await GitHubApp(http, **{**right, "installation": "7"}).permissions()


@pytest.mark.parametrize(
    ("statuses", "run", "state"),
    [
        ([], ("waiting", None), RunState.WAITING),
        (["waiting"], ("waiting", None), RunState.WAITING),
        (["queued", "in_progress"], ("in_progress", None), RunState.RUNNING),
        (["in_progress", "success"], ("in_progress", None), RunState.SUCCEEDED),
        (["in_progress", "failure"], ("in_progress", None), RunState.FAILED),
        (["waiting"], ("completed", "cancelled"), RunState.CANCELLED),
        (["a word of tomorrow"], ("in_progress", None), RunState.WAITING),
    ],
)
async def test_how_a_deployment_goes_is_read_from_its_last_status_or_from_the_end_of_its_run(
    app, rules, statuses, run, state
):
    rules.statuses, rules.run = statuses, run
    assert await app.state(HELD) is state
