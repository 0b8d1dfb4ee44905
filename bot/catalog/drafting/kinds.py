"""Which files are worth reading, and who understands each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from posixpath import basename, dirname

from bot.catalog.drafting import packages
from bot.catalog.drafting.backstage import read_backstage
from bot.catalog.drafting.cluster import MENTIONS_A_WORKLOAD, read_chart, read_workloads
from bot.catalog.drafting.compose import read_compose
from bot.catalog.drafting.openapi import ApiFile, looks_like_openapi, read_openapi
from bot.catalog.drafting.sources import Clue, Misread, Source, SourceFile, Tree, without_packaging
from bot.catalog.drafting.texts import NotUnderstood

Reader = Callable[[SourceFile], Iterator[Clue]]

_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_DOCKERFILE = re.compile(r"(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|[\w.-]+\.(?:Dockerfile|dockerfile)")
_APP_ENGINE = re.compile(r"^runtime:", re.MULTILINE)
_API_NAME = re.compile(r"openapi|swagger|api|spec", re.IGNORECASE)
_BARE = frozenset(("setup.py", "requirements.txt", "Gemfile", "composer.json", "mix.exs", "build.sbt", "deno.json"))

BY_NAME: dict[str, Reader] = {
    "Cargo.toml": packages.read_rust,
    "Chart.yaml": read_chart,
    "build.gradle": packages.read_gradle,
    "build.gradle.kts": packages.read_gradle,
    "catalog-info.yaml": read_backstage,
    "catalog-info.yml": read_backstage,
    "go.mod": packages.read_go,
    "go.work": packages.read_go_work,
    "package.json": packages.read_node,
    "pnpm-workspace.yaml": packages.read_pnpm,
    "pom.xml": packages.read_maven,
    "pyproject.toml": packages.read_python,
    "settings.gradle": packages.read_gradle_settings,
    "settings.gradle.kts": packages.read_gradle_settings,
}

_DEPLOYS = {
    "Procfile": "a Procfile",
    "app.yaml": "an app.yaml",
    "fly.toml": "a fly.toml",
    "serverless.yml": "a serverless.yml",
    "serverless.yaml": "a serverless.yaml",
}


@dataclass
class Reading:
    """What all files say. `api_files` name no service by themselves."""

    clues: list[Clue] = field(default_factory=list[Clue])
    api_files: list[ApiFile] = field(default_factory=list[ApiFile])
    owners: list[SourceFile] = field(default_factory=list[SourceFile])
    misread: list[Misread] = field(default_factory=list[Misread])


def is_wanted(path: str) -> bool:
    """Whether the content of a file with this path may tell something. Decided by its name, before it is opened."""
    name = basename(path)
    if name in BY_NAME or name == "CODEOWNERS" or name.endswith((".csproj", ".yaml", ".yml")):
        return True
    return name.endswith(".json") and bool(_API_NAME.search(path))


def is_sign(path: str) -> bool:
    """Whether it is enough that a file with this path exists."""
    name = basename(path)
    return name in _BARE or name in _DEPLOYS or name.startswith(".env.") or bool(_DOCKERFILE.fullmatch(name))


def read(tree: Tree) -> Reading:
    """Every file in turn; what is not understood is kept as such, and stops nothing."""
    reading = Reading()
    charts = {dirname(each.path) for each in tree.files if basename(each.path) == "Chart.yaml"}
    for source in tree.files:
        if not _is_template(source.path, charts):
            _read_one(source, reading)
    return reading


def _is_template(path: str, charts: set[str]) -> bool:
    """What a chart renders is no YAML yet."""
    folder, _, _ = path.rpartition("/templates/")
    return bool(folder) and folder in charts


def _read_one(source: SourceFile, reading: Reading) -> None:
    try:
        reading.clues.extend(_clues(source))
        if basename(source.path) == "CODEOWNERS":
            reading.owners.append(source)
        elif looks_like_openapi(source):
            reading.api_files.extend(filter(None, [read_openapi(source)]))
    except NotUnderstood as error:
        reading.misread.append(error.misread)


def _clues(source: SourceFile) -> Iterator[Clue]:
    name = basename(source.path)
    if reader := BY_NAME.get(name):
        yield from reader(source)
    elif name.endswith(".csproj"):
        yield from packages.read_dotnet(source)
    elif _COMPOSE.fullmatch(name):
        yield from read_compose(source)
    elif name in _BARE:
        yield from packages.read_bare(source)
    elif name in _DEPLOYS and (name != "app.yaml" or _APP_ENGINE.search(source.text)):
        yield Clue(source.path, dirname(source.path), Source.DOCKERFILE, runs=_DEPLOYS[name])
    elif _DOCKERFILE.fullmatch(name):
        folder = without_packaging(dirname(source.path))
        yield Clue(source.path, folder, Source.DOCKERFILE, runs=f"a {name}")
    elif MENTIONS_A_WORKLOAD.search(source.text):
        yield from read_workloads(source)
