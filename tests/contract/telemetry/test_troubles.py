"""What goes wrong between us and a source, over HTTP: each says so in a sentence that names it and the next step."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import pytest_asyncio
import stamina

from bot.errors import IntegrationError
from bot.ports.pipelines import VendorBusy
from tests.support.vendors.sources import VENDORS
from tests.support.vendors.world import Trouble

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=VENDORS)
async def served(request):
    async with VENDORS[request.param]() as made:
        yield made


@pytest.fixture
def vendor(served):
    """Asked nothing so far, and without troubles."""
    served.world.troubles.clear()
    served.world.seen.clear()
    return served


@pytest.fixture(autouse=True)
def _no_pauses():
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest_asyncio.fixture(loop_scope="module")
async def trouble(vendor):
    """Troubles for the next calls, whichever method the vendor is asked with."""
    await vendor.ask()
    ((method, _, _),) = vendor.world.seen
    vendor.world.seen.clear()
    return lambda kind, **how: vendor.world.troubles.append(Trouble(kind, method, **how))


async def test_a_key_that_is_not_accepted_is_named_by_its_setting_and_never_told(vendor):
    with pytest.raises(IntegrationError, match=f"{vendor.name}.*{vendor.settings}") as refused:
        await vendor.ask_with("s3cret")
    assert (refused.value.status, refused.value.vendor) == (401, vendor.name)
    assert "s3cret" not in str(refused.value)
    assert len(vendor.world.seen) == 1


async def test_a_key_that_may_too_little_is_named_by_its_setting(vendor, trouble):
    trouble("status", status=403, body={"errors": ["Forbidden"]})
    with pytest.raises(IntegrationError, match=f"Forbidden.*{vendor.settings}"):
        await vendor.ask()


async def test_an_address_where_nothing_is_is_the_fault_of_a_setting(vendor, trouble):
    trouble("status", status=404)
    with pytest.raises(IntegrationError, match=f"{vendor.name} has nothing at .*{vendor.settings[:14]}") as missing:
        await vendor.ask()
    assert missing.value.status == 404


async def test_a_long_pause_is_told_to_the_caller_as_the_vendor_names_it(vendor, trouble):
    at = datetime.now(UTC) + timedelta(seconds=90)
    for headers in ({"X-RateLimit-Reset": "90"}, {"Retry-After": format_datetime(at, usegmt=True)}):
        trouble("status", status=429, headers=headers)
        with pytest.raises(VendorBusy) as busy:
            await vendor.ask()
        assert busy.value.retry_after == pytest.approx(90, abs=15)
    assert len(vendor.world.seen) == 2


async def test_a_short_pause_is_waited_for(vendor, trouble):
    trouble("status", status=429, headers={"X-RateLimit-Reset": "2"})
    await vendor.ask()
    assert len(vendor.world.seen) == 2


async def test_server_errors_are_passed_over_twice_and_told_the_third_time(vendor, trouble):
    trouble("status", status=502, times=2)
    await vendor.ask()
    assert len(vendor.world.seen) == 3
    trouble("status", status=500, times=9)
    with pytest.raises(IntegrationError, match=vendor.name) as failed:
        await vendor.ask()
    assert (failed.value.status, len(vendor.world.seen)) == (500, 6)


async def test_a_vendor_that_says_when_it_is_back_is_left_alone_until_then(vendor, trouble):
    trouble("status", status=503, headers={"Retry-After": "120"})
    with pytest.raises(VendorBusy) as busy:
        await vendor.ask()
    assert (busy.value.retry_after, len(vendor.world.seen)) == (120, 1)


async def test_answers_that_are_lost_are_asked_for_again_and_not_for_ever(vendor, trouble):
    trouble("lost")
    await vendor.ask()
    assert len(vendor.world.seen) == 2
    trouble("lost", times=3)
    with pytest.raises(IntegrationError, match=f"{vendor.name} cannot be reached"):
        await vendor.ask()
    assert len(vendor.world.seen) == 5


async def test_nobody_at_home_is_said(vendor):
    with pytest.raises(IntegrationError, match=f"{vendor.name} cannot be reached"):
        await vendor.ask_nobody()


@pytest.mark.parametrize(
    "body", [{"data": "no", "status": "success", "traces": 1}, {"data": {"result": 1}, "traces": ""}]
)
async def test_an_answer_of_another_shape_names_the_vendor(vendor, trouble, body):
    trouble("status", status=200, body=body)
    with pytest.raises(IntegrationError, match=f"{vendor.name} answered something unreadable"):
        await vendor.ask()


async def test_an_answer_that_is_no_json_names_the_vendor(vendor, trouble):
    trouble("garbled")
    with pytest.raises(IntegrationError, match=f"{vendor.name} answered something unreadable"):
        await vendor.ask()
