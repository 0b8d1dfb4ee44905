"""Everything is delivered, nothing twice, each channel in order, whatever fails."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Unavailable
from bot.notices.budgets import CHANNEL, LOOK, POST, UPDATE, WORKSPACE, Budgets, Rate
from bot.notices.delivery import Pace
from bot.ports.chat import OutcomeUnknown
from bot.ports.fake_chat import Trouble
from tests.feature.notices.conftest import PLENTY, QUICK
from tests.support.envelopes import envelope, write
from tests.support.stores import BOTH
from tests.support.waiting import eventually


async def test_messages_of_a_channel_come_in_the_order_they_were_written(outbox):
    outbox.chat.slow = 0.005
    outbox.chat.troubles.extend([Trouble(OutcomeUnknown("lost")), None, None, None] * 4)
    await write(outbox.database, *(envelope(f"{n}", f"C{n % 3}") for n in range(30)))
    async with outbox.delivering():
        await outbox.until_over()
    for channel in range(3):
        said = [int(each.message.text) for each in outbox.chat.said if each.at.channel == f"C{channel}"]
        assert said == list(range(channel, 30, 3))


async def test_a_person_gets_a_direct_message_and_a_name_its_channel(outbox):
    await write(outbox.database, envelope("a", "U1"), envelope("b", "#announce"))
    async with outbox.delivering():
        await outbox.until_over()
    assert sorted(said.at.channel for said in outbox.chat.said) == ["C9", "DU1"]


async def test_a_reply_waits_for_the_message_that_begins_its_thread_even_when_that_is_overtaken(outbox):
    """The card's first state is never sent: a newer one, behind the reply, stands for it."""
    outbox.chat.lose_answer()
    card = envelope("a", "C1", card="case:1")
    replies = [envelope(id, "C1", thread="case:1", broadcast=id == "c") for id in ("b", "c")]
    await write(outbox.database, card, *replies, envelope("d", "C1", card="case:1"), envelope("e", "C1"))
    async with outbox.delivering():
        await outbox.until_over()
    said = {each.outbox_id: each for each in outbox.chat.said}
    assert set(said) == {"b", "c", "d", "e"}
    assert [said[id].thread for id in ("d", "e")] == [None, None]
    assert [(said[id].thread, said[id].broadcast) for id in ("b", "c")] == [
        (said["d"].at.ts, False),
        (said["d"].at.ts, True),
    ]
    assert outbox.texts.index("b") < outbox.texts.index("c")


async def test_a_reply_to_what_can_never_be_said_stands_for_itself(outbox):
    outbox.chat.gone.add("C7")
    await write(outbox.database, envelope("a", "C7", card="case:1"), envelope("b", "C1", thread="case:1"))
    async with outbox.delivering():
        await outbox.until_over()
    assert [(said.message.text, said.thread) for said in outbox.chat.said] == [("b", None)]


async def test_what_is_written_later_goes_out_when_woken(outbox):
    async with outbox.delivering(pace=replace(QUICK, safety=timedelta(seconds=60))) as delivery:
        await asyncio.sleep(0.05)
        await write(outbox.database, envelope("a"))
        delivery.wake()
        await outbox.until_over()


@BOTH
async def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(outbox):
    outbox.chat.lose_answer()
    await write(outbox.database, envelope("a"), envelope("b"))
    async with outbox.delivering():
        await outbox.until_over()
    assert outbox.texts == ["a", "b"]
    assert outbox.chat.calls == ["post", "find", "post"]


async def test_a_message_that_was_lost_on_its_way_is_sent_again(outbox):
    outbox.chat.troubles.append(Trouble(OutcomeUnknown("lost")))
    await write(outbox.database, envelope("a"))
    async with outbox.delivering():
        await outbox.until_over()
    assert outbox.texts == ["a"]
    assert outbox.chat.calls == ["post", "find", "post"]


async def test_a_wait_the_chat_asks_for_is_kept_by_every_replica(outbox):
    outbox.chat.rate_limit(POST, 0.4)
    await write(outbox.database, envelope("a"))
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with outbox.delivering(), outbox.delivering():
        await eventually(lambda: outbox.chat.calls)
        await write(outbox.database, envelope("b", "C2"))
        await outbox.until_over()
    assert sorted(outbox.texts) == ["a", "b"]
    assert loop.time() - began >= 0.4


