"""Many runs end at once while Slack stumbles and the bot is killed: each is told, once."""

import re
from collections import Counter

import pytest

from tests.support.many_runs import CAUSES, CHANNEL, many_runs
from tests.support.scene import at_length
from tests.support.signalbox import ANA, BEN, CEM, DANA, words_of
from tests.support.workspace import LOOSE

RUNS, TESTS = 100, 500
RECEIPT = re.compile(r"#(\d+) in \*integration\*: ")
LOST, TAKEN = RUNS // 4, RUNS // 2
"""Runs at whose webhook the bot is dead, and dies as soon as it has said that it has it."""
STUMBLES = (
    {"kind": "429", "method": "chat.postMessage", "times": 2, "seconds": 1},
    {"kind": "500", "method": "chat.postMessage", "times": 2},
    {"kind": "429", "method": "chat.update", "times": 1, "seconds": 1},
    {"kind": "500", "method": "chat.update", "times": 2},
)


@at_length
@pytest.mark.timeout(900)
async def test_each_is_told_once_whatever_slack_says_and_however_often_the_bot_dies(tmp_path):
    async with many_runs(tmp_path, tests=TESTS, limits=LOOSE) as scene:
        await scene.begin(RUNS)
        for number in range(RUNS):
            if number % (RUNS // len(STUMBLES)) == 0:
                await scene.workspace.fault(**STUMBLES[number // (RUNS // len(STUMBLES)) % len(STUMBLES)])
            if number == LOST:
                scene.bot.kill()
            await scene.end(number)
            if number == TAKEN:
                scene.bot.kill()
            if number in (LOST, TAKEN):
                await scene.bot.start().until_ready()
        await scene.told()
        await scene.workspace.clear_faults()
        await scene.delivered()

        await _each_case_is_one_message(scene)
        await _each_run_is_told_once(scene)


async def _each_case_is_one_message(scene):
    """A red run that is known only after a later one was green opens none, so the outbox says how many there are."""
    cases = scene.rows("SELECT count(DISTINCT card) FROM outbox WHERE kind = 'CaseCard'")[0][0]
    lines = scene.rows("SELECT count(*) FROM outbox WHERE kind IN ('CaseLine', 'CaseEvidence')")[0][0]
    messages = await scene.workspace.messages(CHANNEL)
    opened = [each for each in messages if each.get("thread_ts", each["ts"]) == each["ts"]]
    told = [cause for cause in CAUSES for each in opened if cause in words_of(each)]
    assert 1 <= cases == len(opened) == len(told)
    assert len(set(told)) == len(told)
    assert len(messages) - len(opened) == lines


async def _each_run_is_told_once(scene):
    """To whoever asked for it."""
    told = Counter[int]()
    for person in (ANA, BEN, CEM, DANA):
        for message in await scene.workspace.direct_messages(person):
            if receipt := RECEIPT.search(message["text"]):
                told[int(receipt[1])] += 1
    assert told == Counter(range(1, RUNS + 1))
