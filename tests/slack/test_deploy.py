"""/deploy as people type it and press its buttons: what runs, and what keeps it from running."""

import pytest

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import Commit, RunState
from integrations.workspace.limits import Limits
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, SAMPLE, signalbox_here, words_of
from tests.support.waiting import eventually

ELI = "U0ELI"
LINE = "/deploy payments@1.5.0 to integration new fees"


def commits(*refs):
    return [Commit(ref, f"Work for {ref}", "Ana", login="ana") for ref in refs]


@pytest.fixture
def vendor():
    """payments and orders, the newest version first."""
    return FakePipelines(
        history={
            "payments": commits("main", "1.5.0", "1.4.2", "1.4.1"),
            "orders": commits("main", "2.1.0", "2.0.0"),
        }
    )


@pytest.fixture
async def signalbox(valkey, tmp_path, vendor):
    """The sample catalog without health addresses: nothing runs there but what is said to be deployed."""
    lines = SAMPLE.read_text().splitlines(keepends=True)
    catalog = tmp_path / "signalbox.yaml"
    catalog.write_text("".join(line for line in lines if not line.strip().startswith("health:")))
    limits, providers = Limits().loosened(), {"local": vendor}.get
    async with signalbox_here(tmp_path, valkey.url, limits=limits, catalog=catalog, providers=providers) as running:
        vendor.tell = running.started.hinted
        yield running


async def succeeds(vendor, number):
    """The run with that number, once it has begun."""

    async def started():
        return f"run-{number}" in vendor.began

    await eventually(started)
    await vendor.moves(vendor.began[f"run-{number}"].status.run, RunState.SUCCEEDED)


async def test_a_version_is_deployed_and_its_card_says_how_it_goes(signalbox, vendor):
    answer = await signalbox.type(ANA, LINE)
    assert "*payments* *1.5.0* in *integration* is being deployed." in answer
    assert 'Understood: `payments@1.5.0 to integration "new fees"`' in answer
    card = words_of(await signalbox.announced("being deployed since"))
    assert "new fees" in card
    assert "taken for it until " in card
    assert " · <https://ci.example/runs/1|deploy 1>" in card
    assert [began.request.variables["SIGNALBOX_VERSION"] for began in vendor.began.values()] == ["1.5.0"]


async def test_a_typo_a_bare_service_and_a_check_deploy_nothing(signalbox, vendor):
    assert "Did you mean payments?" in await signalbox.type(ANA, "/deploy paymnts@1.5.0 to integration")
    assert "Newest: main Work for main" in await signalbox.type(ANA, "/deploy payments to integration")
    assert "*payments 1.5.0* in *integration* can be deployed now." in await signalbox.type(
        ANA, "/deploy check payments@1.5.0 to integration"
    )
    assert vendor.began == {}
    assert "is being deployed" in await signalbox.press(ANA, "deploy.line.1")


async def test_what_somebody_holds_waits_for_its_turn_and_begins_by_itself(signalbox, vendor):
    await signalbox.type(CEM, "/env integration/payments 1h")
    answer = await signalbox.type(ANA, LINE)
    assert "has to wait" in answer
    assert f"<@{CEM}> holds it" in answer
    assert vendor.began == {}
    assert "when it is your turn" in await signalbox.press(ANA, "deploy.wait")
    await signalbox.type(CEM, "/env release")
    assert "It is your turn" in words_of(await signalbox.told(ANA, "It is your turn"))
    await signalbox.announced("being deployed since")
    assert len(vendor.began) == 1


async def test_the_gate_is_set_aside_with_a_reason_by_those_who_may(signalbox, vendor):
    assert "only its owners deploy it" in await signalbox.type(CEM, LINE)
    assert f"Only <@{ELI}> may set the gate of integration aside" in await signalbox.type(
        CEM, "/deploy payments@1.5.0 to integration override disk is full"
    )
    await signalbox.type(ELI, "/env freeze integration 2h release week")
    assert "it is frozen" in await signalbox.type(ELI, LINE)
    assert (await signalbox.workspace.press(ELI, "deploy.override", channel=INTEGRATION)).ok
    await signalbox.workspace.wait_for_view(ELI, "deploy.overridden")
    assert (await signalbox.workspace.submit(ELI, {"why": "disk is full"})).ok
    assert "gate set aside by" in words_of(await signalbox.announced("gate set aside by"))


