"""An outline to the text of a catalog. Values go through the YAML library; comments are single lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bot.catalog.drafting.names import one_line
from bot.catalog.drafting.outline import DraftedEnvironment, DraftedService, DraftedTeam, Outline

SHORT_LIST = 6
"""A longer list has a line for each item, so that one can be struck out."""

MOST_FILES_NAMED = 3


def write(outline: Outline) -> str:
    """The whole file. Comments with a blank after the # explain; those without one are settings."""
    parts = (
        _top(outline),
        _workspace(outline),
        _environments(outline),
        _services(outline.services),
        _teams(outline.teams),
        _people(),
        _roles(outline.teams),
        _rest(outline),
    )
    return "\n".join("\n".join(part) + "\n" for part in map(tuple, parts) if part)


def _top(outline: Outline) -> Iterator[str]:
    yield f"# The catalog of Signalbox, drafted from {outline.origin}."
    yield "# Correct what is wrong: nothing depends on its being drafted. `signalbox catalog check` names each mistake."
    yield "# A running Signalbox takes a good change at once, and keeps the last good version when one is bad."
    yield "#"
    yield "# `# ` begins an explanation. A # without a blank hides a setting: take the # away, and it is in force."


def _workspace(outline: Outline) -> Iterator[str]:
    yield "# What holds wherever nothing else is said."
    yield "workspace:"
    channels = [each.announce for each in outline.environments]
    if channels and all(channels):
        yield from _pair("announce", channels[0], "where changes are told; the bot must be in the channel")
    else:
        yield '  #announce: "#integration"   # where changes are told'
    yield from _pair("timezone", outline.timezone or "UTC", "of working hours, and of every time that people type")
    yield "  #working_hours: 09:00-18:00   # nobody is offered a place outside of them; `eod` is their end"
    yield "  #working_days: mon-fri"
    if team := next(iter(outline.teams), None):
        yield f"  #owners: [{team.name}]   # who may freeze and mend everything, and is told when this file is wrong"
    yield "  #policy:"
    yield "    #max_lease: 8h       # extensions included"
    yield "    #default_lease: 1h   # what buttons offer first"
    yield "    #claim_window: 5m    # how long the next person has to answer an offer"


def _environments(outline: Outline) -> Iterator[str]:
    yield "# Places that people take turns in. Names are typed as they stand here, so no command may be one."
    if outline.aside:
        yield f"# Also seen, and not drafted since people do not take turns there: {', '.join(outline.aside)}."
    yield "environments:"
    names = tuple(service.name for service in outline.services)
    for number, environment in enumerate(outline.environments):
        yield from [""] if number else []
        yield from _environment(environment, names, outline.teams, explained=number == 0)


def _environment(
    environment: DraftedEnvironment, names: tuple[str, ...], teams: tuple[DraftedTeam, ...], *, explained: bool
) -> Iterator[str]:
    facts = {"services": environment.services if environment.services is not None else names}
    if environment.guessed:
        yield "  # No file speaks of an environment: this one is a guess."
    yield from _comment("  ", "From", environment.because)
    yield from _entry(environment.name, {**facts, "announce": _quoted(environment.announce)})
    if not explained:
        return
    yield "    # What else an environment may say, here or in any other:"
    yield "    #description: Everything together, close to production"
    if teams:
        yield f"    #owners: [{teams[0].name}]   # who may say that it is down, and freeze it"
    yield "    #policy: { max_lease: 4h }"
    yield "    #freeze:   # nobody new gets it exclusively then"
    yield '      #- { reason: Test data is restored, cron: "0 4 * * sun", for: 1h }'
    yield "    #resources:   # accounts, tenants, devices that tests use up; taken as any:gold-customer"
    yield "      #gold-customer-1: { labels: [gold-customer] }"


