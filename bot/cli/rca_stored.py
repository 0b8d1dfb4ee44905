"""signalbox rca explain and accuracy: what the database of a Signalbox knows of its diagnoses."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.cli.storage import of_stored
from bot.errors import NotFound, SignalboxError
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.diagnosis.store import Store
    from bot.diagnosis.trust import Record
    from bot.diagnosis.values import Diagnosis

T = TypeVar("T")

LATELY = 200
"""Closed cases among which those are looked for that a run has met and not opened."""

WHICH = "Its id, the number of a run that met it, or the id of a diagnosis."
Case = Annotated[str, typer.Argument(metavar="CASE", help=WHICH)]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def explain(case: Case, *, as_json: AsJson = False) -> None:
    """Print what was found of a case: whose service it is, why, and what to do next.

    The same explanation as in its thread, with the addresses of its evidence.
    """
    import msgspec  # noqa: PLC0415 - keeps --help quick

    from bot.diagnosis.facts import facts  # noqa: PLC0415 - keeps --help quick
    from handlers.views.diagnoses.plain import plain  # noqa: PLC0415 - keeps --help quick

    settings = load()
    found = _with_store(settings, lambda store: _of_case(store, case))
    newest = {(each.question.case, each.question.cause): each for each in found}
    if not newest:
        line = f"{settings.command_suite} diagnose {case[:40]}"
        raise NotFound(f"Nothing of {case[:40]} was diagnosed yet. In Slack: {line}")
    told = [facts(each, settings.public_url or "") for each in newest.values()]
    print(msgspec.json.encode(told).decode() if as_json else _named("\n\n".join(map(plain, told)), settings))


def accuracy(*, as_json: AsJson = False) -> None:
    """Print how often people found diagnoses right, by environment and by how sure they were.

    With the number of judged ones and Wilson's interval. "high" is said in an environment once enough were right there.
    """
    records = _with_store(load(), lambda store: store.records())
    rows = [row for environment, record in sorted(records.items()) for row in _rows(environment, record)]
    if as_json:
        print(json.dumps(rows, indent=1))
    elif rows:
        print(_table(rows))
    else:
        print("Nobody has judged a diagnosis yet: [Right] and [Wrong] stand below each.")


def _rows(environment: str, record: Record) -> Iterator[Mapping[str, Any]]:
    from bot.diagnosis.benchmark import Share  # noqa: PLC0415 - keeps --help quick
    from bot.diagnosis.confidence import Confidence  # noqa: PLC0415 - keeps --help quick

    tallies = [(each.value, record.of(each)) for each in Confidence]
    for name, tally in (*tallies, ("all", record.whole)):
        if tally.of:
            low, high = Share(tally.right, tally.of).interval
            said = {"said": tally.enough} if name == Confidence.HIGH.value else {}
            yield {
                "environment": environment,
                "confidence": name,
                "right": tally.right,
                "judged": tally.of,
                "interval": [round(low, 3), round(high, 3)],
                **said,
            }


def _table(rows: list[Mapping[str, Any]]) -> str:
    shown = [("ENVIRONMENT", "CONFIDENCE", "RIGHT", "SHARE", "WILSON 95 %", "")]
    shown += [_row(each) for each in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in shown)


def _row(each: Mapping[str, Any]) -> tuple[str, str, str, str, str, str]:
    from bot.diagnosis.trust import ENOUGH, SHARE  # noqa: PLC0415 - keeps --help quick

    low, high = each["interval"]
    said = each.get("said")
    lacks = f"uncalibrated here: said as high from {ENOUGH} judged on, {SHARE:.0%} of them right"
    note = "" if said is None else "calibrated: said as high" if said else lacks
    share = f"{each['right'] / each['judged']:.2f}"
    right = f"{each['right']} of {each['judged']}"
    return each["environment"], each["confidence"], right, share, f"{low:.2f} to {high:.2f}", note


def _named(text: str, settings: Settings) -> str:
    """With people by their names, where the catalog knows them."""
    from bot.cli.catalog import path_in_force, read  # noqa: PLC0415 - keeps --help quick

    try:
        people = read(path_in_force(settings)).people.items()
    except NotFound:
        return text
    except SignalboxError as error:
        print(f"People are named by their ids, for the catalog cannot be read: {error.user_message}", file=sys.stderr)
        return text
    names = {person.slack: name for name, person in people if person.slack}
    return re.sub(r"\b[UW][A-Z0-9]+\b", lambda found: names.get(found[0], found[0]), text)


async def _of_case(store: Store, case: str) -> list[Diagnosis]:
    """The oldest first; one alone by its own id. Raises NotFound."""
    from bot.cases.store import Store as Cases  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need

    cases, number = Cases(store.database, store.workspace), case.removeprefix("#")
    if number.isdigit():
        others = [*await cases.open_ones(), *await cases.lately(limit=LATELY)]
        met = [each for each in others if int(number) in each.numbers]
        known = list({each.id: each for each in (*await cases.numbered(int(number)), *met)}.values())
    else:
        known = [one] if (one := await cases.get(case.upper())) else []
    if not known:
        if (one := await store.get(case.upper())) is not None:
            return [one]
        raise NotFound(f"There is no case {case[:40]}, and no diagnosis.")
    return [each for one in known for each in await store.of_case(one.id)]


def _with_store(settings: Settings, use: Callable[[Store], Awaitable[T]]) -> T:
    """Raises NotFound where nothing is kept."""
    from bot.diagnosis.store import Store  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need

    return of_stored(settings, lambda database: use(Store(database, settings.workspace_id)))
