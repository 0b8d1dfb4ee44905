"""signalbox init: a first catalog, from answers or from a folder of repositories."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.catalog import BadCatalog, Catalog, parse
from bot.catalog.drafting.folder import read_folder
from bot.catalog.drafting.outline import DraftedEnvironment, Outline
from bot.catalog.drafting.survey import survey
from bot.catalog.drafting.writing import write
from bot.catalog.find import FILE_NAME
from bot.cli import init_questions as questions
from bot.cli.catalog import summary
from bot.cli.init_summary import report
from bot.errors import Conflict, Unavailable, UsageError
from bot.grammar.words import why_taken
from bot.settings import load

PRINTED = "-"
INTERRUPTED = 130
"""What a shell calls a program that Ctrl-C ended."""

USUAL = "integration"

From = Annotated[
    Path | None, typer.Option("--from", metavar="DIR", help="A folder of repositories, or one with many services.")
]
Output = Annotated[
    str, typer.Option(metavar="FILE", help=f"Where to write; - prints. SIGNALBOX_CATALOG or ./{FILE_NAME} if left out.")
]
Environments = Annotated[
    list[str] | None,
    typer.Option("--environment", metavar="NAME", help="An environment, instead of those found; may be repeated."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing and take what was found, or the defaults.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")]


def init(
    from_: From = None, output: Output = "", environment: Environments = None, *, yes: Yes = False, force: Force = False
) -> None:
    """Draft a catalog: by asking, or from a folder of repositories.

    Reads Compose, Helm, Kubernetes, Backstage, package, CODEOWNERS and OpenAPI files there, and says in comments where
    each line comes from. Changes nothing in that folder, and overwrites nothing without --force.
    """
    target = None if output == PRINTED else _target(output)
    if target is not None and not force:
        _must_be_new(target)
    asking = not yes and sys.stdin.isatty()
    if not asking and not yes and from_ is None:
        raise UsageError(
            "Nobody can be asked here: the input is no terminal. Give --from DIR to draft from a folder of "
            "repositories, or --yes to take the defaults."
        )
    names = questions.environment_names(",".join(environment)) if environment else ()
    try:
        outline = _outline(from_, names, asking=asking)
        _deliver(outline, target, force=force)
    except (KeyboardInterrupt, EOFError):
        print("\nNothing was written.", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def register(app: typer.Typer) -> None:
    app.command()(init)


def _target(output: str) -> Path:
    settings = load()
    chosen = str(settings.catalog) if settings.chose("catalog") else FILE_NAME
    return Path(output or chosen).expanduser()


def _must_be_new(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise Conflict(
            f"{target} is there already, and was left as it is. Give --output FILE to write elsewhere, --output - to "
            "print the draft, or --force to overwrite it."
        )


def _outline(folder: Path | None, names: tuple[str, ...], *, asking: bool) -> Outline:
    if folder is not None and asking:
        print(f"Reading {folder} ...", file=sys.stderr)
    found = survey(read_folder(folder)) if folder is not None else Outline("answers")
    proposed = tuple(DraftedEnvironment(name) for name in names) or found.environments
    found = replace(found, environments=_playable(proposed) or (DraftedEnvironment(USUAL, guessed=folder is not None),))
    if asking:
        return questions.ask(found, everything=folder is None)
    return found.in_environments(tuple(replace(each, announce=f"#{each.name}") for each in found.environments))


def _playable(environments: tuple[DraftedEnvironment, ...]) -> tuple[DraftedEnvironment, ...]:
    """A name that nobody could type alone gets the ending that the catalog's check would propose."""
    return tuple(replace(each, name=f"{each.name}-env") if why_taken(each.name) else each for each in environments)


def _deliver(outline: Outline, target: Path | None, *, force: bool) -> None:
    text = write(outline)
    catalog = _checked(text)
    if target is None:
        print(text, end="")
        report(outline, file=sys.stderr)
        return
    _write(text, target, force=force)
    report(outline, file=sys.stdout)
    print(f"Wrote {target}: {summary(catalog)}.\n")
    print("Next:")
    print("  Open it: it says where each part comes from, what was left out and why, and what else can be set.")
    print("  signalbox catalog check   after each change: names what is wrong, with its line")
    print("  signalbox up              starts with it; one that runs on the sample has to be started again")
    if not _is_in_force(target):
        print(f"  Signalbox looks for it with SIGNALBOX_CATALOG={target}, or as ./{FILE_NAME}.")


def _checked(text: str) -> Catalog:
    """Raises UsageError: what was found cannot be a catalog."""
    try:
        return parse(text.encode(), "draft", why_taken=why_taken)
    except BadCatalog as bad:
        raise UsageError(f"What was found makes no catalog, so nothing was written. {bad.user_message}") from bad


def _is_in_force(target: Path) -> bool:
    return target.absolute() == _target("").absolute()


def _write(text: str, target: Path, *, force: bool) -> None:
    """All of it or nothing; a file that appeared meanwhile is left alone. Raises Conflict, Unavailable."""
    place = target.resolve() if force else target
    fresh = place.with_name(f".{place.name}.{os.getpid()}.new")
    try:
        fresh.write_text(text, "utf-8")
        if force:
            fresh.replace(place)
        else:
            os.link(fresh, place)
    except FileExistsError:
        _must_be_new(place)
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {error.strerror}. Give --output FILE.") from error
    finally:
        with suppress(OSError):
            fresh.unlink()