@BOTH
async def test_two_replicas_share_the_work_and_repeat_none_of_it(outbox):
    outbox.chat.slow = 0.002
    await write(outbox.database, *(envelope(f"{n}", f"C{n % 7}") for n in range(35)))
    async with outbox.delivering(), outbox.delivering():
        await outbox.until_over()
    assert Counter(outbox.texts) == Counter(f"{n}" for n in range(35))


async def test_a_channel_that_is_gone_holds_up_nobody_else(outbox):
    outbox.chat.gone.add("C1")
    await write(outbox.database, envelope("a", "C1"), envelope("b", "C2"), envelope("c", "#nowhere"))
    async with outbox.delivering():
        await outbox.until_over()
    assert await outbox.stages() == {"a": "dead", "b": "sent", "c": "dead"}


async def test_what_fails_again_and_again_is_given_up(outbox):
    outbox.chat.troubles.extend(Trouble(OutcomeUnknown("lost")) for _ in range(50))
    await write(outbox.database, envelope("a"))
    async with outbox.delivering():
        await outbox.until_over()
    assert await outbox.stages() == {"a": "dead"}


async def test_a_notice_without_words_does_not_stop_the_others(outbox):
    def render(notice):
        raise LookupError(notice)

    await write(outbox.database, envelope("a"))
    async with outbox.delivering(render=render):
        await asyncio.sleep(0.1)
    await write(outbox.database, envelope("b", "C2"))
    async with outbox.delivering():
        await outbox.until_over()
    assert sorted(outbox.texts) == ["a", "b"]


class TestCards:
    @BOTH
    async def test_a_card_is_one_message_that_shows_the_newest_state(self, outbox):
        async with outbox.delivering() as delivery:
            for text in ("held", "extended", "released"):
                await write(outbox.database, envelope(text, card="k"))
                delivery.wake()
                await outbox.until_over()
        assert outbox.texts == ["released"]
        assert outbox.chat.said[0].edits == 2

    async def test_only_the_newest_of_what_waits_is_shown(self, outbox):
        await write(outbox.database, *(envelope(f"{n}", card="k") for n in range(20)))
        async with outbox.delivering():
            await outbox.until_over()
        assert (outbox.texts, outbox.chat.calls) == (["19"], ["post"])

    async def test_a_lost_answer_to_a_cards_first_message_makes_no_second_card(self, outbox):
        outbox.chat.lose_answer()
        outbox.chat.slow = 0.05
        await write(outbox.database, envelope("held", card="k"))
        async with outbox.delivering() as delivery:
            await eventually(lambda: outbox.chat.calls)
            await write(outbox.database, envelope("released", card="k"))
            delivery.wake()
            await outbox.until_over()
        assert outbox.texts == ["released"]

    async def test_a_card_somebody_deleted_is_posted_anew(self, outbox):
        async with outbox.delivering() as delivery:
            await write(outbox.database, envelope("held", card="k"))
            await outbox.until_over()
            outbox.chat.said.clear()
            await write(outbox.database, envelope("released", card="k"))
            delivery.wake()
            await outbox.until_over()
        assert (outbox.texts, outbox.chat.said[0].edits) == (["released"], 0)

    async def test_edits_of_one_card_keep_their_distance_except_for_the_last(self, outbox):
        pace = replace(QUICK, card=timedelta(seconds=60))
        async with outbox.delivering(pace=pace) as delivery:
            await write(outbox.database, envelope("held", card="k"))
            await outbox.until_over()
            await write(outbox.database, envelope("extended", card="k"))
            delivery.wake()
            await asyncio.sleep(0.2)
            assert outbox.texts == ["held"]
            await write(outbox.database, envelope("released", card="k", final=True))
            delivery.wake()
            await outbox.until_over()
        assert outbox.texts == ["released"]

    async def test_when_edits_are_scarce_the_last_state_goes_first_and_messages_do_not_wait(self, outbox, redis, keys):
        names = [f"k{n}" for n in range(4)]
        async with outbox.delivering():
            await write(outbox.database, *(envelope(f"{name} held", card=name) for name in names))
            await outbox.until_over()
        scarce = Budgets(redis, keys, workspace={**PLENTY, UPDATE: Rate(60, 1)}, channel={})
        await write(outbox.database, *(envelope(f"{name} edit", card=name, final=name == "k3") for name in names))
        await write(outbox.database, envelope("to a person", "U1"))
        async with outbox.delivering(budgets=scarce):
            await eventually(lambda: "k3 edit" in outbox.texts and "to a person" in outbox.texts)
        assert outbox.texts.count("k0 held") == 1


