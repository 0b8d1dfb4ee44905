"""deploy/pipelines: the script as a pipeline runs it, with sh and curl, in one queue with people; and the snippets."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from ruamel.yaml import YAML

from tests.support.signalbox import ANA, BEN
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[3]
README, FOLDER = ROOT / "README.md", ROOT / "deploy" / "pipelines"
SCRIPT = FOLDER / "signalbox.sh"
TARGET = "integration/payments"

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the script needs curl")


class Job:
    """One run of the script, and what it said."""

    def __init__(self, process):
        self.process = process

    async def ended(self, within=60):
        async with asyncio.timeout(within):
            out, err = await self.process.communicate()
        return self.process.returncode, out.decode(), err.decode()


class Script:
    """Starts the script with a token of a pipeline's own; each pipeline's client is there to look with."""

    def __init__(self, pipeline):
        self._pipeline, self._clients, self._started = pipeline, {}, []

    def client(self, name):
        return self._clients[name]

    async def __call__(self, name, *arguments, program=(str(SCRIPT),), **settings):
        """program: what sh runs in place of the script."""
        if name not in self._clients:
            self._clients[name] = await self._pipeline(name)
        client = self._clients[name]
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environment |= {
            "SIGNALBOX_URL": str(client.base_url),
            "SIGNALBOX_TOKEN": client.headers["Authorization"].removeprefix("Bearer "),
            **settings,
        }
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            "sh", *program, *arguments, env=environment, stdout=pipe, stderr=pipe, start_new_session=True
        )
        self._started.append(process)
        return Job(process)

    async def end(self):
        for process in self._started:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()


@pytest_asyncio.fixture
async def script(pipeline):
    """`await script("ci", "run", ...)` starts it."""
    made = Script(pipeline)
    yield made
    await made.end()


async def board(client):
    found = (await client.get("/v1/environments/integration")).json()
    return [[each["holder"] for each in found[key]] for key in ("holders", "offered", "waiting")]


async def test_a_pipeline_and_two_people_in_one_queue_have_it_in_the_order_in_which_they_asked(
    script, signalbox, tmp_path
):
    await signalbox.type(ANA, f"/env {TARGET} 2h")
    mark, go = tmp_path / "began", tmp_path / "go"
    work = f"echo $SIGNALBOX_FENCING_TOKEN > {mark}; while [ ! -e {go} ]; do sleep 0.1; done; echo deployed"
    job = await script("ci", "run", TARGET, "30m", "build 7", "--", "sh", "-c", work)

    async def stands():
        return (await board(script.client("ci"))) == [[ANA], [], ["pipeline:ci"]]

    await eventually(stands)
    await signalbox.type(BEN, f"/env {TARGET} 1h")
    assert await board(script.client("ci")) == [[ANA], [], ["pipeline:ci", BEN]]
    assert not mark.exists()

    await signalbox.type(ANA, "/env release")
    await eventually(mark.exists)
    assert await board(script.client("ci")) == [["pipeline:ci"], [], [BEN]]

    go.touch()
    code, out, said = await job.ended()
    assert (code, out) == (0, "deployed\n"), said
    assert "waiting for integration/payments, place 1. Ana Kovač holds integration/payments until" in said
    assert said.count("waiting for") == 1, said
    await signalbox.told(BEN, "payments")
    assert await board(script.client("ci")) == [[], [BEN], []]
    assert mark.read_text().strip().count(".") == 1


async def test_the_commands_own_exit_code_comes_through_and_the_place_is_given_back(script):
    code, _, _ = await (await script("ci", "run", TARGET, "30m", "--", "sh", "-c", "exit 7")).ended()
    assert code == 7
    assert await board(script.client("ci")) == [[], [], []]


@pytest.mark.parametrize("waits", [True, False])
async def test_a_pipeline_that_is_cancelled_gives_back_what_it_holds_or_waits_for(script, signalbox, waits):
    if waits:
        await signalbox.type(ANA, f"/env {TARGET} 2h")
    job = await script("ci", "run", TARGET, "30m", "--", "sleep", "60")
    others = [ANA] * waits

    async def there():
        holders, _, waiting = await board(script.client("ci"))
        return "pipeline:ci" in [*holders, *waiting]

    await eventually(there)
    await asyncio.sleep(1)
    job.process.send_signal(signal.SIGTERM)
    code, _, said = await job.ended(within=45)
    assert code == 143, said
    assert await board(script.client("ci")) == [others, [], []]


async def test_a_job_whose_reservation_is_lost_is_stopped(script, signalbox, tmp_path):
    begun = tmp_path / "begun"  # lost before that, it would be reserved once more
    job = await script(
        "ci", "run", TARGET, "30m", "--", "sh", "-c", f"touch {begun}; exec sleep 60", SIGNALBOX_TTL="10"
    )
    await eventually(begun.exists)
    signalbox.advance(timedelta(seconds=11))
    code, _, said = await job.ended()
    assert code == 143, said
    assert "the reservation is lost" in said


async def test_signs_of_life_keep_it_for_longer_than_it_lives_without_them(script):
    job = await script("ci", "run", TARGET, "30m", "--", "sleep", "13", SIGNALBOX_TTL="10")
    code, _, said = await job.ended()
    assert code == 0, said


async def test_steps_apart_acquire_and_release(script):
    code, out, _ = await (await script("ci", "acquire", TARGET, "30m")).ended()
    assert code == 0
    assert (await board(script.client("ci")))[0] == ["pipeline:ci"]
    assert '"state":"active"' in (await (await script("ci", "status", out.strip())).ended())[1]
    assert (await (await script("ci", "release", out.strip())).ended())[0] == 0
    assert await board(script.client("ci")) == [[], [], []]


WRONG = [
    (["run", "integraton", "30m", "--", "true"], 69, "Did you mean integration?"),
    (["run", TARGET, "soon", "--", "true"], 69, "PT30M"),
    (["run", TARGET, "30m", 'a "quoted" \\ reason', "--", "true"], 0, "is reserved"),
    (["run", TARGET, "30m", "true"], 64, "signalbox.sh run"),
    (["nonsense"], 64, "signalbox.sh run"),
    (["release", "LAAAAAAAA"], 69, "no reservation"),
]


async def test_what_is_wrong_is_said_with_an_exit_code_of_its_own(script, subtests):
    for arguments, code, says in WRONG:
        with subtests.test(arguments=arguments):
            ended, _, said = await (await script("ci", *arguments)).ended()
            assert (ended, says in said) == (code, True), said


@pytest.mark.parametrize("silent", [True, False])
async def test_a_job_that_is_cancelled_while_the_server_is_away_ends_within_seconds(tmp_path, silent):
    """Whether nobody listens there, or somebody who never answers."""

    asked = asyncio.Event()

    async def answer_nothing(reader, _writer):
        asked.set()
        await reader.read()

    server = await asyncio.start_server(answer_nothing, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    if not silent:
        server.close()
    settings = {"PATH": os.environ["PATH"], "SIGNALBOX_URL": address, "SIGNALBOX_TOKEN": "x", "TMPDIR": str(tmp_path)}
    line = ("sh", str(SCRIPT), "run", TARGET, "30m", "--", "true")
    pipe = asyncio.subprocess.PIPE
    job = Job(await asyncio.create_subprocess_exec(*line, env=settings, stdout=pipe, stderr=pipe))
    await eventually(asked.is_set if silent else lambda: [*tmp_path.iterdir()])
    job.process.send_signal(signal.SIGTERM)
    code, _, said = await job.ended(within=30)
    server.close()
    assert code == 143, said
    assert [*tmp_path.iterdir()] == []


def asked(tmp_path, *arguments, **settings):
    """The keys that the script sends, each answered as if its reservation were over, the last as if it were had."""
    curl = tmp_path / "curl"
    curl.write_text(
        "#!/bin/sh\ncat >/dev/null\n"
        f'for each; do case $each in Idempotency-Key*) echo "$each" >>{tmp_path}/keys ;; esac; done\n'
        f"[ $(wc -l <{tmp_path}/keys) -gt $OVER ] && state=active || state=released\n"
        """printf '{"id":"LAAAAAAAA","state":"%s"}\\n200' "$state"\n"""
    )
    curl.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    given = {"SIGNALBOX_URL": "http://x", "SIGNALBOX_TOKEN": "x", "OVER": "0", **path, **settings}
    subprocess.run(["sh", str(SCRIPT), "acquire", *arguments], env=given, check=True, capture_output=True)
    keys = (tmp_path / "keys").read_text().splitlines()
    (tmp_path / "keys").unlink()
    return [key.removeprefix("Idempotency-Key: ") for key in keys]


def test_stages_of_one_build_that_want_different_things_have_keys_of_their_own_and_a_repeat_has_the_same(tmp_path):
    build = {"SIGNALBOX_KEY": "build 7 – deploy"}
    [first], [again] = (asked(tmp_path, TARGET, "30m", **build) for _ in range(2))
    [other] = asked(tmp_path, "integration/orders", "30m", **build)
    assert first == again != other
    assert re.fullmatch(r"[!-~]{1,200}", first), first
    assert asked(tmp_path, TARGET, "30m", OVER="2", **build) == [first, f"{first}-2", f"{first}-3"]


def test_help_needs_nothing_set_and_names_what_it_reads():
    told = subprocess.run(
        ["sh", str(SCRIPT), "--help"], env={"PATH": os.environ["PATH"]}, check=True, capture_output=True
    )
    text = SCRIPT.read_text()
    read = set(re.findall(r"\$\{(SIGNALBOX_[A-Z_]+)", text))
    assert [name for name in sorted(read) if f"\n{name} " not in told.stdout.decode()] == []


async def test_the_single_steps_of_the_readme_run_as_they_stand_there(script, signalbox):
    [steps] = [block for block in README.read_text("utf-8").split("```") if block.startswith("sh\napi()")]
    job = await script("ci", "-euc", steps.removeprefix("sh\n"), program=())
    code, out, said = await job.ended()
    assert (code, said) == (0, ""), said
    assert out.count('"state":"active"') == 3, out
    assert '"state":"released"' in out
    assert await board(script.client("ci")) == [[], [], []]


@pytest.mark.parametrize("name", ["bitbucket-pipelines.yml", "github-actions.yml", "gitlab-ci.yml", "Jenkinsfile"])
def test_every_snippet_is_short_and_runs_the_script(name):
    text = (FOLDER / name).read_text()
    if name != "Jenkinsfile":
        assert YAML(typ="safe").load(text)
    assert "signalbox.sh deploy integration payments" in text
    assert "SIGNALBOX_KEY" in text
    assert len(text.splitlines()) < 30


def test_two_jobs_of_one_run_have_keys_of_their_own():
    """`github.job` is set within the steps of a job alone."""
    [job] = YAML(typ="safe").load((FOLDER / "github-actions.yml").read_text())["jobs"].values()
    [key] = [step["env"]["SIGNALBOX_KEY"] for step in job["steps"] if "env" in step]
    assert "github.job" in key
    assert "strategy.job-index" in key
    assert "SIGNALBOX_KEY" not in job["env"]
