"""`signalbox.yaml` to a Catalog, or to every problem it has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from bot.catalog import checks, scalars, suites
from bot.catalog.document import read_document
from bot.catalog.problems import BadCatalog
from bot.catalog.section import Draft, Section
from bot.catalog.values import (
    Catalog,
    Delivery,
    Environment,
    Freeze,
    Hours,
    Mask,
    Person,
    Policy,
    Resource,
    Service,
    Team,
)

T = TypeVar("T")

WhyTaken = Callable[[str], str | None]
"""Why a name cannot be an environment's in a typed line (`is a command`), or None. The grammar knows."""


def load(path: Path, *, why_taken: WhyTaken) -> Catalog:
    """Read and check the file. Raises BadCatalog with every problem found, OSError when it cannot be read."""
    return parse(path.read_bytes(), path.name, why_taken=why_taken)


@lru_cache(maxsize=2)
def parse(raw: bytes, file: str, *, why_taken: WhyTaken) -> Catalog:
    """Like `load`, from bytes; `file` is how problems name it.

    The same bytes are read once: a start asks for them twice, and it takes a tenth of a second.
    """
    top = read_document(raw, file)
    draft = Draft(file)
    catalog = replace(_catalog(Section(draft, (), top)), digest=hashlib.sha256(raw).hexdigest())
    checks.check(catalog, draft, why_taken)
    if draft.problems:
        raise BadCatalog(tuple(sorted(set(draft.problems))))
    return catalog


def _catalog(top: Section) -> Catalog:
    workspace = top.section("workspace")
    base = Environment("", hours=_hours(workspace, Hours()), policy=_policy(workspace, Policy()))
    catalog = Catalog(
        services=_named(top, "services", _service),
        environments=_named(top, "environments", lambda name, entry: _environment(name, entry, base)),
        people=_named(top, "people", lambda name, entry: _person(name, entry, base.hours)),
        teams=_named(top, "teams", _team),
        roles=_roles(top.section("roles")),
        suites=_named(top, "suites", suites.suite),
        flows=_named(top, "flows", suites.flow),
        owners=workspace.items("owners"),
        announce=workspace.read("announce", scalars.channel, ""),
        hours=base.hours,
        masks=tuple(_masks(top.section("masks"))),
    )
    workspace.finish()
    top.finish()
    return catalog


def _named(top: Section, key: str, build: Callable[[str, Section], T]) -> Mapping[str, T]:
    found: dict[str, T] = {}
    for name, entry in top.sections(key):
        line = top.draft.line(key, name)
        try:
            scalars.name(name)
        except ValueError as error:
            top.draft.complain(line, f"`{name[:60]}` cannot be a name in `{key}`.", str(error))
            continue
        if name.casefold() in found:
            top.draft.complain(line, f"`{name}` stands twice in `{key}`; letter case does not count.", "Rename one.")
        found[name.casefold()] = build(name, entry)
        entry.finish()
    return MappingProxyType(found)


def _service(name: str, entry: Section) -> Service:
    aliases = entry.section("aliases")
    return Service(
        name=name,
        description=entry.text("description"),
        repository=entry.text("repository"),
        openapi=entry.text("openapi"),
        health=entry.read("health", scalars.web_address, ""),
        owners=entry.items("owners"),
        depends_on=entry.items("depends_on"),
        aliases=MappingProxyType({source: aliases.items(source) for source in aliases.entries}),
        delivery=_delivery(entry),
    )


def _delivery(entry: Section) -> Delivery:
    below, usual = entry.section("deploy"), Delivery()
    variables, called = below.section("variables"), below.section("environments")
    delivery = Delivery(
        provider=below.read("provider", scalars.provider, ""),
        repository=below.text("repository", scalars.repository_path(entry.text("repository"))),
        pipeline=below.text("pipeline"),
        branch=below.text("branch", usual.branch),
        variables=MappingProxyType({name: variables.text(name) for name in variables.entries}),
        environments=MappingProxyType({name: called.text(name) for name in called.entries}),
        watch=below.read("watch", scalars.duration, usual.watch),
        gate=below.read("gate", scalars.gate, usual.gate),
        when_unreachable=below.read("when_unreachable", scalars.allow_or_deny, usual.when_unreachable),
    )
    below.finish()
    if below.entries and not delivery.provider and below.has("pipeline"):
        line = below.draft.line(*below.path)
        below.draft.complain(line, f"{below.title} names a pipeline and no provider.", "Add a line `provider: ...`.")
    return delivery


