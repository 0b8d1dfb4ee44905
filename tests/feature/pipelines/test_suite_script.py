"""`signalbox.sh suite`: a suite as a pipeline's shell runs it."""

import json

import pytest

from tests.feature.pipelines.test_script import Script, pytestmark  # noqa: F401 - it needs curl too

RUN = ("suite", "run", "checkout-api", "integration")


@pytest.fixture
async def script(pipeline):
    async def runner(name):
        return await pipeline(name, "runs:write", "runs:read")

    made = Script(runner)
    yield made
    await made.end()


async def test_it_waits_for_the_end_says_what_came_of_it_and_a_repeat_is_the_same_run(script):
    """Nothing here runs pipelines, which is neither green nor red."""
    ids = set()
    for _time in range(2):
        job = await script("ci", *RUN, "CURRENCY=USD", 'GREP=pays "twice"', SIGNALBOX_KEY="build-1")
        code, out, said = await job.ended()
        run = json.loads(out)
        assert (code, run["verdict"]) == (69, "infrastructure")
        assert "checkout-api: infrastructure, 0 of 0 tests failed. nothing is set up to run pipelines of local" in said
        assert f"/runs/{run['id']}\n" in said
        ids.add(run["id"])
    [id] = ids
    code, out, _ = await (await script("ci", "suite", "status", id)).ended()
    assert (code, json.loads(out)["number"]) == (0, 1)


WRONG = [
    (
        ("suite", "run", "checkout", "integration"),
        69,
        "There is no suite called checkout. Did you mean checkout-api?",
    ),
    ((*RUN, "CURRENCY=XTS"), 69, "CURRENCY is one of EUR, USD, GBP, JPY, TRY, not XTS"),
    ((*RUN, "CURRENCY"), 64, "suite run SUITE ENVIRONMENT"),
    (("suite", "status", "R2345678"), 69, "There is no run R2345678"),
]


async def test_what_is_wrong_is_said_with_an_exit_code_of_its_own(script, subtests):
    for line, code, says in WRONG:
        with subtests.test(line=line):
            ended, out, said = await (await script("ci", *line)).ended()
            assert (ended, out) == (code, "")
            assert says in said
