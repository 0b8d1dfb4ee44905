"""What gives way in a message, what stays, and which frame is the project's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.values import Mask
from bot.failures import frames
from bot.failures.fingerprint import examined
from bot.failures.values import Failure
from bot.masking.masks import masked
from bot.patterns import LinearPattern
from tests.support.timing import assert_takes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("row 48213 of 7", "row <n> of <n2>"),
        ("expected 5 but got 7, and 5 again", "expected <n> but got <n2>, and <n> again"),
        ("at 2026-11-05T10:00:00.123Z for 3 s", "at <time> for <duration>"),
        ("id 2e24e003-9ffd-4e78-852c-9dcb6cbef493", "id <uuid>"),
        ("object at 0x7fabc123, Context@6d3c232f", "object at <address>, Context<address2>"),
        ("node 10.0.3.4:41234 and [::1]:5432", "node <ip>:<port> and <ip2>:5432"),
        ("mail ana.b+1@example.org", "mail <email>"),
        ("GET https://eu.shop.example.com/orders/123/lines?x=1", "GET https://<host>/orders/<id>/lines?<query>"),
        ("POST http://payments:8080/charges", "POST http://payments:8080/charges"),
        ("GET /api/v1/orders/123", "GET /api/v1/orders/<n>"),
        ("no file /tmp/pytest-3/x/prices.json", "no file <path>/prices.json"),
        ("pod payments-7d9f8b6c5d-x2x4z", "pod payments-<pod>"),
        ("on node gke-pool-1a2b3c4d-w0fq now", "on node <node> now"),
        ("commit 3f2a9bc", "commit <sha>"),
        ("order ORD-10432 of cus_NffrFe8UfNV2Hib", "order ORD-<n> of cus_<id>"),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "<trace>"),
        ("user 'ana' may not", "user <who> may not"),
        ("goroutine 17 [running]", "goroutine <n> [running]"),
        ("took 1m30.5s and 2.5 MB", "took <duration> and <size>"),
    ],
)
def test_values_that_change_give_way(text, meant):
    assert masked(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "status 503 from POST /charges",
        "500 Internal Server Error",
        "assert 404 == 200",
        "exit code 137",
        "E1234 or ORA-00942 or SQLSTATE[42S02] or TS2345",
        "KeyError: 'EUR'",
        "connect ECONNREFUSED localhost:5432",
        "column orders.tax_rate does not exist",
        "sha256 x509 base64 utf8",
    ],
)
def test_what_says_what_went_wrong_stays(text):
    assert masked(text) == text


@given(st.text(alphabet="0123456789.,:-/_ ab<>{}[]()='\"@#%", max_size=60))
def test_any_text_can_be_masked(text):
    assert isinstance(masked(f"got 1.5 {text}"), str)


def test_a_number_that_counts_is_no_status():
    assert masked("404 items on page 500") == "<n> items on page <n2>"


@given(
    st.lists(st.sampled_from(["a1b2c3d4e5", "10.0.0.1", "17", "<n>", "x", "'EUR'", "5 s", "http://h/1", "/tmp/x/y"]))
)
def test_a_masked_text_stays_as_it_is(words):
    once = masked(" ".join(words))
    assert masked(once) == once


@given(st.integers(1000, 10**9), st.integers(1000, 10**9))
def test_equal_values_stay_equal_and_others_differ(one, other):
    first, second = masked(f"{one} {other}").split()
    assert (first == second) == (one == other)


def test_a_mask_of_the_project_goes_first():
    tenant = Mask("tenant", LinearPattern.of("tenant ([a-z-]+)"))
    assert masked("tenant acme and tenant globex, tenant acme", [tenant]) == (
        "tenant <tenant> and tenant <tenant2>, tenant <tenant>"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("(a", "RE2"),
        ("a", "0 groups"),
        ("(a)(b)", "2 groups"),
        ("(a*)", "nothing at all"),
        ("(?<=x)(a)", "Look-around"),
        ("(" + "a" * 600 + ")", "500 characters"),
    ],
)
def test_a_pattern_that_is_none_says_why(text, says):
    with pytest.raises(ValueError, match=says):
        LinearPattern.of(text)


@pytest.mark.parametrize(
    "unit",
    [
        "a-",
        "a/",
        "1.",
        "1:",
        "a@b.",
        "\n",
        "Caused by: a.B\n",
        "a_",
        "at a(",
        "'",
        "(a+",
        "http://",
        "> ",
        ": ",
        "x: Error: ",
        "a.js:1\nb\n^\n",
        "a.go:1:\n... b\n",
        "Failure/Error:\n",
    ],
)
def test_no_text_takes_long(unit):
    text = (unit * 100_000)[:100_000] + "!"
    greedy = Mask("x", LinearPattern.of("((?:a+)+)$"))
    assert_takes(lambda: examined(Failure("t", text, stack=text), [greedy]), at_most=0.5)


@pytest.mark.parametrize(
    ("stack", "place", "in_test"),
    [
        (
            '  File "/ci/tests/test_a.py", line 3, in test_a\n  File "/ci/shop/rates.py", line 9, in rate_of\n  File "/v/site-packages/x.py", line 1, in get',
            "shop/rates.py rate_of",
            False,
        ),
        ("tests/test_a.py:5: in test_a\n    pay()\nE   AssertionError", "tests/test_a.py test_a", True),
        (
            "    def test_b():\n>       assert 1 == 2\nE       assert 1 == 2\n\ntests/test_b.py:7: AssertionError",
            "tests/test_b.py test_b",
            True,
        ),
        (
            "Error\n    at f (node:internal/x:1:2)\n    at price (/ci/src/price.ts:10:3)\n    at g (/ci/node_modules/y.js:1:1)",
            "src/price.ts price",
            False,
        ),
        ("    at /ci/e2e/pay.spec.ts:12:5", "e2e/pay.spec.ts", True),
        (
            "x\n\tat app//org.junit.Assert.fail(Assert.java:1)\n\tat com.shop.Rates.of(Rates.java:9)",
            "Rates.java com.shop.Rates.of",
            False,
        ),
        (
            "   at Xunit.Assert.Fail()\n   at Shop.Rates.<Of>d__5.MoveNext() in /src/Shop/Rates.cs:line 9",
            "Shop.Rates.Of",
            False,
        ),
        (
            "goroutine 1 [running]:\ntesting.tRunner()\n\t/usr/local/go/src/testing/testing.go:1 +0x1\nshop/rates.Of(0x1)\n\t/ci/rates/book.go:9 +0x2",
            "rates/book.go shop/rates.Of",
            False,
        ),
        ("./app/rates.rb:9:in `of'\n/usr/bundle/gems/rspec/x.rb:1:in `run'", "app/rates.rb of", False),
        (
            "x\n\tat shop.CartTest.pays in EUR, and twice(CartTest.kt:9)",
            "CartTest.kt shop.CartTest.pays in EUR, and twice",
            True,
        ),
        (
            "#0 /app/vendor/x.php(1): X->y()\n#1 /app/src/Rates.php(9): Shop\\Rates->of()",
            "src/Rates.php Shop\\Rates->of",
            False,
        ),
    ],
)
def test_the_top_frame_of_own_code_is_the_place(stack, place, in_test):
    own = frames.top(stack)
    assert own is not None
    assert (frames.called(own), own.test) == (place, in_test)


@pytest.mark.parametrize(
    ("call", "within"),
    [
        ("\tat shop.Rates.lambda$of$0(Rates.java:9)", "\tat shop.Rates.of(Rates.java:3)"),
        ("\tat shop.Rates.$anonfun$of$1$adapted(Rates.scala:9)", "\tat shop.Rates.of(Rates.scala:3)"),
        ("\tat shop.Rates$of$2.invokeSuspend(Rates.kt:9)", "\tat shop.Rates.of(Rates.kt:3)"),
        (
            "   at Shop.Rates.<>c__DisplayClass3_0.<Of>b__1() in /s/R.cs:line 9",
            "   at Shop.Rates.Of() in /s/R.cs:line 3",
        ),
        ("shop/rates.Of.func1.2()\n\t/ci/rates/book.go:9 +0x2", "shop/rates.Of()\n\t/ci/rates/book.go:3 +0x2"),
    ],
)
def test_code_without_a_name_is_that_of_the_function_around_it(call, within):
    inner, outer = frames.top(call), frames.top(within)
    assert inner is not None
    assert inner == outer


def test_lines_and_machines_change_no_fingerprint():
    def at(line, root):
        return Failure("t", "KeyError: 'EUR'", stack=f'  File "{root}/shop/rates.py", line {line}, in rate_of')

    assert examined(at(3, "/ci/1")).fingerprint.exact == examined(at(99, "/builds/7")).fingerprint.exact


def test_the_innermost_of_wrapped_exceptions_speaks():
    stack = (
        "java.lang.IllegalStateException: Failed to load ApplicationContext\n\tat org.springframework.X.load(X.java:1)\n"
        "Caused by: com.shop.BadRate: no rate for EUR\n\tat com.shop.Rates.of(Rates.java:9)\n\t... 42 more"
    )
    found = examined(
        Failure("t", "Failed to load ApplicationContext", "java.lang.IllegalStateException", stack)
    ).fingerprint
    assert (found.line, found.place) == ("com.shop.BadRate: no rate for EUR", "Rates.java com.shop.Rates.of")


def test_what_a_framework_says_of_every_failure_is_followed_by_what_it_says_of_this_one():
    said = "TimeoutError: locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for getByRole('button', { name: 'Pay' })\n"
    assert "getByRole('button', { name: 'Pay' })" in examined(Failure("t", said)).fingerprint.line


WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9).filter(lambda word: word not in SENTENCE)
SENTENCE = "catalog took for GET products shown at once"


def shown(sku, said=None, test="t/test_shop.py::test_is_shown"):
    message = f"AssertionError: catalog took 0.3 s for GET /products/{said or sku}, not 0.1 s"
    return examined(Failure(f"{test}[{sku}]", message, "AssertionError")).fingerprint


@given(WORDS, WORDS)
def test_what_a_test_says_of_each_of_its_parameters_is_one_thing(one, other):
    assert shown(one) == shown(other)
    assert shown(f"{one}-fast", one) == shown(f"{other}-fast", other)


@given(WORDS, WORDS)
def test_what_is_raised_for_a_parameter_is_what_it_is_in_any_test(one, other):
    def raised(test, key):
        return examined(Failure(test, f"KeyError: '{key}'", stack="shop/rates.py:4: in rate_of")).fingerprint

    assert raised(f"test_pays[{one}]", one) == raised("test_pays_in_any", one)
    assert (raised(f"test_pays[{one}]", one) == raised(f"test_pays[{other}]", other)) is (one == other)


@given(WORDS, WORDS)
def test_what_is_no_parameter_of_the_test_stays(one, other):
    same = one == other
    assert (shown("a", one) == shown("a", other)) is same
    assert (shown(one, f"{one}{other}") == shown(one, f"{one}{one}")) is same
