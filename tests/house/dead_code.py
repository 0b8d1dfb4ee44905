"""Code that nothing calls, as vulture sees it; `python -m tests.house.dead_code` prints it."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture

from tests.house import tree

# Fields and parameters are left to the type checker: a frozen value may carry a fact that no one reads yet.
KINDS = {"function", "method", "class", "property", "import", "unreachable_code"}

# Called by name from outside, or kept on purpose. Each says by whom or why.
ALLOWED = {
    "capture_signals": "uvicorn calls it",
    "look_at_the_clock": "tests move the clock",
}

# Made for tests, and therefore dead only when tests do not use it either.
FOR_TESTS = ("bot/ports/fake_*.py", "integrations/workspace/control.py")


def found() -> list[str]:
    """One line for every piece of dead code outside `ALLOWED`."""
    return [
        *(line for path, line in _unused("bot", "handlers", "integrations") if not _is_for_tests(path)),
        *(line for path, line in _unused("bot", "handlers", "integrations", "tests") if _is_for_tests(path)),
    ]


def _is_for_tests(path: Path) -> bool:
    return any(path.match(pattern) for pattern in FOR_TESTS)


def _unused(*folders: str) -> Iterator[tuple[Path, str]]:
    """What none of these folders uses."""
    config = tomllib.loads(tree.source("pyproject.toml"))["tool"]["vulture"]
    vulture = Vulture(ignore_decorators=config["ignore_decorators"])
    vulture.scavenge([str(tree.ROOT / folder) for folder in folders], exclude=config["exclude"])
    for item in vulture.get_unused_code(min_confidence=60):
        path = Path(item.filename).relative_to(tree.ROOT)
        if item.typ in KINDS and item.name not in ALLOWED:
            yield path, f"{path}:{item.first_lineno}: {item.message}"


def main() -> int:
    dead = found()
    print("\n".join(dead))
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
