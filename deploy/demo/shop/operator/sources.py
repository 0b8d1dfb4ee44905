"""The code of a service in one of its versions: its module, with every question after what the version does answered.

Versions of the sample share one module each, which asks what its version does. What a repository would hold is what
remains when that is known, without what nothing uses then.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from difflib import unified_diff
from functools import cache
from pathlib import Path

from shop.releases import Trait

SERVICES = Path(__file__).parents[1] / "services"
NOWHERE = "/dev/null"
ENTRY = "build"
Traits = frozenset[Trait]


def path(service: str) -> str:
    return f"services/{service}.py"


def diff(service: str, before: Traits | None, after: Traits) -> str:
    """Unified. before: None where there was no such service."""
    old = source(service, before).splitlines() if before is not None else []
    new = source(service, after).splitlines()
    names = f"a/{path(service)}" if before is not None else NOWHERE, f"b/{path(service)}"
    return "".join(f"{line}\n" for line in unified_diff(old, new, *names, lineterm=""))


@cache
def source(service: str, traits: Traits) -> str:
    text = (SERVICES / f"{service}.py").read_text("utf-8")
    lines, parts = text.splitlines(), list[tuple[ast.stmt, str]]()
    for asked, raw in zip(ast.parse(text).body, ast.parse(text).body, strict=True):
        answered = _Answered(traits).visit(asked)
        same = ast.dump(answered) == ast.dump(raw)
        parts.append((answered, _as_written(lines, raw) if same else ast.unparse(ast.fix_missing_locations(answered))))
    return "\n".join(_spaced(_used(parts)))


def _as_written(lines: list[str], of: ast.stmt) -> str:
    decorators = of.decorator_list if isinstance(of, ast.FunctionDef | ast.ClassDef) else []
    first = min(each.lineno for each in (of, *decorators))
    return "\n".join(lines[first - 1 : of.end_lineno])


def _used(parts: list[tuple[ast.stmt, str]]) -> list[tuple[ast.stmt, str]]:
    """Without what is defined and named nowhere else, again and again until all of it is."""
    while True:
        kept = [part for part in parts if _is_used(part[0], [each for each, _ in parts if each is not part[0]])]
        if len(kept) == len(parts):
            return kept
        parts = kept


def _is_used(of: ast.stmt, others: Iterable[ast.stmt]) -> bool:
    defined = _defined(of)
    if not defined or ENTRY in defined:
        return True
    named = {node.id for each in others for node in ast.walk(each) if isinstance(node, ast.Name)}
    return bool(defined & named)


def _defined(of: ast.stmt) -> set[str]:
    """Names that it gives; none of what is no definition."""
    if isinstance(of, ast.FunctionDef | ast.ClassDef):
        return {of.name}
    targets = of.targets if isinstance(of, ast.Assign) else [of.target] if isinstance(of, ast.AnnAssign) else []
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _spaced(parts: Iterable[tuple[ast.stmt, str]]) -> Iterable[str]:
    for of, text in parts:
        yield f"\n\n{text}" if isinstance(of, ast.FunctionDef | ast.ClassDef) else text


class _Answered(ast.NodeTransformer):
    """`place.does(Trait.X)` is yes or no, and what follows from that."""

    def __init__(self, traits: Traits) -> None:
        self._traits = traits

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        asked = node.args[0] if node.args else None
        if isinstance(node.func, ast.Attribute) and node.func.attr == "does" and isinstance(asked, ast.Attribute):
            return ast.Constant(Trait[asked.attr] in self._traits)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        known = _known(node.operand) if isinstance(node.op, ast.Not) else None
        return node if known is None else ast.Constant(not known)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        decides = isinstance(node.op, ast.Or)
        if any(_known(value) is decides for value in node.values):
            return ast.Constant(decides)
        left = [value for value in node.values if _known(value) is None]
        return ast.BoolOp(node.op, left) if len(left) > 1 else left[0] if left else ast.Constant(not decides)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        known = _known(node.test)
        return node if known is None else node.body if known else node.orelse

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        known = _known(node.test)
        return node if known is None else node.body if known else node.orelse

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """What follows a return is never reached."""
        self.generic_visit(node)
        returns = [place for place, each in enumerate(node.body) if isinstance(each, ast.Return)]
        node.body = node.body[: returns[0] + 1] if returns else node.body
        return node


def _known(node: ast.expr) -> bool | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None
