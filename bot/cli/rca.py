"""signalbox rca: how often the service at fault is found, on failures whose cause is known, and here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import rca_stored

Cases = Annotated[
    Path, typer.Argument(metavar="DIR", help="One folder per case, or folders of them; each has a case.json.")
]
WithModel = Annotated[bool, typer.Option("--with-model", help="Let the model of the settings tell each case as well.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: what was found in every case, and why.")]


def evaluate(cases: Cases, *, as_json: AsJson = False, with_model: WithModel = False) -> None:
    """Rank the services of every case of DIR, offline, and compare with the labels.

    Prints how often the right service is among the first 1, 3 and 5, with the number of cases and Wilson's interval,
    beside what trivial answers reach. What cannot be read ends it with the file and line, and exit code 2.

    With --with-model the evidence of every case is sent to the model, within the budgets of the settings.
    """
    from bot.cli.rca_summary import as_program, as_text  # noqa: PLC0415 - keeps --help quick
    from bot.diagnosis.evaluation.evaluating import folders, judged  # noqa: PLC0415 - keeps --help quick

    found = judged(folders(cases))
    if with_model:
        from bot.cli.rca_model import told  # noqa: PLC0415 - loads what only a model needs

        found = told(found)
    print(as_program(found) if as_json else as_text(found))


def register(app: typer.Typer) -> None:
    family = typer.Typer(help="Whose service is it?", no_args_is_help=True)
    family.command("eval")(evaluate)
    family.command()(rca_stored.explain)
    family.command()(rca_stored.accuracy)
    app.add_typer(family, name="rca")
