"""Services and versions as they are typed: `payments`, `payments@1.5.0`, `integration/payments@feature/fees#12`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.errors import NotFound, UsageError
from bot.grammar.deploy_help import usage_of
from bot.grammar.names import MOST_NAMES, Names
from bot.grammar.normalise import QUOTES, shown
from bot.grammar.targets import Place
from bot.similar import did_you_mean, nearest

LONGEST_REF = 150
"""Characters. So that a line with several still fits a button."""

_VERSION = re.compile(r"@\S+|v?\d+(?:\.\d+)+\S*|[0-9a-f]{7,40}", re.IGNORECASE)
_NO_REF = re.compile(r"[\s,;~^:?*\[\\\x00-\x1f\x7f]|\.\.|@\{|//|\.lock$|^[-./@]|[./]$")
"""What git does not allow in the name of a branch or tag (git check-ref-format), and what could be read as an option or
as two versions.
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A service of the catalog. environment: as far as it was written before it. ref: empty without one."""

    service: str
    environment: str = ""
    ref: str = ""

    def __str__(self) -> str:
        place = f"{self.environment}/" if self.environment else ""
        return f"{place}{self.service}{f'@{self.ref}' if self.ref else ''}"


@dataclass(frozen=True, slots=True)
class Services:
    """The environments and their services, in any letter case."""

    names: Names
    _environments: dict[str, Place] = field(init=False, repr=False, compare=False)
    _services: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = self.names.places
        object.__setattr__(self, "_environments", {place.name.casefold(): place for place in places})
        every = {service.casefold(): service for place in places for service in place.services}
        object.__setattr__(self, "_services", every)

    def environment(self, word: str) -> str | None:
        found = self._environments.get(_bare(word).casefold())
        return found.name if found else None

    def environments(self) -> tuple[str, ...]:
        return tuple(place.name for place in self.names.places)

    def of(self, environment: str) -> tuple[str, ...]:
        found = self._environments.get(environment.casefold())
        return found.services if found else ()

    def homes(self, service: str) -> tuple[str, ...]:
        """The environments that have it."""
        return tuple(place.name for place in self.names.places if service in place.services)

    def service(self, word: str) -> str | None:
        return self._services.get(word.casefold())

    def similar(self, word: str) -> tuple[str, ...]:
        return nearest(word, self._services.values())

    def named(self, word: str) -> Named | None:
        """None when it names no service. Raises UsageError for a version that cannot be one, NotFound for a service
        that is not in the environment before it.
        """
        name, at, ref = _bare(word).partition("@")
        place, slash, part = name.partition("/")
        environment = self.environment(place) if slash else ""
        service = self.service(part if slash else name)
        if environment is None or not (slash or service):
            return None
        if service is None or (environment and service not in self.of(environment)):
            raise self._not_there(str(environment), part, at + ref)
        return Named(service, environment or "", ref_of(ref, service) if at else "")

    def unknown(self, word: str, verb: str, rest: str = "") -> NotFound:
        """The error for a word that should be a service; its suggestions are whole lines."""
        name, at, ref = _bare(word).partition("@")
        near = self.similar(name.rpartition("/")[2])
        lines = tuple(" ".join(f"{verb} {service}{at}{ref} {rest[:400]}".split()) for service in near)
        return NotFound(
            f"No service is called {shown(name)}.{did_you_mean(near) or self._there_are()}", suggestions=lines
        )

    def not_everywhere(self, service: str, environment: str) -> NotFound:
        homes = self.homes(service)
        there = f" {', '.join(homes[:5])} {'has' if len(homes) == 1 else 'have'} it." if homes else ""
        return NotFound(f"{environment} has no service called {service}.{there}")

    def _not_there(self, environment: str, part: str, version: str) -> NotFound:
        if service := self.service(part):
            return self.not_everywhere(service, environment)
        near = nearest(part, self.of(environment))
        lines = tuple(f"{environment}/{service}{version}" for service in near)
        return NotFound(f"{environment} has no service called {shown(part)}.{did_you_mean(near)}", suggestions=lines)

    def _there_are(self) -> str:
        every = tuple(self._services.values())
        more = " and more" if len(every) > MOST_NAMES else ""
        return f" Services: {', '.join(every[:MOST_NAMES])}{more}." if every else ""


def ref_of(typed: str, service: str) -> str:
    """The version behind an @. Raises UsageError."""
    ref = typed.strip(QUOTES)
    if not ref:
        raise UsageError(
            f"Which version of {service}? Write it right behind the @: {service}@1.5.0.",
            usage=usage_of("deploy"),
            suggestions=(service,),
        )
    if len(ref) > LONGEST_REF:
        raise UsageError(f"A version has at most {LONGEST_REF} characters; this one has {len(ref)}.")
    if found := _NO_REF.search(ref):
        raise UsageError(
            f"{shown(ref)} cannot be a tag, branch or commit: “{found.group()}” is not allowed there.",
            usage=usage_of("deploy"),
        )
    return ref


def looks_like_version(word: str) -> bool:
    return _VERSION.fullmatch(_bare(word)) is not None


def _bare(word: str) -> str:
    """Without what people type around a word: commas, a full stop at the end, code marks."""
    return word.strip("`").rstrip(",;:.").strip("`")
