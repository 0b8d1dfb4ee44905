"""What only this machine does."""

import asyncio
import os
import shutil
import signal
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import Artifact, Pipeline, Run, RunRequest, RunState
from integrations.local_runner.runs import RunFolder
from tests.support.vendors.local_town import local_town
from tests.support.vendors.world import REPOSITORY
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def town(tmp_path):
    async with local_town(tmp_path) as here:
        yield here


@pytest.fixture
def request_(town):
    return RunRequest(town.pipeline, "req-1", {"SERVICE": "payments"}, commit="c0ffee")


async def test_the_same_request_is_started_once_however_often_it_is_asked_for(town, request_):
    runs = await asyncio.gather(*(town.begun().start(request_) for _ in range(5)))
    assert len({run.id for run in runs}) == 1
    assert town.started == 1


async def test_a_run_whose_process_never_began_is_none_and_begins_when_it_is_asked_for_again(town, request_):
    """Whoever wrote down what was asked was killed before it started the process."""
    run = await town.pipelines.start(request_)
    await town.pipelines.cancel(run)
    for name in ("pid", "exit", "cancelled"):
        (town.runs / run.id / name).unlink(missing_ok=True)
    assert await town.pipelines.find(request_) is None
    again = await town.pipelines.start(request_)
    assert (again, await town.pipelines.find(request_)) == (run, run)
    assert town.started == 1
    assert (await town.pipelines.status(run)).state is RunState.RUNNING


async def test_a_number_is_given_once_though_the_files_of_old_runs_go(town):
    """People call a run by it."""
    runs = [await town.pipelines.start(RunRequest(town.pipeline, f"req-{n}")) for n in (1, 2)]
    await town.pipelines.cancel(runs[0])
    shutil.rmtree(town.runs / runs[0].id)
    third = await town.pipelines.start(RunRequest(town.pipeline, "req-3"))
    assert [each.number for each in (*runs, third)] == ["1", "2", "3"]
    for run in (runs[1], third):
        await town.pipelines.cancel(run)


async def test_a_run_goes_on_after_a_restart_and_its_end_is_seen(town, request_):
    run = await town.pipelines.start(request_)
    town.pipelines = town.begun()
    status = await town.pipelines.status(run)
    assert (status.state, status.commit) == (RunState.RUNNING, "c0ffee")
    await town.advance(run, RunState.FAILED)
    status = await town.pipelines.status(run)
    assert (status.state, status.said) == (RunState.FAILED, "exit code 1")
    assert status.finished_at is not None


async def test_a_run_that_was_killed_says_nothing_of_the_code(town, request_):
    run = await town.pipelines.start(request_)
    town.variables()
    os.killpg(int((town.runs / run.id / "pid").read_text()), signal.SIGKILL)
    status = await town.ended(run)
    assert status.state is RunState.ERRORED
    assert "killed" in status.said


async def test_a_run_is_cancelled_before_it_has_begun_and_all_that_it_started_with_it(town, request_):
    run = await town.pipelines.start(request_)
    await town.pipelines.cancel(run)
    status = await town.pipelines.status(run)
    assert (status.state, status.said) == (RunState.CANCELLED, "cancelled")


async def test_a_run_that_listens_may_tidy_up(town):
    tidy = town.begun(tidy="sh -c \"trap 'echo tidied; exit 3' TERM; echo here; while :; do sleep 0.05; done\"")
    run = await tidy.start(RunRequest(Pipeline("local", REPOSITORY, "tidy"), "req-1"))
    log = town.runs / run.id / "log"
    await eventually(lambda: log.exists() and log.read_bytes())
    await tidy.cancel(run)
    assert log.read_bytes().endswith(b"tidied\n")


async def test_a_process_that_has_the_id_of_one_that_ended_is_left_alone(town, request_):
    run = await town.pipelines.start(request_)
    await town.advance(run, RunState.SUCCEEDED)
    stranger = await asyncio.create_subprocess_exec("sleep", "30", start_new_session=True)
    (town.runs / run.id / "pid").write_text(str(stranger.pid))
    folder = RunFolder(town.runs / run.id)
    await eventually(lambda: not folder.alive)  # it says how it ended a moment before it is gone
    assert not folder.signal(signal.SIGKILL)
    assert stranger.returncode is None
    stranger.kill()
    assert await stranger.wait() == -signal.SIGKILL


async def test_a_run_that_does_not_listen_is_killed_after_its_grace(town):
    stubborn = town.begun(stubborn="sh -c \"trap '' TERM; echo deaf; while :; do sleep 0.05; done\"")
    run = await stubborn.start(RunRequest(Pipeline("local", REPOSITORY, "stubborn"), "req-1"))
    log = town.runs / run.id / "log"
    await eventually(lambda: log.exists() and log.read_bytes())
    await stubborn.cancel(run)
    assert (await stubborn.status(run)).state is RunState.CANCELLED


