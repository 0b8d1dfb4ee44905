"""The measures measure: a gate that never closes is no gate."""

import ast
import re
from textwrap import dedent

import pytest

from tests.house import test_words, tree


def depth(code):
    return tree.nesting(ast.parse(dedent(code)).body[0])


def test_blocks_inside_blocks_count():
    code = """
        def f():
            for a in b:
                if a:
                    with a:
                        try:
                            pass
                        finally:
                            pass
    """
    assert depth(code) == 4


def test_a_chain_of_elif_is_one_block():
    code = """
        def f(a):
            if a == 1: return 1
            elif a == 2: return 2
            elif a == 3: return 3
            else: return 4
    """
    assert depth(code) == 1


def test_a_function_inside_a_function_starts_anew():
    code = """
        def f(a):
            if a:
                def g():
                    if a:
                        return a
    """
    assert depth(code) == 1


@pytest.mark.parametrize(
    ("line", "broad"),
    [
        ("except Exception:\n    pass", True),
        ("except (ValueError, Exception):\n    pass", True),
        ("except:\n    pass", True),
        ("except BaseException:\n    tidy()\n    raise", False),
        ("except ValueError:\n    pass", False),
    ],
)
def test_catching_everything_counts_unless_it_is_raised_again(line, broad):
    tree_of_it = ast.walk(ast.parse(f"try:\n    pass\n{line}"))
    assert any(map(test_words._is_broad, tree_of_it)) is broad


@pytest.mark.parametrize(
    ("line", "bare"),
    [("x = 1  # noqa: S105", True), ("x = 1  # type: ignore[arg-type]", True), ("x = 1  # noqa: S105 - a name", False)],
)
def test_an_ignore_without_a_reason_is_seen(line, bare):
    assert bool(test_words.BARE_IGNORE.search(line)) is bare


@pytest.mark.parametrize("word", ["home/ann/x", "root/", "opt/thing/bin"])
def test_a_path_of_one_machine_is_seen(word):
    assert re.search(test_words.FORBIDDEN["a path of one machine"], f"cd /{word}")
