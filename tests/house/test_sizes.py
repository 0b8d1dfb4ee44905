from statistics import median, quantiles

from tests.house import tree

EVERYWHERE = (*tree.CODE, "deploy", "tests")
LONGEST_FUNCTION, DEEPEST_NESTING = 60, 3
FILE_LIMIT, HANDLER_LIMIT = 300, 200


def test_no_function_is_longer_than_a_screen():
    assert [str(f) for f in tree.functions(*EVERYWHERE) if f.lines > LONGEST_FUNCTION] == []


def test_no_function_nests_deeper_than_three_blocks():
    assert [str(f) for f in tree.functions(*EVERYWHERE) if f.nesting > DEEPEST_NESTING] == []


def test_functions_are_short_as_a_rule():
    lengths = sorted(f.lines for f in tree.functions(*EVERYWHERE) if f.path.parts[0] in tree.CODE)
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 27


def test_no_file_is_too_long_to_read_in_one_sitting():
    assert {str(path): lines for path, lines in _long_files()} == {}


def _long_files():
    for path in tree.files():
        lines = len(tree.source(path).splitlines())
        if path.suffix in {".py", ".lua", ".js", ".css"} and lines > _limit(path):
            yield path, lines


def _limit(path):
    return HANDLER_LIMIT if path.parts[0] == "handlers" else FILE_LIMIT
