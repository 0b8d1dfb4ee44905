"""What stands in the way of a deployment, and what undoes it, as people meet it: what is typed and pressed, what each
of them then reads, and what became of leases, pins, versions and cards. tests/feature/api/test_deploy_situations.py has
the same through the API.
"""

import asyncio
import json

import pytest

from bot.ports.pipelines import RunState
from tests.support.deploy_scene import ELI, ORDERS, PAYMENTS, a_scene
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, words_of
from tests.support.waiting import eventually

LINE = "/deploy payments@1.5.0 to integration"


@pytest.fixture
async def scene(valkey, tmp_path, request):
    """Parametrized with how strict the gates of the catalog are; else they observe."""
    async with a_scene(valkey.url, tmp_path, gate=getattr(request, "param", "observe")) as made:
        yield made


@pytest.fixture
def signalbox(scene):
    return scene.signalbox


def enforced(test):
    return pytest.mark.parametrize("scene", ["enforce"], indirect=True)(test)


async def press_in_message(signalbox, person, action_id, contains):
    """In a direct message that stays; what it answers comes beside it."""
    message = await signalbox.told(person, contains)
    return await signalbox.press(person, action_id, channel="dm", ts=message["ts"])


async def test_bypass_the_author_is_asked_the_holder_told_and_mine_is_written_down_as_a_deployment(scene, signalbox):
    await signalbox.type(CEM, "/env integration/payments 1h load test")
    await scene.seen("1.4.2")
    await scene.seen("1.5.0")
    asked = words_of(await signalbox.told(ANA, "Was that you?"))
    assert "*payments* in *integration* went from 1.4.2 to *1.5.0*" in asked
    assert f"<@{CEM}> holds it, and is told." in asked
    assert f"<@{ANA}> is asked." in words_of(await signalbox.told(CEM, "without a reservation"))
    assert "is yours" in await press_in_message(signalbox, ANA, "deploy.mine", "Was that you?")
    over = await signalbox.told(ANA, f"<@{ANA}> said that it was theirs")
    assert "deploy.mine" not in str(over)
    [recorded] = await scene.deployments()
    assert (recorded.by, recorded.label, recorded.via, recorded.held) == (ANA, "1.5.0", "seen", None)
    assert [person for person, _pins in (await scene.holders()).values()] == [CEM]


async def test_bypass_nobody_owns_up_and_the_channel_is_told(scene, signalbox):
    await scene.seen("1.4.2")
    await scene.seen("1.5.0")
    assert "is not yours" in await press_in_message(signalbox, ANA, "deploy.not_mine", "Was that you?")
    assert "Nobody knows who it was." in words_of(await signalbox.announced("without a reservation"))
    assert "deploy.mine" not in str(await signalbox.told(ANA, f"<@{ANA}> said that it was not theirs"))
    assert await scene.deployments() == []


async def test_bypass_a_question_is_over_when_something_else_runs_there(scene, signalbox):
    await scene.seen("1.4.2")
    await scene.seen("1.5.0")
    await signalbox.told(ANA, "to *1.5.0*")
    await scene.seen("1.4.1")
    over = await signalbox.told(ANA, "something else runs there by now")
    assert "deploy.mine" not in str(over)
    assert await scene.deployments() == []


@enforced
async def test_bypass_where_the_gate_is_enforced_the_channel_is_told_at_once(scene, signalbox):
    await scene.seen("1.4.2")
    await scene.seen("1.5.0")
    assert f"<@{ANA}> is asked." in words_of(await signalbox.announced("without a reservation"))


async def test_wrong_token_a_lease_that_has_ended_lets_nobody_through_by_its_buttons(scene, signalbox):
    """Nobody types a token: what a person has is a lease, and a place in line. Both can be gone when a button is pressed."""
    await signalbox.type(CEM, "/env integration/payments 1h")
    await signalbox.type(ANA, LINE)
    assert "when it is your turn" in await signalbox.press(ANA, "deploy.wait")
    await signalbox.type(ANA, "/env leave")
    gone = await scene.reaches("cancelled")
    assert gone.why == "its place in the queue was given up"
    assert "its place in the queue was given up" in words_of(await signalbox.announced("not deployed"))
    assert "has ended already" in await signalbox.press(ANA, "deploy.cancel.0")
    assert scene.vendor.began == {}
    assert [person for person, _pins in (await scene.holders()).values()] == [CEM]


async def test_two_deployers_the_second_is_told_who_deploys_mates_included_and_waits(scene, signalbox):
    await signalbox.type(ANA, LINE)
    await scene.reaches("running")
    [(lease, (who, pins))] = (await scene.holders()).items()
    assert (who, pins) == (ANA, 1)
    mate = await signalbox.type(BEN, "/deploy payments@1.4.2 to integration")
    assert f"<@{ANA}> deploys 1.5.0 there" in mate
    assert len(scene.vendor.began) == 1
    assert list(await scene.holders()) == [lease]
    await scene.ends()
    await scene.reaches("succeeded")
    assert "is being deployed" in await signalbox.type(BEN, "/deploy payments@1.4.2 to integration")
    assert (await scene.reaches("running")).by == BEN
    await scene.ends(2)
    await signalbox.announced("replaced by another version")
    assert f"was replaced by *1.4.2* of <@{BEN}>" in words_of(await signalbox.told(ANA, "was replaced by"))