async def test_several_at_once_are_all_deployed_or_none(signalbox, vendor):
    await signalbox.type(CEM, "/env integration/orders 1h")
    assert "has to wait" in await signalbox.type(ANA, "/deploy payments@1.5.0 orders@2.1.0 to integration")
    assert vendor.began == {}
    await signalbox.type(CEM, "/env release")
    answer = await signalbox.type(ANA, "/deploy payments@1.5.0 orders@2.1.0 to integration")
    assert answer.count("is being deployed.") >= 2

    async def both():
        return len(vendor.began) == 2

    await eventually(both)


async def test_what_was_begun_can_be_cancelled(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    assert "is not deployed any more" in await signalbox.press(ANA, "deploy.cancel.0")
    assert "You deploy nothing now." in await signalbox.type(ANA, "/deploy cancel")


async def test_a_roll_back_asks_first_and_the_board_says_what_runs_until_then(signalbox, vendor):
    assert "Nothing is known of what ran" in await signalbox.type(ANA, "/deploy rollback payments to integration")
    for number, version in enumerate(("1.4.2", "1.5.0"), 1):
        await signalbox.type(ANA, f"/deploy integration/payments@{version}")
        await succeeds(vendor, number)
        await signalbox.announced(f"*{version}* in *integration* · deployed, and watched")
    asked = await signalbox.type(ANA, "/deploy rollback payments to integration")
    assert "back from *1.5.0* to *1.4.2*?" in asked
    assert "*payments* 1.5.0 → *1.4.2* in *integration* is being deployed" in await signalbox.press(ANA, "deploy.back")
    assert "payments 1.5.0" in await signalbox.type(BEN, "/env")
    assert "payments *1.5.0* · since" in await signalbox.type(BEN, "/env integration")


async def test_the_board_says_that_a_version_is_watched(signalbox, vendor):
    await signalbox.type(ANA, "/deploy payments@1.5.0 to integration")
    await succeeds(vendor, 1)
    await signalbox.announced("deployed, and watched")
    for line in ("/deploy", "/env integration"):
        assert f"<@{ANA}> · watched until" in await signalbox.type(BEN, line)
    assert ":eyes: payments 1.5.0" in await signalbox.type(BEN, "/env")


async def test_two_environments_differ_whichever_has_the_older_version(signalbox, vendor):
    for number, line in enumerate(("payments@1.5.0 to integration", "payments@1.4.2 to staging-2"), 1):
        await signalbox.type(ANA, f"/deploy {line}")
        await succeeds(vendor, number)
    await eventually(lambda: _differ(signalbox))
    assert "≠ payments *1.4.2* · integration has *1.5.0* · <https://ci.example/1.4.2..1.5.0|1 commit>" in (
        await signalbox.type(BEN, "/deploy diff staging-2 integration")
    )


async def _differ(signalbox):
    told = await signalbox.type(BEN, "/deploy diff integration staging-2")
    return "≠ payments *1.5.0* · staging-2 has *1.4.2* · <https://ci.example/1.4.2..1.5.0|1 commit>" in told


async def test_looking_says_what_runs_where(signalbox, vendor):
    assert "payments · nothing is known of it" in await signalbox.type(BEN, "/deploy")
    assert "nothing was deployed yet" in await signalbox.type(BEN, "/deploy history payments")
    assert "nothing was found good together yet" in await signalbox.type(BEN, "/deploy good")
    assert "Deploy main" in await signalbox.type(BEN, "/deploy integration/payments")
    assert "*integration* against" in await signalbox.type(BEN, "/deploy diff integration")
    assert "Only a version behind an @ deploys" in await signalbox.type(BEN, "/deploy help")
