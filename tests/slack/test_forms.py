"""Forms in place of typed lines: opened by a button or a bare verb, done as if it had been typed."""

from datetime import timedelta

import pytest

from bot.reservations.places import Kind
from integrations.workspace.limits import Limits
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, signalbox_here, undisturbed_sample, words_of
from tests.support.waiting import eventually

ELI = "U0ELI"


def state(signalbox):
    return signalbox.started.rooms.reservations.cached()


def leases(signalbox):
    return list(state(signalbox).leases.values())


async def opened(signalbox, person, line, name):
    """The form that a line opens."""
    assert (await signalbox.workspace.command(person, INTEGRATION, line)).ok
    return await signalbox.workspace.wait_for_view(person, f"env.form.{name}")


async def pressed(signalbox, person, action_id, name, **place):
    """The form that a button opens."""
    assert (await signalbox.workspace.press(person, action_id, **place)).ok
    return await signalbox.workspace.wait_for_view(person, f"env.form.{name}")


async def send(signalbox, person, **filled):
    """Fill in the form on top and send it; the words of what is on top then."""
    outcome = await signalbox.workspace.submit(person, filled)
    assert outcome.ok, outcome
    return words_of((await signalbox.workspace.views(person))[-1])


async def refused(signalbox, person, **filled):
    """Errors by field."""
    outcome = await signalbox.workspace.submit(person, filled)
    assert not outcome.ok
    return outcome.errors


async def test_a_bare_verb_opens_a_form_with_what_was_typed_in_it(signalbox):
    await opened(signalbox, ANA, "/env reserve shared 2h checkout fix", "reserve")
    assert leases(signalbox) == []
    said = await send(signalbox, ANA, target=["integration/payments", "integration/orders"])
    assert "is yours, shared until" in said
    assert "reserve integration/payments,orders shared 2h" in said
    [lease] = leases(signalbox)
    assert (lease.person, lease.wanted.length, lease.wanted.reason) == (ANA, timedelta(hours=2), "checkout fix")
    assert (await signalbox.workspace.press(ANA, "env.undo")).ok
    await eventually(lambda: is_said(signalbox, ANA, "you do not hold"))
    assert leases(signalbox) == []


async def is_said(signalbox, person, words):
    """In the form on top."""
    return words in words_of((await signalbox.workspace.views(person))[-1:])


async def test_what_is_wrong_is_said_beside_its_field_and_the_form_stays(signalbox):
    await opened(signalbox, ANA, "/env book", "book")
    past = int((signalbox.clock.now() - timedelta(minutes=5)).timestamp())
    far = int((signalbox.clock.now() + timedelta(days=200)).timestamp())
    assert list(await refused(signalbox, ANA, target=["integration"], start=past)) == ["start"]
    assert list(await refused(signalbox, ANA, target=["integration", "staging-2"])) == ["target"]
    assert "at most 8h" in (await refused(signalbox, ANA, target=["integration"], until="9h"))["until"]
    assert "Which is meant?" in (await refused(signalbox, ANA, target=["integration"], until="90"))["until"]
    assert "days ahead" in (await refused(signalbox, ANA, target=["integration"], start=far))["start"]
    assert "is booked for you" in await send(signalbox, ANA, target=["integration"], until="90m", reason="demo")
    assert [lease.wanted.length for lease in leases(signalbox)] == [timedelta(minutes=90)]


async def test_what_cannot_be_done_is_said_on_top_of_the_form_with_the_way_on(signalbox):
    await signalbox.type(ANA, "/env staging-2 1h")
    await opened(signalbox, ANA, "/env reserve", "reserve")
    said = await send(signalbox, ANA, target=["staging-2"], until="2h")
    assert "Extend 1 h" in said
    assert [view["callback_id"] for view in await signalbox.workspace.views(ANA)] == ["env.form.reserve", "said"]
    assert len(leases(signalbox)) == 1


async def test_a_form_that_is_sent_twice_does_it_once(signalbox):
    """Also where it means from now on, or so long from now: the second time is a little later."""
    forms = {
        "reserve": {"target": ["integration"], "length": "2h"},
        "freeze": {"target": ["integration"], "length": "2h", "reason": "rehearsal"},
        "condition": {"target": ["staging-2"], "kind": "down", "reason": "disk", "length": "1h"},
    }
    for count, (name, filled) in enumerate(forms.items(), 1):
        verb = "down" if name == "condition" else name
        await opened(signalbox, ELI, f"/env {verb}", name)
        await signalbox.workspace.fault("duplicate", method="view_submission")
        assert (await signalbox.workspace.submit(ELI, filled)).ok
        await signalbox.workspace.wait_for_traffic("view_submission", count=2 * count)
        await eventually(lambda count=count: acks(signalbox, 2 * count))
        first, second = [each["payload"] for each in await submissions(signalbox)][-2:]
        assert first["response_action"] == second["response_action"] == "update"
        await signalbox.workspace.dismiss(ELI, all_of_them=True)
    assert len(leases(signalbox)) == len(state(signalbox).freezes) - planned(signalbox) == 1
    assert [each.kind for each in state(signalbox).conditions.values()] == [Kind.DOWN]


async def submissions(signalbox):
    return [each for each in await signalbox.workspace.traffic("ack") if each["name"] == "view_submission"]


async def acks(signalbox, count):
    return len(await submissions(signalbox)) == count


