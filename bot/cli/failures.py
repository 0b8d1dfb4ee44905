"""signalbox failures replay: how well failures are grouped, on messages whose causes are known."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.catalog import Mask
    from bot.failures.labelled import Labelled
    from bot.failures.scoring import Score
    from bot.failures.values import Group

SHOWN_GROUPS = 20
SHOWN_TEXT = 110

Messages = Annotated[
    Path, typer.Argument(help='One JSON object a line: {"test", "error_class", "message", "stack", "cause"}.')
]
CatalogFile = Annotated[Path | None, typer.Option("--catalog", help="Use the masks of this signalbox.yaml as well.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def replay(file: Messages, catalog: CatalogFile = None, *, as_json: AsJson = False) -> None:
    """Group the failures of FILE as a run's would be, and compare with the cause that each line names.

    Precision, recall and F1 are of pairs: two failures that were put together and belong together. A line that cannot
    be read ends it with the file, line and column, and exit code 2.
    """
    from bot.failures.grouping import group  # noqa: PLC0415 - keeps --help quick
    from bot.failures.scoring import score  # noqa: PLC0415 - keeps --help quick

    lines = _read(file)
    groups = group([line.failure for line in lines], project=_masks(catalog))
    owner = {member: each.cause for each in groups for member in each.members}
    scored = score([owner[position] for position in range(len(lines))], [line.cause for line in lines])
    if as_json:
        print(json.dumps({**asdict(scored), "found": [_as_dict(each, lines) for each in groups]}))
    else:
        print(_summary(scored))
        print("\n".join(_sentence(each, lines) for each in groups[:SHOWN_GROUPS]))
        if len(groups) > SHOWN_GROUPS:
            print(f"... and {len(groups) - SHOWN_GROUPS} smaller groups; --json prints all.")


def register(app: typer.Typer) -> None:
    family = typer.Typer(help="What failing tests have in common.", no_args_is_help=True)
    family.callback()(lambda: None)
    family.command()(replay)
    app.add_typer(family, name="failures")


def _read(file: Path) -> list[Labelled]:
    from bot.failures.labelled import read  # noqa: PLC0415 - keeps --help quick

    try:
        with file.open("rb") as lines:
            found = list(read(lines, str(file)))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    if not found:
        raise UsageError(f"{file} holds no messages.")
    return found


def _masks(catalog: Path | None) -> tuple[Mask, ...]:
    from bot.cli.catalog import read  # noqa: PLC0415 - loaded only when wanted

    return read(catalog).masks if catalog else ()


def _summary(scored: Score) -> str:
    return (
        f"n {scored.n}, causes {scored.causes}, groups {scored.groups}\n"
        f"pairwise: precision {scored.precision:.3f}, recall {scored.recall:.3f}, F1 {scored.f1:.3f}\n"
        f"homogeneity {scored.homogeneity:.3f}, completeness {scored.completeness:.3f}\n"
    )


def _sentence(each: Group, lines: list[Labelled]) -> str:
    causes = Counter(lines[member].cause for member in each.members).most_common()
    named = ", ".join(f"{cause} ({count})" for cause, count in causes[:4])
    return f"{len(each.members):>5}  {each.cause}  {named}\n       {_cut(lines[each.members[0]].failure.message)}"


def _as_dict(each: Group, lines: list[Labelled]) -> dict[str, object]:
    first = each.fingerprints[0]
    return {
        "cause": each.cause,
        "error_class": first.error_class,
        "line": first.line,
        "place": first.place,
        "members": list(each.members),
        "causes": dict(Counter(lines[member].cause for member in each.members).most_common()),
        "sample": _cut(lines[each.members[0]].failure.message),
    }


def _cut(text: str) -> str:
    """One line without control characters."""
    plain = " ".join("".join(mark if mark.isprintable() else " " for mark in text[: 8 * SHOWN_TEXT]).split())
    return plain if len(plain) <= SHOWN_TEXT else plain[: SHOWN_TEXT - 1] + "…"
