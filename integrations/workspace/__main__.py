"""`python -m integrations.workspace`: the workspace apart from everything else, as tests start it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from integrations.workspace.limits import Limits
from integrations.workspace.seed import SeedError, default_document
from integrations.workspace.server import NotLoopback, serve


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=Path, help="JSON; without it a small workspace of three people")
    parser.add_argument("--limits", type=json.loads, default={}, help="JSON: fields of Limits that differ")
    parser.add_argument("--many-messages", action="store_true", help="loosen the rates, and only the rates")
    options = parser.parse_args()
    try:
        limits = Limits.from_json(options.limits)
        limits = limits.loosened() if options.many_messages else limits
        seed = options.seed or _sample_seed(options.data)
        asyncio.run(serve(options.host, options.port, options.data, seed, limits=limits, on_started=_announce))
    except (NotLoopback, SeedError, ValueError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is a command
        return 2
    return 0


def _sample_seed(data: Path) -> Path:
    data.mkdir(parents=True, exist_ok=True)
    seed = data / "seed.json"
    seed.write_text(json.dumps(default_document(), indent=2), "utf-8")
    return seed


def _announce(url: str) -> None:
    print(url, flush=True)  # noqa: T201 - whoever started us reads the address


if __name__ == "__main__":
    sys.exit(main())
