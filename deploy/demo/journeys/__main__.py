"""python -m journeys api: runs a folder of journeys, or just the tests that FAILED_TESTS names, a node id a line.

What a pipeline needs beside it: SIGNALBOX_ARTIFACTS (where the report goes), SIGNALBOX_ENVIRONMENT, SHOP_OPERATOR.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def arguments(folder: str) -> list[str]:
    only = [line for line in os.environ.get("FAILED_TESTS", "").splitlines() if line.strip()]
    report = Path(os.environ.get("SIGNALBOX_ARTIFACTS", ".")).absolute() / "junit.xml"
    words = os.environ.get("GREP", "")
    options = ["-c", str(HERE / "pytest.ini"), f"--junitxml={report}", *(["-k", words] if words else [])]
    return [*options, *(only or [folder])]


def main() -> int:
    given = arguments(sys.argv[1] if len(sys.argv) > 1 else "api")
    os.chdir(HERE)
    return int(pytest.main(given))


if __name__ == "__main__":
    sys.exit(main())