async def test_two_deployers_at_the_same_moment_and_one_begins(scene, signalbox):
    lines = {ANA: "/deploy payments@1.5.0 to integration", BEN: "/deploy payments@1.4.2 to integration"}
    await asyncio.gather(*(signalbox.workspace.command(who, INTEGRATION, line) for who, line in lines.items()))
    await scene.reaches("running")
    assert len(await scene.deployments()) == 1
    assert [pins for _who, pins in (await scene.holders()).values()] == [1]


async def test_freeze_says_until_when_and_why_and_changes_nothing(scene, signalbox):
    await signalbox.type(ELI, "/env freeze integration 2h release week")
    answer = await signalbox.type(ANA, LINE)
    assert "*payments 1.5.0* in *integration* cannot be deployed now." in answer
    assert ":snowflake: it is frozen until" in answer
    assert "release week" in answer
    assert "Override" not in answer
    assert (await scene.deployments(), await scene.holders(), scene.vendor.began) == ([], {}, {})
    await signalbox.type(ELI, "/env thaw integration")
    assert "is being deployed" in await signalbox.type(ANA, LINE)


async def test_override_takes_the_role_and_a_reason_that_everybody_reads_on_the_card(scene, signalbox):
    refused = await signalbox.type(CEM, f"{LINE} override disk is full")
    assert f"Only <@{ELI}> may set the gate of integration aside" in refused
    await signalbox.type(ELI, "/env freeze integration 2h release week")
    assert "it is frozen" in await signalbox.type(ELI, LINE)
    assert (await signalbox.workspace.press(ELI, "deploy.override", channel=INTEGRATION)).ok
    await signalbox.workspace.wait_for_view(ELI, "deploy.overridden")
    assert (await signalbox.workspace.submit(ELI, {"why": "disk is full"})).ok
    card = words_of(await signalbox.announced("gate set aside by"))
    assert f"gate set aside by <@{ELI}>: disk is full" in card
    [deployment] = await scene.deployments()
    assert (deployment.by, deployment.held) == (ELI, None)


async def test_override_of_ownership_still_runs_under_a_lease(scene, signalbox):
    await signalbox.type(ELI, f"{LINE} override nobody else is awake")
    await scene.reaches("running")
    assert list((await scene.holders()).values()) == [(ELI, 1)]


async def test_when_it_is_my_turn_it_begins_by_itself_once_however_often_it_is_pressed(scene, signalbox):
    await signalbox.type(CEM, "/env integration/payments 1h load test")
    answer = await signalbox.type(ANA, LINE)
    assert f"<@{CEM}> holds it until" in answer
    assert "load test" in answer
    for _ in range(2):
        await signalbox.press(ANA, "deploy.wait")
    [waiting] = [each for each in await scene.deployments() if each.stage == "waiting"]
    assert "waits for its turn" in words_of(await signalbox.announced("waits for its turn"))
    await signalbox.workspace.open_home(ANA)
    home = words_of(await signalbox.workspace.wait_for_home(ANA, "waits for its turn"))
    assert "*payments* *1.5.0* in *integration* waits for its turn" in home
    await signalbox.type(CEM, "/env release")
    assert "It is your turn" in words_of(await signalbox.told(ANA, "It is your turn"))
    assert (await scene.reaches("running")).id == waiting.id
    assert list((await scene.holders()).values()) == [(ANA, 1)]
    assert len(scene.vendor.began) == 1


async def test_roll_back_asks_first_goes_back_once_and_not_over_something_newer(scene, signalbox):
    await scene.seen("1.4.2")
    await signalbox.type(ANA, LINE)
    scene.health.version = "1.5.0"  # else a look in between takes the old one for somebody's deployment by hand
    await scene.ends()
    await scene.reaches("succeeded")
    asked = await signalbox.type(ANA, "/deploy rollback payments to integration")
    assert "back from *1.5.0* to *1.4.2*?" in asked
    assert f"1.5.0 was deployed by <@{ANA}>" in asked
    stale = (await signalbox.workspace.ephemerals(ANA, INTEGRATION))[-1]["ts"]
    assert "only its owners" in await signalbox.type(CEM, "/deploy rollback payments to integration")
    assert "*payments* 1.5.0 → *1.4.2* in *integration* is being deployed" in await signalbox.press(ANA, "deploy.back")
    scene.health.version = "1.4.2"
    await scene.ends(2)
    back = await scene.reaches("succeeded")
    assert back.undoes == (await scene.deployments())[1].id
    assert ":leftwards_arrow_with_hook: a roll back" in words_of(await signalbox.announced("a roll back"))
    assert await scene.runs("1.4.2")
    assert "Something else was deployed there since" in await signalbox.press(ANA, "deploy.back", ts=stale)
    assert len(await scene.deployments()) == 2


