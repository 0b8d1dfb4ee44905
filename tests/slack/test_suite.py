"""/suite as people type it and press its buttons: what runs, how far it is, and what came of it."""

import pytest

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import RunState
from handlers.views.suites import form
from integrations.workspace.limits import Limits
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, SAMPLE, signalbox_here, words_of
from tests.support.suites import GREEN, RED
from tests.support.waiting import eventually

SKIPPED = (
    b'<testsuite><testcase name="a"><skipped message="no Chromium on &lt;@U0BEN&gt;"/></testcase>'
    b'<testcase name="b"><skipped/></testcase></testsuite>'
)
LINE = "/suite checkout-api on integration"


@pytest.fixture
def vendor():
    return FakePipelines()


@pytest.fixture
async def signalbox(valkey, tmp_path, vendor):
    """The sample catalog without health addresses, since nothing runs there. No suite runs by itself today, and each
    takes long enough for a card.
    """
    lines = SAMPLE.read_text().splitlines(keepends=True)
    catalog = tmp_path / "signalbox.yaml"
    kept = "".join(line for line in lines if not line.strip().startswith("health:"))
    catalog.write_text(kept.replace('"0 6 * * mon-fri"', '"0 6 29 2 *"').replace("expected: 1m ", "expected: 20m "))
    limits, providers = Limits().loosened(), {"local": vendor}.get
    async with signalbox_here(tmp_path, valkey.url, limits=limits, catalog=catalog, providers=providers) as running:
        vendor.tell = running.started.hinted
        yield running


async def ends(vendor, number, state, report):
    """The run with that number, once it has begun."""

    async def started():
        return f"run-{number}" in vendor.began

    await eventually(started)
    began = vendor.began[f"run-{number}"]
    began.artifacts["junit.xml"] = report
    await vendor.moves(began.status.run, state)


async def test_a_suite_runs_and_its_starter_sees_its_card_and_what_came_of_it(signalbox, vendor):
    answer = await signalbox.type(ANA, f"{LINE} currency=EUR")
    assert "*checkout-api* #1 in *integration* is being run." in answer
    assert "Understood: `run checkout-api on integration CURRENCY=EUR`" in answer
    await signalbox.told(ANA, "*checkout-api* #1 in *integration* · runs")
    await ends(vendor, 1, RunState.SUCCEEDED, GREEN)
    receipt = words_of(await signalbox.told(ANA, "#1 in *integration*: 2 passed"))
    assert "CURRENCY=EUR" in receipt


async def test_red_offers_to_run_what_failed_again_and_two_people_press_it_once(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, RED)
    red = words_of(await signalbox.told(ANA, "1 of 2 failed"))
    assert "KeyError: EUR" in red
    mine = await signalbox.type(ANA, "/suite retry")
    assert "attempt 2, 1 that failed in #1" in mine
    assert "asked for it" not in mine
    again = await signalbox.type(BEN, "/suite retry #1")
    assert "#2 in *integration* (attempt 2, 1 that failed in #1) is being run." in again
    assert f"<@{ANA}> has asked for it." in again
    await ends(vendor, 2, RunState.SUCCEEDED, GREEN)
    receipt = words_of(await signalbox.told(ANA, "#2 in *integration*: 2 passed"))
    assert "versions" not in receipt, "which ones ran is not known here"
    assert len(vendor.began) == 2


async def test_a_run_that_skipped_all_of_its_tests_is_not_green_and_says_why(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.SUCCEEDED, SKIPPED)
    told = words_of(await signalbox.told(ANA, "#1 in *integration*: nothing was tested"))
    assert "all 2 tests were skipped: no Chromium on" in told
    assert f"<@{BEN}>" not in told