async def test_a_run_does_not_see_what_is_ours(town, request_):
    os.environ["SLACK_TEST_SECRET"] = "xoxb-ours"
    try:
        await town.pipelines.start(request_)
        town.variables()
    finally:
        del os.environ["SLACK_TEST_SECRET"]
    assert "xoxb-ours" not in (town.play / "env").read_text()


async def test_a_pipeline_without_a_command_is_named_with_those_that_have_one(town):
    with pytest.raises(NotFound, match=r"“other”.*deploy"):
        await town.pipelines.start(RunRequest(Pipeline("local", REPOSITORY, "other"), "req-1"))


@pytest.mark.parametrize("name", ["1ST", "A-B", "A=B", ""])
async def test_what_cannot_name_a_variable_starts_nothing(town, name):
    with pytest.raises(IntegrationError):
        await town.pipelines.start(RunRequest(town.pipeline, "req-1", {name: "x"}))
    assert town.started == 0


@pytest.mark.parametrize("id", ["../request.json", "../../../../etc/passwd", "nothing"])
async def test_what_a_run_did_not_leave_is_not_read(town, request_, id):
    run = await town.pipelines.start(request_)
    with pytest.raises(NotFound):
        await town.pipelines.artifact(run, Artifact(id, id))


async def test_an_id_that_leads_elsewhere_is_no_run(town):
    with pytest.raises(NotFound):
        await town.pipelines.status(Run(town.pipeline, ".."))


class Disk:
    """What the event loop itself reads of a folder. Nobody can take a hook off again, so that it has a switch."""

    def __init__(self):
        self.folder, self.loop, self.touched = "", 0, []
        sys.addaudithook(self)

    def __call__(self, event, arguments):
        if not self.folder or threading.get_ident() != self.loop:
            return
        path = arguments[0] if arguments else None
        opened = event in {"open", "os.listdir", "os.scandir"} and str(path).startswith(self.folder)
        if opened or event == "fcntl.flock":
            self.touched.append((event, path))

    @contextmanager
    def watched(self, folder):
        self.folder, self.loop, self.touched = str(folder), threading.get_ident(), []
        try:
            yield self.touched
        finally:
            self.folder = ""


DISK = Disk()


async def test_files_of_runs_are_not_read_in_the_event_loop(town, request_):
    """A run may leave thousands of them, and the disk may be slow: everybody else would wait."""
    began = datetime.now(UTC) - timedelta(minutes=1)
    with DISK.watched(town.runs) as touched:
        run = await town.pipelines.start(request_)
        await town.pipelines.find(request_)
        await town.pipelines.status(run)
    town.leave(run, "junit.xml", b"<testsuite/>")
    await town.advance(run, RunState.FAILED)
    going = await town.pipelines.start(RunRequest(town.pipeline, "req-2"))
    with DISK.watched(town.runs) as touched_later:
        await town.pipelines.cancel(going)
        [artifact] = await town.pipelines.artifacts(run)
        assert await town.pipelines.artifact(run, artifact) == b"<testsuite/>"
        await town.pipelines.log(run, "log")
        await town.pipelines.earlier(town.pipeline, since=began, limit=10)
    assert touched + touched_later == []
    with DISK.watched(town.runs) as touched:
        list((town.runs / run.id).iterdir())
    assert touched, "a look at the folder is noticed"


@pytest.mark.parametrize(
    ("program", "mode", "says"),
    [
        ("./suite.sh", 0o644, "./suite.sh could not be started: permission denied (chmod +x)"),
        ("./missing.sh", 0o755, "./missing.sh could not be started: there is no such program"),
        ("no-such-program-at-all", 0o755, "no-such-program-at-all could not be started: there is no such program"),
        ("./folder", 0o755, "./folder could not be started: it is a folder"),
    ],
)
async def test_what_cannot_be_started_says_why_and_is_no_run(town, program, mode, says):
    script = town.play / "suite.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(mode)
    (town.play / "folder").mkdir()
    pipelines = town.begun(suite=program)
    with pytest.raises(IntegrationError) as refused:
        await pipelines.start(RunRequest(Pipeline("local", REPOSITORY, "suite"), "req-1"))
    assert refused.value.user_message == says
    assert town.started == 0


async def test_what_can_be_started_again_is(town):
    script = town.play / "suite.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    pipelines = town.pipelines = town.begun(suite="./suite.sh")
    run = await pipelines.start(RunRequest(Pipeline("local", REPOSITORY, "suite"), "req-1"))
    assert (await town.ended(run)).said == "exit code 0"
