"""`python -m shop up` runs the shop, `python -m shop deploy` deploys a version of one service."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

DEFAULT_PORT = 8030
FROM_SIGNALBOX = {
    "service": ("SIGNALBOX_SERVICE", None),
    "version": ("SIGNALBOX_VERSION", None),
    "environment": ("SIGNALBOX_ENVIRONMENT", None),
    "token": ("SIGNALBOX_LEASE_TOKEN", ""),
    "deployment": ("SIGNALBOX_DEPLOYMENT", ""),
    "operator": ("SHOP_OPERATOR", f"http://127.0.0.1:{DEFAULT_PORT}"),
}
"""What a deployment is told: options, the variables that stand in for them, and what it is otherwise."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m shop", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run every service of both environments")
    up.add_argument("--data", type=Path, required=True, help="folder of all databases")
    up.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the control API; services get the ones after it")
    up.add_argument("--otlp", default="", help="where telemetry goes, such as http://127.0.0.1:4318")
    up.add_argument("--orders", type=float, default=1.0, metavar="RATE", help="orders a second; 0 for none")
    up.add_argument("--gate", action="store_true", help="deploy nothing without the token of a lease")
    deploy = commands.add_parser("deploy", help="run a version of a service: the last step of a pipeline")
    for name, (variable, otherwise) in FROM_SIGNALBOX.items():
        known = os.environ.get(variable, otherwise)
        deploy.add_argument(f"--{name}", default=known, required=known is None, help=f"{variable} when left out")
    given = parser.parse_args(arguments)
    if given.command == "up":
        _up(given)
    else:
        _deploy(given)


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


def _deploy(given: argparse.Namespace) -> None:
    from shop.deploying import deploy  # noqa: PLC0415 - `up` must not wait for what it loads

    deploy(given)


if __name__ == "__main__":
    main()
