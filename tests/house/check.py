"""`make check`: every gate in turn, the complaints of those that fail, and a table at the end."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import monotonic

from tests.house import tree

TOOLS = Path(sys.executable).parent
GATES = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "types": ("pyright",),
    "import contracts": ("lint-imports", "--no-cache"),
    "dead code": ("python", "-m", "tests.house.dead_code"),
    "house rules": ("python", "-m", "pytest", "-q", "--no-header", "tests/house"),
}


@dataclass(frozen=True, slots=True)
class Result:
    gate: str
    passed: bool
    seconds: float
    output: str

    def __str__(self) -> str:
        return f"  {self.gate:<18}{'ok' if self.passed else 'FAILED':<8}{self.seconds:6.1f} s"


def run(gate: str) -> Result:
    started = monotonic()
    program, *arguments = GATES[gate]
    done = subprocess.run([TOOLS / program, *arguments], cwd=tree.ROOT, capture_output=True, text=True, check=False)
    result = Result(gate, done.returncode == 0, monotonic() - started, done.stdout + done.stderr)
    print(result, flush=True)
    return result


def sizes() -> str:
    measured = sorted(tree.functions(*tree.CODE), key=lambda function: function.lines)
    lengths = [function.lines for function in measured]
    longest = measured[-1]
    return (
        f"  {len(lengths)} functions: median {median(lengths):g} lines, 9 in 10 under {quantiles(lengths, n=10)[-1]:.0f}, "
        f"longest {longest.lines} ({longest.path} {longest.name})"
    )


def main() -> int:
    failed = [result for result in map(run, GATES) if not result.passed]
    print(sizes())
    for result in failed:
        print(f"\n{result.gate}\n{result.output.strip()}")
    print(f"\n{len(GATES) - len(failed)} of {len(GATES)} gates passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