class TestConfirming:
    async def test_whoever_waits_for_a_delivery_is_told_where_and_when(self, outbox):
        await write(outbox.database, envelope("a", "U1", confirm="l1:3"), envelope("b"))
        async with outbox.delivering():
            await outbox.until_over()
        [stored] = outbox.confirmed
        assert (stored.confirm, stored.at) == ("l1:3", outbox.chat.said[0].at)

    @BOTH
    async def test_it_is_told_until_it_was_heard(self, outbox):
        times = []

        async def deaf_at_first(stored):
            times.append(stored.delivered)
            if len(times) < 3:
                raise Unavailable("Redis is away.")

        await write(outbox.database, envelope("a", confirm="x"))
        async with outbox.delivering(confirm=deaf_at_first):
            await outbox.until_over()
        assert len(times) == 3
        assert len({int(time.timestamp() * 1000) for time in times}) == 1
        assert outbox.texts == ["a"]

    async def test_a_crash_between_delivery_and_confirmation_loses_neither(self, outbox):
        async def crash(stored):
            raise asyncio.CancelledError

        await write(outbox.database, envelope("a", confirm="x"))
        async with outbox.delivering(confirm=crash):
            await eventually(lambda: outbox.chat.said)
        async with outbox.delivering():
            await outbox.until_over()
        assert (outbox.texts, len(outbox.confirmed)) == (["a"], 1)

    async def test_what_can_never_be_delivered_is_confirmed_without_a_place(self, outbox):
        outbox.chat.gone.add("DU1")
        await write(outbox.database, envelope("a", "U1", confirm="x"))
        async with outbox.delivering():
            await outbox.until_over()
        assert [stored.at for stored in outbox.confirmed] == [None]
        assert await outbox.stages() == {"a": "dead"}


class TestCrashes:
    @pytest.mark.parametrize("moment", ["before", "after"])
    async def test_dying_around_the_call_neither_loses_nor_repeats(self, outbox, moment):
        outbox.chat.troubles.append(Trouble(asyncio.CancelledError(), after=moment == "after"))
        await write(outbox.database, envelope("a"), envelope("b"))
        async with outbox.delivering():
            await eventually(lambda: outbox.chat.calls)
        async with outbox.delivering():
            await outbox.until_over()
        assert outbox.texts == ["a", "b"]


class TestBudgets:
    @pytest.fixture
    def few(self, redis, keys):
        return Budgets(redis, keys, workspace={**PLENTY, POST: Rate(600, 4)}, channel={POST: Rate(60, 2)})

    async def test_a_burst_is_allowed_and_then_the_rate(self, few):
        assert [await few.take(POST, "C1") for _ in range(2)] == [0, 0]
        assert 0.9 < await few.take(POST, "C1") <= 1

    async def test_a_refused_call_takes_nothing_from_the_others(self, few):
        for _ in range(10):
            await few.take(POST, "C1")
        assert [await few.take(POST, channel) for channel in ("C2", "C2")] == [0, 0]
        assert 0 < await few.take(POST, "C3") <= 0.1

    async def test_a_pause_holds_for_every_channel(self, few):
        await few.pause(POST, 5)
        assert 4.9 < await few.take(POST, "C5") <= 5
        assert await few.take(LOOK, "C5") == 0

    async def test_a_shorter_pause_does_not_shorten_a_longer_one(self, few):
        await few.pause(POST, 5)
        await few.pause(POST, 1)
        assert await few.take(POST) > 4.5

    def test_the_rates_stay_below_slacks_limits_in_any_minute(self):
        assert WORKSPACE[UPDATE].per_minute + WORKSPACE[UPDATE].burst <= 50
        assert WORKSPACE[LOOK].per_minute + WORKSPACE[LOOK].burst <= 50
        assert CHANNEL[POST].per_minute + CHANNEL[POST].burst <= 60
        assert Pace().live * 50 >= timedelta(seconds=60)