def _services(services: tuple[DraftedService, ...]) -> Iterator[str]:
    yield "# What is deployed there. One of them can be taken alone, as <environment>/<service>."
    yield "# Each may also say `health`, an address in which {environment} stands for the environment's name."
    if not services:
        yield "services: {}"
        return
    yield "services:"
    for service in services:
        yield from _comment("  ", "From", service.because)
        for note in service.notes:
            yield f"  # {one_line(note, most=300)}"
        yield from _entry(service.name, _facts(service))


def _facts(service: DraftedService) -> Mapping[str, Any]:
    return {
        "description": service.description,
        "repository": service.repository,
        "openapi": service.openapi,
        "owners": service.owners,
        "depends_on": service.depends_on,
        "aliases": {"kubernetes": _flow(service.kubernetes)} if service.kubernetes else {},
    }


def _teams(teams: tuple[DraftedTeam, ...]) -> Iterator[str]:
    yield "# A lease belongs to a person and a team: team mates may extend and release it."
    yield "# Give each its people, `members: [ana]`, and the id of its user group in Slack, `slack: S0CHECKOUT`."
    if not teams:
        yield "#teams:"
        yield "  #checkout: { members: [ana] }"
        return
    yield "teams:"
    for team in teams:
        yield from _comment("  ", "From", team.because)
        yield from _entry(team.name, {})


def _people() -> Iterator[str]:
    yield "# Nobody needs to be listed to use Signalbox, only whoever is in a team, owns something or has a role:"
    yield "# with the member id that Slack shows in their profile, under ⋮."
    yield "#people:"
    yield "  #ana: { name: Ana Kovač, slack: U0ANA, email: ana@example.com, accounts: { github: ana-kovac } }"


def _roles(teams: tuple[DraftedTeam, ...]) -> Iterator[str]:
    if not teams:
        return
    yield "# Who may do what not everybody may: people and teams."
    yield "#roles:"
    yield f"  #operator: [{teams[0].name}]   # say what is down, and freeze it, besides the owners"
    yield f"  #incident: [{teams[0].name}]   # stand before the others who wait"


def _rest(outline: Outline) -> Iterator[str]:
    if outline.left_out:
        yield "# Left out, since it did not look like a service:"
        yield from (f"# - {one_line(title)}: {one_line(why, most=300)}" for title, why in outline.left_out)
    if outline.misread:
        yield "# Not understood, and passed over:"
        yield from (f"# - {one_line(str(each), most=300)}" for each in outline.misread)
    if outline.api_unplaced:
        yield "# API files of no service that was found:"
        yield from (f"# - {one_line(path)}" for path in outline.api_unplaced)


def _comment(indent: str, what: str, files: tuple[str, ...]) -> Iterator[str]:
    if not files:
        return
    more = len(files) - MOST_FILES_NAMED
    named = ", ".join(map(one_line, files[:MOST_FILES_NAMED]))
    yield f"{indent}# {what} {named}{f' and {more} more' if more > 0 else ''}"


def _pair(key: str, value: str, why: str) -> Iterator[str]:
    (line,) = _lines({key: _quoted(value)}, "  ")
    yield f"{line}   # {why}"


def _quoted(channel: str) -> str:
    """As the sample writes channels; the library's own quotes would be single."""
    return DoubleQuotedScalarString(channel) if channel.startswith("#") else channel


def _entry(name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """A named mapping without what is empty, two blanks in."""
    said = {key: _listed(value) for key, value in facts.items() if value}
    yield from _lines({name: said}, "  ")


def _listed(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    values = cast("tuple[str, ...]", value)
    return list(values) if len(values) > SHORT_LIST else _flow(values)


def _flow(values: Iterable[str]) -> CommentedSeq:
    untyped: Any = CommentedSeq(values)
    untyped.fa.set_flow_style()
    return cast("CommentedSeq", untyped)


def _lines(value: Any, indent: str) -> list[str]:
    yaml: Any = YAML()
    yaml.width = 1_000_000  # a value that is broken over lines could not be indented as it stands
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(value, out)
    return [indent + line for line in out.getvalue().splitlines()]
