"""What everything that runs pipelines must do: each vendor's adapter against its protocol, and the fake one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import RUN_ID, BuildStatus, NotSupported, Run, RunRequest, RunState, VendorBusy
from tests.support.vendors.world import REPOSITORY

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_request(town, id="req-1", **changed):
    return RunRequest(town.pipeline, id, {"SERVICE": "payments"}, asked_at=datetime.now(UTC), **changed)


async def started(town, id="req-1"):
    return await town.pipelines.start(a_request(town, id))


async def only_step(town, run):
    (step,) = (await town.pipelines.status(run)).steps
    return step


async def test_a_run_begins_with_its_variables_and_the_id_of_its_request(town):
    run = await town.pipelines.start(a_request(town, commit=town.newest(), secrets={"KEY": "sbd_a"}))
    assert town.started == 1
    assert town.variables() == {"SERVICE": "payments", "KEY": "sbd_a", RUN_ID: "req-1"}
    status = await town.pipelines.status(run)
    assert status.state is RunState.RUNNING
    assert status.run.number
    assert status.run.url.startswith("http" if town.has_pages else "")
    assert status.commit == town.newest()


async def test_a_run_is_found_by_its_request_and_no_other_is(town):
    run = await started(town)
    await started(town, "req-12")
    found = await town.pipelines.find(a_request(town))
    assert found is not None
    assert (await town.pipelines.status(found)).run.id == (await town.pipelines.status(run)).run.id
    assert await town.pipelines.find(a_request(town, "req")) is None


async def test_a_start_whose_answer_is_lost_is_found_and_was_not_repeated(town):
    await town.start_unheard(a_request(town))
    assert town.started == 1
    found = await town.pipelines.find(a_request(town))
    assert found is not None
    assert (await town.pipelines.status(found)).state is RunState.RUNNING


async def test_recent_runs_are_listed_with_how_they_went_whoever_began_them(town):
    now = datetime.now(UTC)
    for id in ("req-1", "req-2"):
        await started(town, id)
    newest = await town.pipelines.find(a_request(town, "req-2"))
    await town.advance(newest, RunState.SUCCEEDED)
    seen = await town.pipelines.recent(town.pipeline, now - HOUR)
    told = [each.title if each.variables is None else each.variables[RUN_ID] for each in seen]
    assert [each.split()[-1] for each in told] == ["req-2", "req-1"]
    assert (seen[0].status.state, seen[0].status.run.id) == (RunState.SUCCEEDED, newest.id)
    assert seen[0].status.run.number
    assert all(each.status.started_at and not each.status.steps for each in seen)
    assert await town.pipelines.recent(town.pipeline, now + HOUR) == ()


async def test_a_cancel_whose_answer_is_lost_can_be_seen_and_repeated(town):
    run = await started(town)
    await town.cancel_unheard(run)
    await town.pipelines.cancel(run)
    assert (await town.pipelines.status(run)).state is RunState.CANCELLED


async def test_a_status_whose_answer_is_lost_is_asked_for_again(town):
    run = await started(town)
    town.lose_one_status()
    assert (await town.pipelines.status(run)).state is RunState.RUNNING


@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.FAILED])
async def test_a_run_ends_one_way_or_the_other(town, state):
    run = await started(town)
    await town.advance(run, state)
    status = await town.pipelines.status(run)
    assert status.state is state
    assert [step.state for step in status.steps] == [state]


async def test_a_run_that_has_ended_stays_as_it_is_when_it_is_cancelled(town):
    run = await started(town)
    await town.advance(run, RunState.SUCCEEDED)
    await town.pipelines.cancel(run)
    assert (await town.pipelines.status(run)).state is RunState.SUCCEEDED


async def test_the_failed_part_of_a_run_runs_again_as_its_next_attempt_where_that_can_be(town):
    run = await started(town)
    await town.advance(run, RunState.FAILED)
    run = (await town.pipelines.status(run)).run
    if not town.repeats:
        with pytest.raises(NotSupported):
            await town.pipelines.retry_failed(run)
        return
    again = await town.pipelines.retry_failed(run)
    assert (await town.pipelines.status(again)).state is RunState.RUNNING
    assert town.started == 1


async def test_a_retry_whose_answer_is_lost_can_be_seen(town):
    if not town.repeats:
        pytest.skip("failed parts of its runs cannot be run again")
    run = await started(town)
    await town.advance(run, RunState.FAILED)
    await town.retry_unheard(run)
    assert (await town.pipelines.status(run)).state is RunState.RUNNING


async def test_a_run_nobody_knows_is_not_found(town):
    with pytest.raises(NotFound):
        await town.pipelines.status(Run(town.pipeline, "999999", "999999"))


async def test_what_has_ended_is_listed_with_what_it_says_of_itself_and_no_older_than_asked(town):
    before = datetime.now(UTC) - timedelta(minutes=5)
    runs = [await started(town, f"req-{number}") for number in range(2)]
    await town.advance(runs[1], RunState.FAILED)
    ended = (await town.pipelines.status(runs[1])).run
    found = await town.pipelines.earlier(town.pipeline, since=before, limit=1)
    [past] = [each for each in found if each.status.run.id == ended.id]
    assert (past.status.state, past.status.run.number, past.status.steps) == (RunState.FAILED, ended.number, ())
    assert past.status.started_at is not None
    assert past.status.finished_at is not None
    every = await town.pipelines.earlier(town.pipeline, since=before, limit=10)
    assert every[: len(found)] == found
    assert all(each.status.state.ended for each in every)
    elsewhere = await town.pipelines.earlier(replace(town.pipeline, ref="other"), since=before, limit=10)
    assert elsewhere == () or town.pipeline.provider == "jenkins"  # whose jobs have no branch
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await town.pipelines.earlier(town.pipeline, since=later, limit=10) == ()


LOG = b"".join(b"%05d a line of the log\n" % number for number in range(200))


async def with_log(town, data=LOG, state=RunState.SUCCEEDED):
    run = await started(town)
    town.write(run, data)
    await town.advance(run, state)
    return run, (await only_step(town, run)).id


async def test_a_log_is_read_from_its_start_to_its_end(town):
    run, step = await with_log(town)
    parts = [await town.pipelines.log(run, step, limit=2000)]
    while not parts[-1].complete:
        parts.append(await town.pipelines.log(run, step, start=parts[-1].next, limit=2000))
    assert b"".join(part.data for part in parts) == LOG
    assert len(parts) == 3


async def test_the_last_bytes_of_a_log_are_read_by_themselves(town):
    run, step = await with_log(town)
    part = await town.pipelines.log(run, step, start=-100)
    assert part.data == LOG[-100:]
    assert part.start == len(LOG) - 100
    assert part.complete


async def test_a_log_shorter_than_its_tail_is_read_whole(town):
    run, step = await with_log(town, b"short\n")
    part = await town.pipelines.log(run, step, start=-100)
    assert (part.data, part.start, part.complete) == (b"short\n", 0, True)


async def test_nothing_comes_after_the_end_of_a_log(town):
    run, step = await with_log(town)
    part = await town.pipelines.log(run, step, start=len(LOG))
    assert (part.data, part.complete) == (b"", True)


async def test_there_is_no_log_before_there_is_one(town):
    run = await started(town)
    with pytest.raises(NotFound):
        await town.pipelines.log(run, (await only_step(town, run)).id)


async def test_what_a_run_leaves_is_listed_and_read(town):
    run = await started(town)
    assert await town.pipelines.artifacts(run) == ()
    town.leave(run, "junit.xml", b"<testsuites/>")
    await town.advance(run, RunState.SUCCEEDED)
    run = (await town.pipelines.status(run)).run
    (artifact,) = await town.pipelines.artifacts(run)
    assert artifact.name.endswith("junit.xml")
    assert artifact.size in {13, None}
    assert await town.pipelines.artifact(run, artifact) == b"<testsuites/>"


async def test_what_is_too_large_is_not_read(town):
    run = await started(town)
    town.leave(run, "dump.bin", bytes(5000))
    await town.advance(run, RunState.SUCCEEDED)
    run = (await town.pipelines.status(run)).run
    (artifact,) = await town.pipelines.artifacts(run)
    with pytest.raises(IntegrationError, match=r"larger than 4,999 bytes"):
        await town.pipelines.artifact(run, artifact, limit=4999)
    assert len(await town.pipelines.artifact(run, artifact, limit=5000)) == 5000


async def test_branch_tag_and_hash_point_to_a_commit(town):
    branch, tag = [await town.pipelines.commit(REPOSITORY, ref) for ref in ("main", "1.4.0")]
    assert branch is not None
    assert tag is not None
    assert branch.hash == town.newest()
    assert (branch.subject, branch.author, branch.email) == ("Fix rounding, take 4", "Ann Lee", "ann@acme.example")
    assert branch.at == datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
    assert await town.pipelines.commit(REPOSITORY, tag.hash) == tag


async def test_a_name_without_a_commit_points_to_none(town):
    assert await town.pipelines.commit(REPOSITORY, "9.9.9") is None
    assert await town.pipelines.commit(REPOSITORY, "f" * 40) is None


async def test_the_commits_between_two_versions_are_told_newest_first(town):
    found = await town.pipelines.compare(REPOSITORY, "1.4.0", "main")
    assert [commit.subject for commit in found.commits] == [f"Fix rounding, take {n}" for n in (4, 3, 2)]
    assert found.total == 3


async def test_nothing_lies_between_a_version_and_itself(town):
    found = await town.pipelines.compare(REPOSITORY, "main", "main")
    assert (found.commits, found.total) == ((), 0)


async def test_a_long_line_of_commits_is_counted_and_its_newest_are_told(town):
    town.grow(340)
    found = await town.pipelines.compare(REPOSITORY, "1.4.0", "main")
    assert found.total == 343
    assert found.commits[0].hash == town.newest()
    assert len({commit.hash for commit in found.commits}) == len(found.commits) >= 100


async def test_a_version_that_does_not_exist_cannot_be_compared(town):
    with pytest.raises(NotFound):
        await town.pipelines.compare(REPOSITORY, "9.9.9", "main")


async def test_a_mark_on_a_commit_is_replaced_by_the_next_of_its_key_where_commits_bear_any(town):
    if not town.bears_marks:
        with pytest.raises(NotSupported):
            await town.pipelines.set_status(REPOSITORY, town.newest(), BuildStatus("signalbox", RunState.RUNNING, "x"))
        return
    for state in (RunState.RUNNING, RunState.SUCCEEDED, RunState.SUCCEEDED):
        await town.pipelines.set_status(REPOSITORY, town.newest(), BuildStatus("signalbox", state, "integration"))
    assert town.marks() == [(town.newest(), "signalbox")]


@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.FAILED])
async def test_a_mark_says_how_it_went_and_leads_to_where_it_is_told(town, state):
    if not town.bears_marks:
        return
    mark = BuildStatus("signalbox", state, "Deployed to integration", "payments 1.5.0 …", "https://ci.example/runs/1")
    await town.pipelines.set_status(REPOSITORY, town.newest(), mark)
    assert town.mark() == (state, "https://ci.example/runs/1")
    assert "payments 1.5.0 …" in town.text_of_mark()


async def test_whoever_wants_a_pause_says_how_long_and_nothing_was_changed(distant_town):
    town = distant_town
    town.busy("POST")
    with pytest.raises(VendorBusy) as busy:
        await town.pipelines.start(a_request(town))
    assert busy.value.retry_after == 7
    assert town.started == 0


async def test_a_word_nobody_knows_is_said_and_not_guessed_at(distant_town):
    town = distant_town
    run = await started(town)
    await town.advance(run, RunState.RUNNING, "HIBERNATING")
    status = await town.pipelines.status(run)
    assert status.state is RunState.UNKNOWN
    assert not status.state.ended
    assert "HIBERNATING" in status.said
