"""Rules and views are functions of their arguments: nothing awaited, no clock, no chance, no files."""

import ast
import tomllib
from pathlib import Path

from tests.house import tree

LINTER = tomllib.loads(tree.source("pyproject.toml"))["tool"]["importlinter"]
(IMPORTS_NOTHING_IMPURE,) = (each["source_modules"] for each in LINTER["contracts"] if each["name"].startswith("Rules"))
PURE = (*IMPORTS_NOTHING_IMPURE, "bot.reactions", "bot.manifest", "handlers.kit.ids", "handlers.kit.mrkdwn")
"""By the import linter's contract, and some that share a room with what is not pure."""

SAYS_SO = {"bot", "handlers", "integrations"}

READS_THE_CLOCK = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
CLOCKS = {"datetime", "date", "time"}
REACHES_OUT = {"open", "print", "input"}


def test_pure_modules_await_nothing_and_read_no_clock():
    assert [fault for path in _pure() for fault in _faults(path, tree.parsed(path))] == []


def test_every_pure_module_exists():
    """A module that was renamed would leave the gate unseen."""
    found = {place for path in _pure() for place in _places(path)}
    assert [name for name in PURE if name not in found] == []


def test_what_says_that_it_is_pure_is_held_to_it():
    """A word that nothing looks at stays behind when it is true no more."""
    told = [path for path in tree.files() if path.parts[0] in SAYS_SO and path.suffix == ".py" and _says_so(path)]
    assert [str(path) for path in told if _places(path).isdisjoint(PURE)] == []
    assert len(told) > 100, "so few say so that the word must be another one by now"


def _says_so(path):
    return "Pure." in (ast.get_docstring(tree.parsed(path)) or "")


def test_the_rules_are_pure_whatever_they_are_split_into():
    """What `decide` and `evolve` are made of is found by following their imports within the room."""
    reached = _reached("bot.reservations.model")
    assert {name for name in reached if _places(_file(name)).isdisjoint(PURE)} == set()
    assert len(reached) > 20, "too few to be what `decide` and `evolve` are made of"


def _reached(name):
    reached, left = set(), [name]
    while left:
        reached.add(name := left.pop())
        left += {each for each in _imported(name) if each and each.startswith("bot.reservations.")} - reached
    return reached


def _imported(name):
    for node in ast.walk(ast.parse(tree.source(str(_file(name))))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = (f"{node.module}.{each.name}" for each in node.names)
            modules = [each for each in inside if _file(each) in tree.files()]
            yield from modules or [node.module]


def _file(name):
    path = Path(name.replace(".", "/"))
    return path / "__init__.py" if (tree.ROOT / path).is_dir() else path.with_suffix(".py")


def _pure():
    return [path for path in tree.files() if path.suffix == ".py" and not _places(path).isdisjoint(PURE)]


def _places(path):
    """The module's name, and those of the packages that it is within."""
    parts = path.with_suffix("").parts
    return {".".join(parts[: length + 1]) for length in range(len(parts))}


def _faults(path, module):
    for node in ast.walk(module):
        if isinstance(node, (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)) or _reaches_out(node):
            yield f"{path}:{getattr(node, 'lineno', 0)}: {ast.unparse(node).splitlines()[0]}"


def _reaches_out(node):
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.value.id in CLOCKS and called.attr in READS_THE_CLOCK
    return isinstance(called, ast.Name) and called.id in REACHES_OUT
