"""What goes wrong between us and a vendor, over HTTP: each says so in a sentence that names it and the next step."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import OutcomeUnknown, RunRequest, RunState, VendorBusy
from tests.support.vendors.towns import HASTE, client
from tests.support.vendors.world import REPOSITORY

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def town(vendor_town):
    return vendor_town


@pytest.fixture
def request_(town):
    return RunRequest(town.pipeline, "req-1", asked_at=datetime.now(UTC))


async def test_a_token_that_is_not_accepted_is_named_by_its_setting_and_never_told(town, request_):
    pipelines = town.with_token("s3cret")
    with pytest.raises(IntegrationError, match=f"(?i){town.kind.name}.*{town.kind.name.upper()}_TOKEN") as refused:
        await pipelines.start(request_)
    assert refused.value.status == 401
    assert "s3cret" not in str(refused.value)
    assert town.started == 0


async def test_a_token_that_may_too_little_says_what_it_needs(town, request_):
    town.trouble("status", "POST", status=403, body={"message": "Resource not accessible by integration"})
    with pytest.raises(IntegrationError, match=f"not accessible.*{town.kind.name.upper()}_TOKEN: it needs"):
        await town.pipelines.start(request_)


async def test_a_vendor_names_the_moment_from_which_it_answers_again(town, request_):
    at = datetime.now(UTC) + timedelta(seconds=90)
    for headers in ({"X-RateLimit-Reset": f"{at.timestamp():.0f}"}, {"Retry-After": format_datetime(at, usegmt=True)}):
        town.trouble("status", "GET", status=429, headers=headers)
        with pytest.raises(VendorBusy) as busy:
            await town.pipelines.find(request_)
        assert busy.value.retry_after == pytest.approx(90, abs=15)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_read_that_meets_a_server_error_is_for_later(town, request_, status):
    town.trouble("status", "GET", status=status)
    with pytest.raises(VendorBusy) as busy:
        await town.pipelines.find(request_)
    assert busy.value.status == status
    assert busy.value.retry_after == 30


@pytest.mark.parametrize("status", [500, 502, 504, 520, 524, 599])
async def test_a_change_that_meets_a_server_error_may_have_happened(town, request_, status):
    town.trouble("status", "POST", status=status)
    with pytest.raises(OutcomeUnknown):
        await town.pipelines.start(request_)


async def test_a_vendor_that_is_closed_for_the_moment_has_done_nothing(town, request_):
    town.trouble("status", "POST", status=503, headers={"Retry-After": "120"})
    with pytest.raises(VendorBusy) as busy:
        await town.pipelines.start(request_)
    assert busy.value.retry_after == 120


async def test_a_read_whose_answers_are_all_lost_is_for_later(town):
    run = await town.pipelines.start(RunRequest(town.pipeline, "req-1"))
    town.world.seen.clear()
    town.trouble("lost", "GET", times=3)
    with pytest.raises(VendorBusy, match="cannot be reached"):
        await town.pipelines.status(run)
    assert len(town.world.seen) == 3


async def test_a_change_without_an_answer_in_time_is_sent_once(town, request_):
    await town.pipelines.commit(REPOSITORY, "main")
    town.trouble("silent", "POST")
    async with client(timeout=HASTE) as hasty:
        with pytest.raises(OutcomeUnknown):
            await town.kind.build(hasty, town.url).start(request_)
    assert town.started == 1
    assert await town.pipelines.find(request_) is not None


async def test_nobody_at_home_is_certain(town, request_):
    nowhere = town.kind.build(town.http, "http://127.0.0.1:9")
    with pytest.raises(VendorBusy, match="cannot be reached"):
        await nowhere.start(request_)


async def test_an_answer_that_cannot_be_read_names_the_vendor(town):
    run = await town.pipelines.start(RunRequest(town.pipeline, "req-1"))
    town.trouble("garbled", "GET")
    with pytest.raises(IntegrationError, match=f"(?i){town.kind.name} answered something unreadable"):
        await town.pipelines.status(run)


async def test_a_start_whose_answer_cannot_be_read_has_begun_all_the_same(town, request_):
    """A page of a proxy, say. Jenkins names the run in a header, which is not there then."""
    await town.pipelines.commit(REPOSITORY, "main")
    town.trouble("garbled", "POST")
    town.trouble("status", "GET", status=404)
    with pytest.raises(OutcomeUnknown):
        await town.pipelines.start(request_)
    town.world.troubles.clear()
    assert town.started == 1
    assert await town.pipelines.find(request_) is not None


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_start_that_does_not_say_which_run_it_began_is_in_doubt_where_none_can_be_looked_for(
    town, request_, status
):
    await town.pipelines.commit(REPOSITORY, "main")
    town.trouble("nameless", "POST")
    town.trouble("status", "GET", status=status)
    with pytest.raises(OutcomeUnknown):
        await town.pipelines.start(request_)
    assert town.started == 1


async def test_words_of_a_vendor_are_told_on_one_line_and_not_at_length(town, request_):
    town.trouble("status", "POST", status=409, body={"message": "no\n" * 1000})
    with pytest.raises(IntegrationError, match=r"\(409\): no no no") as refused:
        await town.pipelines.start(request_)
    assert "\n" not in refused.value.user_message
    assert len(refused.value.user_message) < 400


async def test_credentials_stay_with_the_vendor(town, request_):
    run = await town.pipelines.start(request_)
    town.write(run, b"log")
    town.leave(run, "report.zip", b"zip")
    await town.advance(run, RunState.SUCCEEDED)
    status = await town.pipelines.status(run)
    await town.pipelines.log(status.run, status.steps[0].id)
    (artifact,) = await town.pipelines.artifacts(status.run)
    await town.pipelines.artifact(status.run, artifact)
    shown = [credentials for method, _, credentials in town.world.seen if method == "STORAGE"]
    assert len(shown) >= town.kind.redirects
    assert set(shown) <= {""}


@pytest.mark.parametrize("ref", ["..", "a/../../../user", "."])
async def test_a_name_that_leads_elsewhere_is_no_name(town, ref):
    town.world.seen.clear()
    with pytest.raises(NotFound):
        await town.pipelines.compare(f"{REPOSITORY}/{ref}", "1.4.0", "main")
    assert town.world.seen == []
