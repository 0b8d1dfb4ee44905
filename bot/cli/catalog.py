"""signalbox catalog check: is signalbox.yaml right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.catalog import Catalog, find_catalog, load
from bot.errors import NotFound, Unavailable
from bot.grammar.words import why_taken
from bot.settings import Settings
from bot.settings import load as load_settings

Named = Annotated[Path | None, typer.Argument(help="SIGNALBOX_CATALOG or ./signalbox.yaml when left out.")]


def check(path: Named = None) -> None:
    """Say every problem with its file, line and fix; or what the catalog contains."""
    chosen = path or path_in_force(load_settings())
    catalog = read(chosen)
    print(f"{chosen}: {summary(catalog)}")


def path_in_force(settings: Settings) -> Path:
    """Raises NotFound."""
    return find_catalog(str(settings.catalog) if settings.chose("catalog") else None, Path.cwd())


def read(path: Path) -> Catalog:
    """Raises BadCatalog with every problem, NotFound, Unavailable."""
    try:
        return load(path, why_taken=why_taken)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}.") from error


def summary(catalog: Catalog) -> str:
    counted = {
        "environment": catalog.environments,
        "service": catalog.services,
        "team": catalog.teams,
        "person": catalog.people,
    }
    plural = {"person": "people"}
    return ", ".join(
        f"{len(found)} {name if len(found) == 1 else plural.get(name, name + 's')}" for name, found in counted.items()
    )


def register(app: typer.Typer) -> None:
    family = typer.Typer(help="The catalog: environments, services, people and policies.", no_args_is_help=True)
    family.command()(check)
    family.callback()(_family)
    app.add_typer(family, name="catalog")


def _family() -> None:
    """Makes typer keep the name of a family that has one command."""
