"""The `signalbox` command."""

from __future__ import annotations

import gc
import sys

from bot.cli.app import run


def main() -> None:
    code = run(sys.argv[1:])
    gc.freeze()  # else Python searches the whole heap for garbage once more: 0.7 of the 1.3 s that a Ctrl-C took
    sys.exit(code)


if __name__ == "__main__":
    main()
