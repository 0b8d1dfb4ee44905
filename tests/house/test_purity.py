"""Rules and views are functions of their arguments: nothing awaited, no clock, no chance, no files."""

import ast
from pathlib import Path

from tests.house import tree

PURE = (
    Path("bot/grammar"),
    Path("handlers/views"),
    Path("bot/reservations/model.py"),
    Path("bot/reservations/values.py"),
)
READS_THE_CLOCK = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
CLOCKS = {"datetime", "date", "time"}
REACHES_OUT = {"open", "print", "input"}


def test_pure_modules_await_nothing_and_read_no_clock():
    assert [fault for path, module in _pure() for fault in _faults(path, module)] == []


def test_there_are_pure_modules_to_look_at():
    assert len(list(_pure())) >= 4


def _pure():
    for path, module in tree.python(*tree.CODE):
        if any(path == pure or pure in path.parents for pure in PURE):
            yield path, module


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
