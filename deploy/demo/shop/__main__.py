"""`python -m shop up` runs the shop; `python -m shop deploy` is its pipeline."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

DEFAULT_PORT = 8030


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m shop", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run every service of both environments")
    up.add_argument("--data", type=Path, required=True, help="folder of all databases")
    up.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the control API; services get the ones after it")
    up.add_argument("--otlp", default="", help="where telemetry goes, such as http://127.0.0.1:4318")
    up.add_argument("--orders", type=float, default=1.0, metavar="RATE", help="orders a second; 0 for none")
    up.add_argument("--gate", action="store_true", help="deploy nothing without the token of a lease")
    commands.add_parser("deploy", help="deploy what the variables of a run say")
    given = parser.parse_args(arguments)
    if given.command == "deploy":
        from shop.deploying import deploy  # noqa: PLC0415 - the operator has no need of it

        sys.exit(deploy())
    _up(given)


def _up(given: argparse.Namespace) -> None:
    from shop.operator.fleet import open_nursery  # noqa: PLC0415 - `--help` need not wait for it

    open_nursery()
    from shop.operator.running import Options, run  # noqa: PLC0415 - loads while the nursery does

    logging.basicConfig(level=logging.INFO, format="%(asctime)s operator %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        run(Options(given.data, given.port, given.otlp, given.orders, given.gate))
    except OSError as error:
        sys.exit(f"The operator cannot listen on port {given.port}: {error.strerror}.")


if __name__ == "__main__":
    main()