def planned(signalbox):
    return sum(each.planned for each in state(signalbox).freezes.values())


async def test_a_form_about_a_lease_that_has_ended_says_so(signalbox):
    await signalbox.type(ANA, "/env integration 1h")
    await pressed(signalbox, ANA, "env.form.1", "change", channel=INTEGRATION)
    await signalbox.type(ANA, "/env release")
    assert "You do not hold that any more" in await send(signalbox, ANA, length="1h")
    assert leases(signalbox) == []


async def test_what_one_holds_is_changed_for_longer_and_for_more(signalbox):
    await signalbox.type(ANA, "/env integration/payments 1h")
    [before] = leases(signalbox)
    await pressed(signalbox, ANA, "env.form.1", "change", channel=INTEGRATION)
    assert list(await refused(signalbox, ANA)) == ["target"]
    assert "is yours until" in await send(signalbox, ANA, length="1h")
    [longer] = leases(signalbox)
    assert longer.ends == before.ends + timedelta(hours=1)
    await signalbox.workspace.dismiss(ANA, all_of_them=True)
    await signalbox.type(ANA, "/env integration")
    await pressed(signalbox, ANA, "env.form.1", "change", channel=INTEGRATION)
    said = await send(signalbox, ANA, target=["integration/payments", "integration/orders"], mode="exclusive")
    assert "integration/orders, payments* is yours" in said
    [more] = leases(signalbox)
    assert more.scope.services == {"payments", "orders"}
    assert timedelta() <= more.ends - longer.ends < timedelta(minutes=1)


async def test_what_one_holds_is_kept_as_it_is_and_given(signalbox):
    assert "You hold nothing to give" in await signalbox.type(ANA, "/env give")
    await signalbox.type(ANA, "/env integration 1h")
    await signalbox.type(ANA, "/env integration")
    await pressed(signalbox, ANA, "env.form.3", "hold", channel=INTEGRATION)
    assert "is kept as it is" in await send(signalbox, ANA, until="2h", reason="heap dump")
    assert leases(signalbox)[0].held
    await signalbox.workspace.dismiss(ANA, all_of_them=True)
    await opened(signalbox, ANA, "/env give", "give")
    assert "is <@U0CEM>'s now" in await send(signalbox, ANA, to=CEM)
    assert [lease.person for lease in leases(signalbox)] == [CEM]


async def test_taking_goes_from_the_form_to_the_dialog_in_one_place(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await opened(signalbox, CEM, "/env take", "take")
    assert "required" in (await refused(signalbox, CEM, target=["integration"]))["reason"]
    assert "Nothing is taken yet" in await send(signalbox, CEM, target=["integration"], reason="checkout is down")
    assert [lease.person for lease in leases(signalbox)] == [ANA]
    assert (await signalbox.workspace.press(CEM, "env.take")).ok
    await eventually(lambda: is_said(signalbox, CEM, "You took it from <@U0ANA>"))
    assert {lease.person: lease.status for lease in leases(signalbox)} == {CEM: "active", ANA: "queued"}


async def test_what_one_may_not_do_is_said_in_words(signalbox):
    assert "may freeze" in await signalbox.type(BEN, "/env freeze")
    assert "may say how" in await signalbox.type(BEN, "/env down")
    assert await signalbox.workspace.views(BEN) == []


async def test_a_home_has_forms_and_shows_what_came_of_them(signalbox):
    await signalbox.type(CEM, "/env integration 1h")
    await signalbox.type(ANA, "/env watch integration")
    await signalbox.workspace.open_home(ANA)
    home = await signalbox.workspace.wait_for_home(ANA, "Stop watching")
    await pressed(signalbox, ANA, "env.form.2", "book", view_id=home["id"])
    assert "is booked for you" in await send(signalbox, ANA, target=["staging-2"])
    home = await signalbox.workspace.wait_for_home(ANA, "Cancel booking")
    assert (await signalbox.workspace.press(ANA, "env.line.0", view_id=home["id"])).ok
    await eventually(lambda: watches_nothing(signalbox))


async def watches_nothing(signalbox):
    return "Stop watching" not in words_of(await signalbox.workspace.home(ANA))


@pytest.mark.parametrize("line", ["/env book integration", "/env reserve integration"])
async def test_what_is_asked_back_can_be_filled_into_a_form(signalbox, line):
    assert "Fill in a form" in await signalbox.type(ANA, line)
    name = line.split()[1]
    await pressed(signalbox, ANA, "env.form.9", name, channel=INTEGRATION)
    await send(signalbox, ANA)
    assert [str(lease.scope) for lease in leases(signalbox)] == ["integration"]


async def test_what_does_not_fit_a_list_is_looked_up_by_what_one_types(valkey, tmp_path):
    catalog = tmp_path / "signalbox.yaml"
    several = "".join(f"  place-{n}: {{ description: One of many }}\n" for n in range(120))
    catalog.write_text(undisturbed_sample().replace("environments:\n", f"environments:\n{several}", 1))
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened(), catalog=catalog) as signalbox:
        await opened(signalbox, ANA, "/env reserve", "reserve")
        found = await signalbox.workspace.options(ANA, "target", "place-7")
        assert [each["value"] for each in found["options"]][:2] == ["place-7", "place-70"]
        assert "place-77* is yours" in await send(signalbox, ANA, target=["place-77"])
