"""What package files say: a name, and at times that the package is a program that is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname
from typing import Any
from xml.etree import ElementTree as ET

from bot.catalog.drafting.sources import Clue, Source, SourceFile
from bot.catalog.drafting.texts import items, json_value, table, text, toml_value, xml_value

_TEAM = re.compile(r"^(?:the\s+)?(.+?)\s+(?:team|squad|guild|tribe)$|^(?:team|squad)\s+(.+)$", re.IGNORECASE)
_PUBLISHED = ("exports", "types", "typings", "files", "publishConfig", "peerDependencies")
_GO_MODULE = re.compile(r"^module\s+[\"']?(\S+?)[\"']?\s*(?://.*)?$", re.MULTILINE)
_GO_MAJOR = re.compile(r"/v[0-9]+$")
_GRADLE_RUNS = re.compile(
    r"(?:id|alias|apply plugin)\b[^\n]*?(?:org\.springframework\.boot|com\.google\.cloud\.tools\.jib|io\.quarkus"
    r"|io\.micronaut\.application|io\.ktor\.plugin|['\"]application['\"])(?![^\n]*apply\s+false)"
)
_GRADLE_NAME = re.compile(r"rootProject\.name\s*=\s*[\"']([^\"'\n]+)[\"']")
_GRADLE_INCLUDES = re.compile(r"^\s*include\b", re.MULTILINE)
_MAVEN_RUNS = frozenset(("spring-boot-maven-plugin", "jib-maven-plugin", "quarkus-maven-plugin", "docker-maven-plugin"))
_DOTNET_RUNS = re.compile(r"Microsoft\.NET\.Sdk\.(?:Web|Worker)", re.IGNORECASE)


def read_node(source: SourceFile) -> Iterator[Clue]:
    """Raises NotUnderstood."""
    package = json_value(source)
    published = any(key in table(package) for key in _PUBLISHED)
    starts = bool(text(package, "scripts", "start")) and not published
    teams, people = _maintainers(package)
    yield Clue(
        file=source.path,
        folder=dirname(source.path),
        source=Source.PACKAGE,
        name=text(package, "name"),
        runs="a start script" if starts else "",
        weak=True,
        gathers="the root of several packages" if "workspaces" in table(package) else "",
        owners=teams,
        people=people,
        description=text(package, "description"),
    )


def read_pnpm(source: SourceFile) -> Iterator[Clue]:
    yield _gathering(source, "the root of several packages")


def _gathering(source: SourceFile, why: str, name: str = "") -> Clue:
    return Clue(file=source.path, folder=dirname(source.path), source=Source.PACKAGE, name=name, gathers=why)


def _maintainers(package: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Teams and people. A maintainer is a team if it calls itself one (`Checkout team`)."""
    entries = [*items(package, "maintainers"), *([table(package).get("author")] if "author" in table(package) else [])]
    named = [name for each in entries if (name := _without_address(text(each) or text(each, "name")))]
    teams = tuple(found[1] or found[2] for name in named if (found := _TEAM.match(name)))
    return teams, tuple(name for name in named if not _TEAM.match(name))


def _without_address(name: str) -> str:
    """`Ana Kovač <ana@example.com> (https://example.com)` is `Ana Kovač`."""
    return name.partition("<")[0].partition("(")[0].strip()


def read_python(source: SourceFile) -> Iterator[Clue]:
    """Raises NotUnderstood."""
    project = toml_value(source)
    about = table(project, "project") or table(project, "tool", "poetry")
    yield Clue(
        file=source.path,
        folder=dirname(source.path),
        source=Source.PACKAGE,
        name=text(about, "name"),
        gathers="the root of several packages" if table(project, "tool", "uv", "workspace") else "",
        description=text(about, "description"),
    )


def read_rust(source: SourceFile) -> Iterator[Clue]:
    """Raises NotUnderstood."""
    cargo = toml_value(source)
    only_gathers = "workspace" in table(cargo) and "package" not in table(cargo)
    yield Clue(
        file=source.path,
        folder=dirname(source.path),
        source=Source.PACKAGE,
        name=text(cargo, "package", "name"),
        gathers="the root of several crates" if only_gathers else "",
        description=text(cargo, "package", "description"),
    )


def read_go(source: SourceFile) -> Iterator[Clue]:
    found = _GO_MODULE.search(source.text)
    name = _GO_MAJOR.sub("", found[1]).rpartition("/")[2] if found else ""
    yield Clue(file=source.path, folder=dirname(source.path), source=Source.PACKAGE, name=name)


def read_go_work(source: SourceFile) -> Iterator[Clue]:
    yield _gathering(source, "the root of several modules")


def read_maven(source: SourceFile) -> Iterator[Clue]:
    """A pom that is packaged as `pom`, or has modules, is a parent. Raises NotUnderstood."""
    project = xml_value(source)
    for element in project.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    is_parent = _child(project, "packaging") == "pom" or project.find("modules") is not None
    plugins = {_child(plugin, "artifactId") for plugin in project.findall("build/plugins/plugin")}
    runs = sorted(plugins & _MAVEN_RUNS)
    yield Clue(
        file=source.path,
        folder=dirname(source.path),
        source=Source.PACKAGE,
        name=_child(project, "artifactId"),
        runs=f"the plugin {runs[0]}" if runs and not is_parent else "",
        gathers="a parent pom" if is_parent else "",
        description=_child(project, "description"),
    )


def _child(element: ET.Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def read_gradle(source: SourceFile) -> Iterator[Clue]:
    runs = "a Gradle plugin that makes it run" if _GRADLE_RUNS.search(source.text) else ""
    yield Clue(file=source.path, folder=dirname(source.path), source=Source.PACKAGE, runs=runs)


def read_gradle_settings(source: SourceFile) -> Iterator[Clue]:
    found = _GRADLE_NAME.search(source.text)
    why = "the root of several projects" if _GRADLE_INCLUDES.search(source.text) else ""
    yield _gathering(source, why, found[1] if found else "")


def read_dotnet(source: SourceFile) -> Iterator[Clue]:
    runs = "a web or worker project" if _DOTNET_RUNS.search(source.text[:2000]) else ""
    name = basename(source.path).removesuffix(".csproj")
    yield Clue(file=source.path, folder=dirname(source.path), source=Source.PACKAGE, name=name, runs=runs)


def read_bare(source: SourceFile) -> Iterator[Clue]:
    """A package whose file need not be understood."""
    yield Clue(file=source.path, folder=dirname(source.path), source=Source.PACKAGE)