def _environment(name: str, entry: Section, base: Environment) -> Environment:
    hours = _hours(entry, base.hours)
    return Environment(
        name=name,
        description=entry.text("description"),
        labels=frozenset(entry.items("labels")),
        services=entry.items("services"),
        resources=tuple(_resource(key, below) for key, below in entry.sections("resources")),
        owners=entry.items("owners"),
        announce=entry.read("announce", scalars.channel, ""),
        hours=hours,
        policy=_policy(entry, base.policy),
        freezes=tuple(freeze for below in entry.listed("freeze") if (freeze := _freeze(below, hours.zone_name))),
    )


def _resource(name: str, entry: Section) -> Resource:
    resource = Resource(name, frozenset(entry.items("labels")), entry.text("description"))
    entry.finish()
    return resource


def _policy(entry: Section, base: Policy) -> Policy:
    below = entry.section("policy")
    policy = Policy(
        maximum=below.read("max_lease", scalars.duration, base.maximum),
        default=below.read("default_lease", scalars.duration, base.default),
        claim_window=below.read("claim_window", scalars.duration, base.claim_window),
        remind_before=below.read("remind_before", scalars.duration, base.remind_before),
    )
    below.finish()
    if policy.default > policy.maximum:
        line = below.draft.line(*below.path, "default_lease")
        below.draft.complain(
            line, f"The default lease of {below.title} is longer than the maximum.", "Make it shorter."
        )
    return policy


def _hours(entry: Section, base: Hours) -> Hours:
    start, end = entry.read("working_hours", scalars.working_hours, (base.start, base.end))
    return Hours(
        zone_name=entry.read("timezone", scalars.zone, base.zone_name),
        start=start,
        end=end,
        days=entry.read("working_days", scalars.weekdays, base.days),
    )


LONGEST_REPEATED = timedelta(days=31)
"""A longer one would be in force several times over before the month is out."""


def _freeze(entry: Section, zone_name: str) -> Freeze | None:
    freeze = Freeze(
        reason=entry.required("reason", str, ""),
        length=entry.required("for", scalars.duration, timedelta(hours=1)),
        cron=entry.read("cron", scalars.cron, ""),
        start=entry.read("from", lambda text: scalars.moment(text, zone_name), None),
    )
    entry.finish()
    if entry.has("cron") == entry.has("from"):
        line = entry.draft.line(*entry.path)
        entry.draft.complain(
            line,
            "A freeze needs either `cron` or `from`.",
            "Give `cron` for one that repeats, `from` for a single one.",
        )
        return None
    if freeze.cron and freeze.length > LONGEST_REPEATED:
        line = entry.draft.line(*entry.path, "for")
        fix = f"Write at most {LONGEST_REPEATED.days}d, or give `from` for a single one."
        entry.draft.complain(line, "A freeze that repeats is too long.", fix)
        return None
    return freeze


def _person(name: str, entry: Section, base: Hours) -> Person:
    accounts = entry.section("accounts")
    return Person(
        name=name,
        slack=entry.required("slack", scalars.slack_person, ""),
        full_name=entry.text("name"),
        email=entry.read("email", scalars.email, ""),
        accounts=MappingProxyType({source: accounts.text(source) for source in accounts.entries}),
        hours=_hours(entry, base),
    )


def _team(name: str, entry: Section) -> Team:
    return Team(
        name=name,
        members=entry.items("members"),
        slack=entry.read("slack", scalars.slack_group, ""),
        announce=entry.read("announce", scalars.channel, ""),
    )


def _roles(entry: Section) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name.casefold(): entry.items(name) for name in entry.entries})


def _masks(entry: Section) -> Iterator[Mask]:
    for name in entry.entries:
        pattern = entry.read(name, scalars.mask, None)
        try:
            scalars.mask_name(name)
        except ValueError as error:
            entry.draft.complain(entry.draft.line("masks", name), f"`{name[:60]}` cannot name a mask.", str(error))
        else:
            if pattern is not None:
                yield Mask(name, pattern)