async def test_several_at_once_are_deployed_each_with_a_lease_and_a_card_of_its_own(scene, signalbox):
    answer = await signalbox.type(ANA, "/deploy payments@1.4.1 orders@2.1.0 to integration")
    assert "*payments* *1.4.1* in *integration* is being deployed." in answer
    assert "*orders* *2.1.0* in *integration* is being deployed." in answer
    for target in (PAYMENTS, ORDERS):
        assert (await scene.reaches("running", target=target)).by == ANA

    async def two_leases():
        state = await signalbox.started.rooms.reservations.current()
        return sorted(str(each.scope) for each in state.leases.values()) == [
            "integration/orders",
            "integration/payments",
        ]

    await eventually(two_leases)
    await signalbox.announced("*orders* *2.1.0* in *integration*")


async def test_a_run_that_fails_is_told_to_whoever_deployed_on_the_card_and_frees_the_place(scene, signalbox):
    await signalbox.type(ANA, LINE)
    await scene.ends(state=RunState.FAILED)
    assert "failed: its pipeline ended as failed" in words_of(await signalbox.told(ANA, "failed"))
    assert "failed: its pipeline ended as failed" in words_of(await signalbox.announced(":x:"))

    async def free():
        return await scene.holders() == {}

    await eventually(free)


async def test_a_provider_that_is_away_is_said_on_the_card_and_begun_once_it_answers(scene, signalbox):
    scene.vendor.busy(0.2)
    answer = await signalbox.type(ANA, "/deploy check payments@1.5.0 to integration")
    assert "The pipelines ask for a pause. It begins once that answers again." in answer
    scene.vendor.troubles.extend([None, None])  # whether there is such a version, and what it brings
    scene.vendor.busy(6)  # a card is edited once in 3 seconds
    await signalbox.type(ANA, LINE)
    card = words_of(await signalbox.announced("about to start: "))
    assert "about to start: The pipelines ask for a pause." in card
    running = await scene.reaches("running")
    assert running.why == ""
    assert len(scene.vendor.began) == 1


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/deploy paymnts@1.5.0 to integration", "Did you mean payments?"),
        ("/deploy payments@1.5.0 to integraton", "Did you mean integration?"),
    ],
)
async def test_a_name_that_is_misspelt_is_suggested(signalbox, scene, line, meant):
    assert meant in await signalbox.type(ANA, line)
    assert await scene.deployments() == []


async def test_a_version_that_does_not_exist_and_a_service_of_others_are_refused_with_the_next_step(scene, signalbox):
    await scene.seen("1.4.2")
    typo = await signalbox.type(ANA, "/deploy payments@1.4.22 to integration")
    assert "there is no tag, branch or commit called *1.4.22*. Did you mean *1.4.2*?" in typo
    assert "Check 1.4.2" in typo
    others = await signalbox.type(CEM, LINE)
    assert f"only its owners deploy it: <@{ANA}>, <@{BEN}>, <@{ELI}>" in others
    assert json.dumps(others).count("Check again") == 1
    assert await scene.deployments() == []


async def test_looking_shows_what_was_good_what_differs_where_it_runs_and_the_home_does_too(scene, signalbox):
    await scene.seen("1.4.2")
    assert "payments *1.4.2* · since" in await signalbox.type(CEM, "/deploy where payments")
    assert "nothing was found good together yet" in await signalbox.type(CEM, "/deploy good integration")
    differs = await signalbox.type(CEM, "/deploy diff integration")
    assert "≠ payments *1.4.2* · main has *main*" in differs
    await signalbox.workspace.open_home(CEM)
    assert "payments 1.4.2" in words_of(await signalbox.workspace.wait_for_home(CEM, "payments 1.4.2"))


async def test_an_old_button_to_wait_deploys_over_nothing_that_came_since(scene, signalbox):
    await signalbox.type(CEM, "/env integration/payments 1h")
    await signalbox.type(ANA, LINE)
    offered = await signalbox.type(ANA, LINE)
    assert "has to wait" in offered
    await signalbox.type(CEM, "/env release")
    await signalbox.type(BEN, "/deploy payments@1.4.2 to integration")
    await scene.ends()
    await scene.reaches("succeeded")
    pressed = await signalbox.press(ANA, "deploy.wait")
    assert "Something else was deployed there since" in pressed
    assert len(scene.vendor.began) == 1


async def test_whoever_waits_already_is_told_so_when_they_ask_again(scene, signalbox):
    await signalbox.type(CEM, "/env integration/payments 1h")
    await signalbox.type(ANA, LINE)
    await signalbox.press(ANA, "deploy.wait")
    assert "You wait already" in await signalbox.type(ANA, LINE)
    assert len(await scene.deployments()) == 1


async def test_a_mates_lease_is_called_the_mates(scene, signalbox):
    await signalbox.type(BEN, "/env integration/payments 1h")
    seen = await signalbox.type(ANA, "/deploy check payments@1.5.0 to integration")
    assert f"<@{BEN}> holds *integration/payments*" in seen
