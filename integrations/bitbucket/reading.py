"""From what Bitbucket says to the values of the port."""

from __future__ import annotations

from email.utils import parseaddr

from bot.ports.pipelines import Commit, Pipeline, Run, RunState, RunStatus, Step
from integrations.bitbucket.shapes import CommitSeen, Links, PipelineSeen, State, StepSeen

WEB = "https://bitbucket.org"

STATES = {
    "PENDING": RunState.QUEUED,
    "READY": RunState.QUEUED,
    "IN_PROGRESS": RunState.RUNNING,
    "PAUSED": RunState.WAITING,
    "HALTED": RunState.WAITING,
}
RESULTS = {
    "SUCCESSFUL": RunState.SUCCEEDED,
    "FAILED": RunState.FAILED,
    "ERROR": RunState.ERRORED,
    "EXPIRED": RunState.ERRORED,
    "STOPPED": RunState.CANCELLED,
    "NOT_RUN": RunState.CANCELLED,
}


def run_of(pipeline: Pipeline, seen: PipelineSeen) -> Run:
    number = str(seen.build_number or "")
    page = f"{WEB}/{pipeline.repository}/pipelines/results/{number}"
    return Run(pipeline, seen.uuid, number, _html(seen.links) or page)


def status_of(pipeline: Pipeline, seen: PipelineSeen, steps: list[StepSeen]) -> RunStatus:
    creator = seen.creator
    commit = seen.target.commit if seen.target else None
    return RunStatus(
        run_of(pipeline, seen),
        state_of(seen.state),
        said=_said(seen.state),
        commit=commit.hash if commit else "",
        actor=(creator.nickname or creator.display_name or "") if creator else "",
        started_at=seen.created_on,
        finished_at=seen.completed_on,
        steps=tuple(Step(each.uuid, each.name or "", state_of(each.state)) for each in steps),
    )


def state_of(state: State | None) -> RunState:
    if state is None:
        return RunState.UNKNOWN
    if state.name == "COMPLETED":
        return RESULTS.get(state.result.name if state.result else "", RunState.UNKNOWN)
    if state.stage and state.stage.name in {"PAUSED", "HALTED"}:
        return RunState.WAITING
    return STATES.get(state.name, RunState.UNKNOWN)


def _said(state: State | None) -> str:
    if state is None:
        return ""
    words = [state.name, *(word.name for word in (state.stage, state.result) if word)]
    error = state.result.error if state.result else None
    return " ".join(words) + (f": {error.message or error.key or ''}" if error else "")


def commit_of(repository: str, seen: CommitSeen) -> Commit:
    author = seen.author
    name, email = parseaddr(author.raw) if author else ("", "")
    user = author.user if author else None
    return Commit(
        seen.hash,
        seen.message.partition("\n")[0],
        author=name or email or (author.raw if author else ""),
        login=(user.nickname or "") if user else "",
        email=email,
        at=seen.date,
        url=_html(seen.links) or f"{WEB}/{repository}/commits/{seen.hash}",
    )


def _html(links: Links | None) -> str:
    return links.html.href if links and links.html else ""
