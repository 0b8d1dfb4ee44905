"""The sections `suites` and `flows` of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.catalog import scalars
from bot.catalog.section import Section
from bot.catalog.suite_values import Flow, Hold, Parameter, Retry, Schedule, Suite, WhenHeld

OURS = ("SIGNALBOX_", "FAILED_TESTS", "ATTEMPT")
"""How the names of variables begin that every run is given."""


def suite(name: str, entry: Section) -> Suite:
    usual, hold = Suite(name), entry.read("lease", scalars.hold, Hold.WATCH)
    parameters = tuple(_parameter(key, below) for key, below in entry.sections("parameters"))
    provider = entry.required("provider", scalars.provider, "")
    found = Suite(
        name=name,
        description=entry.text("description"),
        provider=provider,
        repository=scalars.repository_path(entry.text("repository")),
        pipeline=entry.required("pipeline", str, ""),
        branch=entry.text("branch", usual.branch),
        variables=_texts(entry.section("variables")),
        environments=entry.items("environments"),
        covers=entry.items("covers"),
        hold=hold,
        parameters=parameters,
        after_deploy=entry.items("after_deploy"),
        required=entry.read("required", scalars.yes_or_no, usual.required),
        expected=entry.read("expected", scalars.duration, usual.expected),
        limit=entry.read("limit", scalars.duration, usual.limit),
        reports=entry.items("reports") or usual.reports,
        retry=entry.read("retry", scalars.retry, Retry.JOBS if provider in ("github", "gitlab") else Retry.PYTEST),
        owners=entry.items("owners"),
        history=entry.read("history", scalars.history, usual.history),
        schedules=tuple(_schedule(below, hold, parameters) for below in entry.listed("schedule")),
    )
    _jobs_that_nobody_runs_again(found, entry)
    return found


def flow(name: str, entry: Section) -> Flow:
    return Flow(name, entry.text("description"), entry.items("services"), entry.items("tests"))


def _parameter(name: str, entry: Section) -> Parameter:
    choices = entry.items("choices")
    found = Parameter(name, entry.text("default"), choices, entry.text("description"))
    entry.finish()
    line = entry.draft.line(*entry.path)
    try:
        scalars.variable(name)
    except ValueError as error:
        entry.draft.complain(line, f"`{name[:60]}` cannot be a parameter.", str(error))
    if name.upper().startswith(OURS):
        entry.draft.complain(line, f"The parameter `{name[:60]}` would stand in the way of our own.", "Rename it.")
    if choices and found.default and found.default not in choices:
        fix = f"Write one of {', '.join(choices)}, or leave the default out."
        entry.draft.complain(line, f"The default of {entry.title} is none of its choices.", fix)
    return found


def _schedule(entry: Section, hold: Hold, parameters: tuple[Parameter, ...]) -> Schedule:
    usual = WhenHeld.WAIT if hold is Hold.SHARED else WhenHeld.RUN
    below = entry.section("parameters")
    given = _texts(below)
    for wrong, why in wrong_parameters(given, parameters):
        entry.draft.complain(entry.draft.line(*below.path, wrong), why, _remedy(parameters))
    found = Schedule(
        cron=entry.required("cron", scalars.cron, "0 6 * * mon-fri"),
        environment=entry.text("environment"),
        zone_name=entry.read("timezone", scalars.zone, ""),
        when_held=entry.read("when_held", scalars.when_held, usual),
        parameters=given,
    )
    entry.finish()
    return found


def wrong_parameters(given: Mapping[str, str], known: tuple[Parameter, ...]) -> Iterator[tuple[str, str]]:
    """The names that cannot be given so, each with a sentence that says why."""
    by_name = {parameter.name.casefold(): parameter for parameter in known}
    for name, value in given.items():
        parameter = by_name.get(name.casefold())
        if parameter is None:
            yield name, f"There is no parameter called {name[:60]}."
        elif parameter.choices and value not in parameter.choices:
            yield name, f"{parameter.name} is one of {', '.join(parameter.choices)}, not {value[:60]}."


def _remedy(parameters: tuple[Parameter, ...]) -> str:
    names = ", ".join(parameter.name for parameter in parameters)
    return f"Its parameters are {names}." if names else "It has no parameters: declare them below `parameters`."


def _texts(below: Section) -> Mapping[str, str]:
    return MappingProxyType({name: below.text(name) for name in below.entries})


def _jobs_that_nobody_runs_again(found: Suite, entry: Section) -> None:
    if found.retry is Retry.JOBS and found.provider not in ("", "github", "gitlab"):
        line = entry.draft.line(*entry.path, "retry")
        fix = "Write `retry: pytest` or `retry: playwright`: failed tests are handed to a new run."
        entry.draft.complain(line, f"{found.provider} cannot run the failed jobs of {entry.title} again.", fix)