async def test_a_typo_and_a_look_run_nothing(signalbox, vendor):
    assert "Did you mean checkout-api?" in await signalbox.type(ANA, "/suite chekout-api on integration")
    assert "Did you mean retry?" in await signalbox.type(ANA, "/suite retyr")
    assert "CURRENCY is one of EUR, USD" in await signalbox.type(ANA, f"{LINE} currency=XTS")
    assert "In which environment?" in await signalbox.type(ANA, "/suite checkout-api")
    overview = await signalbox.type(ANA, "/suite")
    assert "Nothing runs now." in overview
    assert "#1" not in overview, "nothing was run yet"
    plan = await signalbox.type(ANA, "/suite plan")
    assert (plan.count("Next "), plan.count("Runs when it is asked for")) == (1, 1)
    assert "No run is red" in await signalbox.type(ANA, "/suite retry")
    for verb, there in (
        ("retry", "No run was red lately."),
        ("cancel", "Nothing runs now."),
        ("status", "Nothing was run"),
    ):
        refused = await signalbox.type(ANA, f"/suite {verb} #77")
        assert f"There is no run #77. {there}" in refused
        assert "Usage:" in refused
    assert vendor.began == {}


async def test_a_run_can_be_cancelled_by_its_team(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    assert f"<@{ANA}> runs it, and may cancel it." in await signalbox.type(CEM, "/suite cancel #1")
    missing = await signalbox.type(ANA, "/suite cancel #77")
    assert "There is no run #77. Under way: #1 checkout-api." in missing
    assert "cancel #1" in missing
    assert "Cancel #1" in await signalbox.type(BEN, "/suite retry #1"), "it still runs"
    assert "is not run any more" in await signalbox.type(ANA, "/suite cancel")
    over = await signalbox.type(ANA, "/suite cancel #1")
    assert "#1 has ended already." in over
    assert "Retry #1" in over
    await signalbox.told(ANA, "cancelled by")


async def test_whoever_holds_the_place_is_named_beside_the_answer(signalbox, vendor):
    await signalbox.type(CEM, "/env integration 1h")
    assert f"<@{CEM}> holds it now: what they change may turn tests red." in await signalbox.type(ANA, LINE)


async def test_run_alone_and_the_home_ask_with_a_form_whose_fields_follow_the_suite(signalbox, vendor):
    assert (await signalbox.workspace.command(ANA, INTEGRATION, "/suite run")).ok
    await signalbox.workspace.wait_for_view(ANA, form.FORM)
    filled = {
        "checkout-api:environment": "integration",
        "checkout-api:parameter:CURRENCY": "USD",
        "checkout-api:parameter:GREP": 'pays "twice"',
    }
    assert (await signalbox.workspace.submit(ANA, filled)).ok
    await signalbox.workspace.wait_for_view(ANA, "said")
    said = words_of(await signalbox.workspace.views(ANA))
    assert "*checkout-api* #1 in *integration* is being run." in said
    assert "CURRENCY=USD" in said
    await eventually(lambda: _begun(vendor, 1))
    assert vendor.began["run-1"].request.variables["GREP"] == 'pays "twice"'
    await signalbox.workspace.dismiss(ANA, all_of_them=True)

    await signalbox.told(ANA, "*checkout-api* #1 in *integration* · runs")  # it is written down a moment after it began
    await signalbox.workspace.open_home(BEN)
    await eventually(lambda: at_home(signalbox, BEN, "*checkout-api* #1 in *integration* · runs"))
    assert (await signalbox.workspace.press(BEN, form.OPEN)).ok
    view = await signalbox.workspace.wait_for_view(BEN, form.FORM)
    assert "Run a suite" in words_of(view)
    assert (await signalbox.workspace.submit(BEN, {"checkout-api:environment": "integration"})).ok
    await eventually(lambda: at_home(signalbox, BEN, "*checkout-api* #2 in *integration*"))


async def _begun(vendor, number):
    return f"run-{number}" in vendor.began


async def at_home(signalbox, person, contains):
    return contains in words_of(await signalbox.workspace.home(person))
