import asyncio
from contextlib import suppress

import pytest
import structlog
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.runtime.metrics import REGISTRY
from bot.runtime.retrying import while_away
from bot.runtime.supervise import Backoff, end, supervise, together
from tests.support.waiting import eventually

QUICK = Backoff(first=0.001, most=0.004, steady=0.02)


class Flaky:
    """Fails as often as it is told, then runs until it is cancelled."""

    def __init__(self, failures):
        self.failures, self.runs, self.ended = failures, 0, False

    async def __call__(self):
        self.runs += 1
        if self.runs <= self.failures:
            raise ValueError("broken")
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_a_loop_that_fails_is_started_again_until_it_runs():
    stop, loop = asyncio.Event(), Flaky(failures=4)
    with capture_logs() as logs:
        task = asyncio.create_task(supervise("flaky", loop, stop=stop, backoff=QUICK))
        await eventually(lambda: loop.runs == 5)
        await eventually(lambda: any(each["event"] == "loop recovered" for each in logs))
        stop.set()
        await task
    assert loop.ended
    assert [each["event"] for each in logs] == ["loop failed, restarting", "loop recovered"]
    assert REGISTRY.get_sample_value("signalbox_loop_failures_total", {"loop": "flaky"}) == 4


async def test_a_loop_that_has_done_its_work_is_not_started_again():
    runs = []

    async def once():
        runs.append(1)

    await supervise("once", once, stop=asyncio.Event(), backoff=QUICK)
    assert runs == [1]


async def test_stopping_does_not_wait_for_the_next_attempt():
    stop = asyncio.Event()
    task = asyncio.create_task(supervise("slow", Flaky(failures=99), stop=stop, backoff=Backoff(first=60, most=60)))
    await asyncio.sleep(0.02)
    stop.set()
    async with asyncio.timeout(30):
        await task


async def test_a_loop_that_is_cancelled_from_inside_is_started_again():
    stop, runs = asyncio.Event(), []

    async def loop():
        runs.append(1)
        raise asyncio.CancelledError

    task = asyncio.create_task(supervise("inside", loop, stop=stop, backoff=QUICK))
    await eventually(lambda: len(runs) > 2)
    stop.set()
    await task


async def test_a_lost_cancellation_is_sent_again():
    lost = []

    async def loses_one():
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost.append(1)
                if len(lost) > 1:
                    raise

    task = asyncio.create_task(loses_one())
    await asyncio.sleep(0)
    await end(task, again=0.02)
    assert task.cancelled()


def test_waits_double_and_stay_below_the_limit():
    waits = Backoff(first=1, most=8).waits()
    seen = [next(waits) for _ in range(8)]
    assert all(low / 2 <= wait <= low for wait, low in zip(seen, [1, 2, 4, 8, 8, 8, 8, 8], strict=True))


@pytest.fixture(autouse=True)
def _plain_logs():
    structlog.reset_defaults()


class Deaf:
    """Loses its first cancellation, as what sends through redis-py may."""

    def __init__(self):
        self.ended = False

    async def __call__(self):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_when_one_part_of_a_loop_fails_the_other_ends_though_it_is_hard_of_hearing():
    deaf = Deaf()

    async def fails():
        await asyncio.sleep(0)
        raise ValueError("broken")

    async with asyncio.timeout(30):
        with pytest.raises(ValueError, match="broken"):
            await together(deaf, fails)
    assert deaf.ended


async def test_a_loop_that_is_cancelled_ends_all_its_parts():
    parts = [Deaf(), Flaky(failures=0)]
    task = asyncio.create_task(together(*parts))
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await end(task)
    assert all(part.ended for part in parts)


async def test_what_stays_away_is_tried_more_than_once_and_given_up_in_the_end():
    tries = []

    async def away():
        tries.append(len(tries))
        raise Unavailable("away")

    with pytest.raises(Unavailable):
        await while_away(away, within=0.1, backoff=QUICK)
    assert len(tries) > 1
