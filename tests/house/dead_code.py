"""Code that nothing calls, as vulture sees it; `python -m tests.house.dead_code` prints it."""

import sys
import tomllib

from vulture import Vulture

from tests.house import tree

# Fields and parameters are left to the type checker: a frozen value may carry a fact that no one reads yet.
KINDS = {"function", "method", "class", "property", "import", "unreachable_code"}

# Called by name from outside, or kept on purpose. Each says by whom or why.
ALLOWED: dict[str, str] = {}


def found() -> list[str]:
    """One line for every piece of dead code outside `ALLOWED`."""
    config = tomllib.loads(tree.source("pyproject.toml"))["tool"]["vulture"]
    vulture = Vulture(ignore_decorators=config["ignore_decorators"])
    vulture.scavenge([str(tree.ROOT / path) for path in config["paths"]], exclude=config["exclude"])
    return [
        f"{item.filename.relative_to(tree.ROOT)}:{item.first_lineno}: {item.message}"
        for item in vulture.get_unused_code(min_confidence=60)
        if item.typ in KINDS and item.name not in ALLOWED
    ]


def main() -> int:
    dead = found()
    print("\n".join(dead))
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
