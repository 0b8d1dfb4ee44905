"""signalbox costs: what models cost, by day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.storage import of_stored
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.diagnosis.narration.spending import Day

HEADINGS = ("day (UTC)", "diagnoses", "told", "rounds", "read", "cached", "written", "dollars")
MILLION = 1_000_000

Days = Annotated[int, typer.Option(min=1, max=3_660, help="How many days, the newest first.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def costs(days: Days = 31, *, as_json: AsJson = False) -> None:
    """Show what models cost, by day, and what they may cost.

    Told: diagnoses in the words of a model; the others came from the numbers alone. Dollars are by the prices in the
    settings. What was reserved for an answer that never came counts as spent.
    """
    settings = load()
    found = _days(settings, days)
    print(_as_program(found) if as_json else _as_text(found, settings))


def register(app: typer.Typer) -> None:
    app.command()(costs)


def _days(settings: Settings, most: int) -> Sequence[Day]:
    """Raises NotFound where nothing is kept."""
    from bot.diagnosis.narration.spending import Spending  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need

    return of_stored(settings, lambda database: Spending(database, settings.workspace_id).days(most))


def _as_program(found: Sequence[Day]) -> str:
    return json.dumps([dict(zip(KEYS, _cells(each), strict=True)) for each in found], indent=1)


KEYS = ("day", "diagnoses", "told", "rounds", "input_tokens", "cached_tokens", "output_tokens", "dollars")


def _cells(of: Day) -> tuple[str | int | float, ...]:
    usage = of.usage
    tokens = (usage.input, usage.cached, usage.output)
    return (of.day, of.diagnoses, of.told, of.rounds, *tokens, round(of.amount.micros / MILLION, 4))


def _as_text(found: Sequence[Day], settings: Settings) -> str:
    limits = (
        f"A day may cost ${settings.model_daily_dollars:,.2f} and {settings.model_daily_tokens:,} tokens,"
        f" a diagnosis ${settings.model_dollars:,.2f} and {settings.model_tokens:,}."
    )
    if not found:
        asked = "No model was asked so far."
        return f"{asked} {limits}" if settings.anthropic_api_key else f"{asked} ANTHROPIC_API_KEY is not set."
    rows = [tuple(map(_shown, _cells(each))) for each in found]
    total = (f"{len(found)} day{'s' * (len(found) > 1)}", *(_shown(sum(column)) for column in _columns(found)))
    return "\n".join([*_aligned([HEADINGS, *rows, total]), "", limits])


def _columns(found: Sequence[Day]) -> list[list[int | float]]:
    cells = [_cells(each)[1:] for each in found]
    return [[cell for cell in column if not isinstance(cell, str)] for column in zip(*cells, strict=True)]


def _shown(cell: str | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:,.2f}" if isinstance(cell, float) else f"{cell:,}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
