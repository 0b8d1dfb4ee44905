"""The files of this repository, and what can be measured in them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("bot", "handlers", "integrations")
SKIPPED = {".git", ".venv", ".signalbox", "node_modules", "__pycache__", "build", "dist"}
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Function:
    """One function or method; `lines` counts from `def` to its last line, docstring included."""

    path: Path
    name: str
    lines: int
    nesting: int

    def __str__(self) -> str:
        return f"{self.path}: {self.name} has {self.lines} lines, nesting {self.nesting}"


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, under version control; relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() if listed.returncode == 0 else _walk()
    return tuple(Path(name) for name in sorted(names) if (ROOT / name).is_file())


def _walk() -> Iterator[str]:
    """The same without git: an unpacked archive."""
    for path in ROOT.rglob("*"):
        relative = path.relative_to(ROOT)
        if not SKIPPED.intersection(relative.parts):
            yield str(relative)


def source(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def python(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Parsed Python files below these top-level folders."""
    for path in files():
        if path.suffix == ".py" and path.parts[0] in folders:
            yield path, parsed(path)


def parsed(path: Path) -> ast.Module:
    return ast.parse(source(path), filename=str(path))


@cache
def functions(*folders: str) -> tuple[Function, ...]:
    """Looked for once, since to parse all files takes seconds."""
    found = ((path, node) for path, module in python(*folders) for node in ast.walk(module))
    return tuple(_function(path, node) for path, node in found if isinstance(node, FUNCTIONS))


def _function(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
    return Function(path, node.name, (node.end_lineno or node.lineno) - node.lineno + 1, nesting(node))


def nesting(node: ast.AST) -> int:
    """How deep blocks stand in blocks; `elif` counts as its `if`, a function inside starts at nought."""
    return max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)


def _depth(node: ast.AST) -> int:
    if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.expr)):
        return 0
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        inside = max((_depth(child) for child in node.body), default=0)
        return max(1 + inside, _depth(node.orelse[0]))
    return isinstance(node, BLOCKS) + nesting(node)
