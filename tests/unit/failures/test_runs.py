"""What changes from run to run changes no fingerprint; what tells causes apart does."""

import re
import string
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.failures.fingerprint import examined
from bot.failures.grouping import group
from bot.failures.roots import FIRST_DRAWN
from bot.failures.values import Failure
from bot.masking.codes import PORTS_OF_SERVICES
from bot.masking.kinds import KINDS, LETTER, STARTS
from tests.support.messages.told import said

K8S = "bcdfghjklmnpqrstvwxz2456789"
VALUES = {
    "uuid": st.uuids().map(str),
    "address": st.integers(0x7F00_0000_0000, 0x7FFF_FFFF_FFFF).map(hex),
    "goroutine": st.integers(0xC000_000000, 0xC0FF_FFFFFF).map(hex),
    # Twelve digits, or twelve letters, are no id that anybody could tell from a number or a word.
    "container": st.integers(0, 16**12 - 1)
    .map("{:012x}".format)
    .filter(lambda each: not (each.isdigit() or each.isalpha())),
    "hash": st.integers(16**6, 16**8 - 1).map("{:x}".format),
    "port": st.integers(FIRST_DRAWN, 60_999).filter(lambda port: port not in PORTS_OF_SERVICES).map(str),
    "ip": st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "10.{}.{}.{}".format(*parts)),
    "ms": st.integers(11, 99_999).map("{}ms".format),
    "wait": st.integers(11, 99_999).map("{}ms".format),
    "s": st.decimals(1, 900, places=3).map("{}s".format),
    "clock": st.datetimes().map(lambda each: f"{each:%H:%M:%S}.123"),
    "time": st.integers(1_600_000_000, 1_900_000_000).map(
        lambda each: f"{datetime.fromtimestamp(each, UTC):%FT%T}.004Z"
    ),
    "count": st.integers(604, 9_999).map(str),
    "line": st.integers(1, 3_000).map(str),
    "pod": st.tuples(st.text(K8S, min_size=9, max_size=9), st.text(K8S, min_size=5, max_size=5)).map("-".join),
    "folder": st.sampled_from(("/builds/7/shop", "/ci/agents/4/shop/shop", "/builds/workspace/shop-main")),
    "tmp": st.text(string.ascii_lowercase, min_size=8, max_size=8).map("/tmp/pytest-of-ci/{}".format),
    "worker": st.integers(1, 64).map(str),
}
FAILURES = {
    "gomega": said(
        "Timed out after {s}.\nThe basket never became ready\nExpected\n    <*errors.errorString | {goroutine}>: {{\n"
        '        s: "rollout of the basket was stopped after {count} tries",\n    }}\nto be nil'
    ),
    "ginkgo 2": said(
        "[FAILED] Timed out after {s}.\nExpected\n    <string>: HTTP/1.1 503 Service Unavailable\n"
        "to contain substring\n    <string>: HTTP/1.1 200\nIn [It] at: /src/e2e/gate_test.go:{line} @ 11/26/26 {clock}"
    ),
    "testify": said(
        "gate_test.go:{line}: \n    \tError Trace:\t{folder}/gate/gate_test.go:{line}\n"
        "    \t            \t\t\t\t/usr/local/go/src/runtime/asm_amd64.s:{line}\n"
        "    \tError:      \tReceived unexpected error:\n    \t            \tthe gate was shut:\n"
        "    \t            \t    shop/gate.(*Gate).Open\n    \t            \t        {folder}/gate/gate.go:{line}\n"
        "    \tTest:       \tTestGate/opens"
    ),
    "gtest": said(
        "shop/gate_test.cc:{line}: Failure\nExpected equality of these values:\n  gate_->sessions()\n    Which is: {count}\n"
        "  7\nStack trace:\n  {address}: shop::GateTest_Opens_Test::TestBody()\n  {address}: testing::Test::Run()"
    ),
    "node": said(
        "node:events:497\n      throw er; // Unhandled 'error' event\n      ^\n\n"
        "Error: listen EADDRINUSE: address already in use :::{port}",
        stack="    at Server.setupListenHandle [as _listen2] (node:net:1817:16)\n    at open ({folder}/src/gate.js:{line}:3)",
    ),
    "node before 16": said(
        "net.js:1{line}\n      throw er; // Unhandled 'error' event\n      ^\n\nError: read ECONNRESET",
        stack="    at exports._exceptionWithHostPort (util.js:1030:20)\n    at open ({folder}/src/gate.js:{line}:3)",
    ),
    "selenium": said(
        'Error: retry.try timeout: TimeoutError: Waiting for element to be located By(css selector, [data-role="pay"])\n'
        "Wait timed out after {ms}",
        stack="    at {folder}/node_modules/selenium-webdriver/lib/webdriver.js:{line}:17\n"
        "    at pay ({folder}/e2e/pay.js:{line}:9)",
    ),
    "playwright": said(
        "Test timeout of {ms} exceeded.\n\nError: locator.fill: Test timeout of {wait} exceeded.\nCall log:\n"
        "  - waiting for getByLabel('Card number')\n",
        stack="    at {folder}/e2e/pay.spec.ts:{line}:7",
    ),
    "rust": said(
        "thread 'tokio-runtime-worker-{worker}' panicked at 'the ledger of Kiel is torn', src/ledger.rs:{line}:9\n"
        "stack backtrace:\n   0: {address} - std::panicking::begin_panic\n             at /rustc/c0ffee/library/std.rs:{line}"
    ),
    "jvm": said(
        "java.lang.AssertionError: session {uuid} of Context@{hash} was not closed by {time}",
        stack="\tat org.junit.Assert.fail(Assert.java:{line})\n\tat shop.Sessions.close(Sessions.java:{line})",
    ),
    "pytest": said(
        "E   RuntimeError: container {container} with {tmp}/prices.json stopped after {s}",
        stack="{folder}/shop/boxes.py:{line}: in start",
    ),
    "pytest collecting": said(
        "ImportError while importing test module '{tmp}/tests/test_gate.py'.\nTraceback:\ntests/test_gate.py:{line}: in <module>\n"
        "    import gate\nE   ModuleNotFoundError: No module named 'gate'",
    ),
    "kubectl": said("pod basket-{pod} at {ip} was evicted at {time}: The node was low on resource: memory"),
    "gocheck": said(
        "gate_test.go:{line}:\n    c.Assert(err, IsNil)\n... value *errors.withStack = listen tcp 127.0.0.1:{port}: bind: address"
        ' already in use ("listen tcp 127.0.0.1:{port}: bind: address already in use")'
    ),
    "rspec": said(
        "Failure/Error: page.find('#pay').click\n\n     Capybara::ElementNotFound:\n       Unable to find css \"#pay\"\n"
        "     [Screenshot]: {tmp}/{count}.png",
        stack="     # {folder}/spec/pay_spec.rb:{line}:in `block (2 levels) in <main>'",
    ),
    "dotnet": said(
        "System.TimeoutException : The ledger of Kiel did not answer 10.0.0.1:{port} within {s}",
        stack="   at Shop.Ledgers.Read() in {folder}/Ledgers.cs:line {line}",
    ),
}  # fmt: skip
WRITTEN = {
    "with carriage returns": lambda line: f"{line}\r",
    "indented": "      {}".format,
    "quoted": "   > {}".format,
    "as standard output": "  2> {}".format,
    "as a comment of TAP": "# {}".format,
    "in a table": "  | {}".format,
    "by docker": "#18 15.02 {}".format,
    "by xUnit": "[xUnit.net 00:00:00.81]       {}".format,
    "by GitHub": "2026-07-31T05:33:07.5124631Z {}".format,
    "in red": "\x1b[31m{}\x1b[39m".format,
}


class _OfARun(dict):
    """The values of one run: the same name stands for the same value in it."""

    def __init__(self, draw):
        super().__init__()
        self._draw = draw

    def __missing__(self, name):
        self[name] = self._draw(VALUES[name])
        return self[name]


def of_a_run(failure, draw):
    values = _OfARun(draw)
    return Failure("t", failure.message.format_map(values), "", failure.stack.format_map(values))


def first_run(failure):
    plain = {
        "uuid": str(UUID(int=7)),
        "container": "0a1b2c3d4e5f",
        "hash": "6d3c232f",
        "folder": "/builds/7/shop",
        "line": "12",
    }
    values = {
        "address": "0x7f0000000001",
        "goroutine": "0xc000000001",
        "port": "40000",
        "ip": "10.0.0.1",
        "ms": "30ms",
        "wait": "40ms",
    }
    more = {"s": "1.000s", "clock": "10:00:00.123", "time": "2026-07-31T05:33:07.004Z", "count": "700", "worker": "3"}
    names = {"pod": "7d9f8b6c5-x2x4z", "tmp": "/tmp/pytest-of-ci/abcdefgh"}
    return of_a_run(failure, lambda strategy: (plain | values | more | names)[_name(strategy)])


def _name(strategy):
    return next(name for name, each in VALUES.items() if each is strategy)


def exact(failure):
    return examined(failure).fingerprint.exact


@pytest.mark.parametrize("tool", FAILURES)
@given(data=st.data())
def test_another_run_of_one_failure_has_its_fingerprint(tool, data):
    again = of_a_run(FAILURES[tool], data.draw)
    assert examined(again).fingerprint == examined(first_run(FAILURES[tool])).fingerprint


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("tool", FAILURES)
def test_how_a_runner_writes_each_line_changes_no_fingerprint(tool, how):
    one = first_run(FAILURES[tool])
    written = ["\n".join(map(WRITTEN[how], text.split("\n"))) if text else "" for text in (one.message, one.stack)]
    assert examined(Failure("t", written[0], stack=written[1])).fingerprint == examined(one).fingerprint


def test_no_two_of_these_failures_have_one_fingerprint():
    assert len({exact(first_run(each)) for each in FAILURES.values()}) == len(FAILURES)


@given(st.lists(st.sampled_from(("retry timed out", "pay.click", "could not pay")), max_size=4))
def test_however_often_it_was_tried_and_wrapped_the_innermost_error_speaks(tries):
    wrapped = "".join(f"Error: {each}: " for each in tries)
    plain = 'TimeoutError: no button [data-role="pay"] was shown'
    assert exact(Failure("t", wrapped + plain)) == exact(Failure("t", plain))


TOLD_APART = {
    "what was awaited": 'TimeoutError: Waiting for element to be located By(css selector, [data-role="{}"])',
    "what a line of a test raised": "Failure/Error: basket.pay(card)\n\n     NoMethodError:\n       undefined method `{}' for nil",
    "what gocheck compared": 'gate_test.go:1:\n    c.Assert(err, IsNil)\n... value *errors.withStack = "no {} is left"',
    "what was wrapped": 'Error: retry.try timeout: TimeoutError: no button [data-role="{}"] was shown',
    "the value that Go compares": 'Timed out after 1.2s.\nThe gate never opened\nExpected\n    <*errors.errorString | 0xc000000001>: {{\n        s: "no {} is left",\n    }}\nto be nil',
    "where the error stood": "gate_test.go:1: \n\tError Trace:\tgate_test.go:1\n\t            \t/go/src/runtime/asm_arm64.s:7\n\tError:      \tReceived unexpected error:\n\t            \tclosed:\n\t            \t    shop/gate.{}\n\tTest:       \tTestGate",
    "a host": "connect ECONNREFUSED {}:8080",
    "what Node could not do": "node:events:497\n      throw er;\n      ^\n\nError: {} ledger of Kiel",
}  # fmt: skip


@pytest.mark.parametrize("what", TOLD_APART)
@given(st.lists(st.sampled_from(("basket", "ledger", "mirror", "charges", "orders")), min_size=2, unique=True))
def test_what_tells_causes_apart_is_told(what, words):
    found = group([Failure("t", TOLD_APART[what].format(each)) for each in words])
    assert len(found) == len(words)


CHOSEN = st.integers(1_024, FIRST_DRAWN - 1).filter(lambda port: port not in PORTS_OF_SERVICES)


REFUSED = "dial tcp 127.0.0.1:{}: connect: connection refused"


@given(CHOSEN)
def test_what_cannot_reach_one_port_of_this_machine_is_one_cause(port):
    pool = f"HTTPConnectionPool(host='localhost', port={port}): Max retries exceeded with url: /{{}} (Caused by NewConn"
    said = [REFUSED.format(port), *(f"{pool.format(each)}ectionError('" for each in ("rates", "orders/of/Kiel"))]
    assert len(group([Failure(each, each) for each in said])) == 1


@given(CHOSEN, CHOSEN)
def test_the_same_words_are_one_cause_whichever_low_port_a_tool_drew(port, other):
    assert len(group([Failure("t", REFUSED.format(each)) for each in (port, other)])) == 1


@given(st.lists(st.sampled_from(sorted(PORTS_OF_SERVICES - set(range(1_024)))), min_size=2, max_size=4, unique=True))
def test_ports_that_name_services_are_causes(ports):
    assert len(group([Failure("t", REFUSED.format(each)) for each in ports])) == len(ports)


CHECKED = {
    "of the assertions that a project keeps": (
        "    at Assertion.assert (lib/expect.js:100:11)\n    at Assertion.be (lib/expect.js:69:22)\n"
        "    at Context.it (e2e/{}.js:94:70)"
    ),
    "of a helper in a package of tests": "\tat shop.testsuite.Pages.check(Pages.java:9)\n\tat shop.testsuite.{0}Journey.pays({0}Journey.java:7)",
}  # fmt: skip


@pytest.mark.parametrize("how", CHECKED)
def test_what_checks_is_no_place_where_it_broke(how):
    said = [
        Failure(each, "Error: expected false to equal true", stack=CHECKED[how].format(each))
        for each in ("Cart", "Desk")
    ]
    assert len(group(said)) == 2


def test_xunit_writes_the_class_as_others_do():
    said = ("Shop.Errors+LedgerException : no ledger of Kiel", "Shop.Errors+LedgerException: no ledger of Kiel")
    found = [examined(Failure("t", each)).fingerprint for each in said]
    assert found[0] == found[1]
    assert found[0].error_class == "LedgerException"


def test_a_build_without_symbols_has_the_same_places():
    calls = ("   at Shop.Ledgers.Read(String name) in /src/Ledgers.cs:line 7", "   at Shop.Ledgers.Read(String name)")
    assert len({exact(Failure("t", "no ledger", stack=each)) for each in calls}) == 1


def test_words_of_whoever_caught_an_error_and_raised_it_again_part_no_cause():
    inner = "listen on the bank's line: the line of Kiel is taken"
    wrapped = [inner, f"could not start: {inner}", f"opening: {inner}"]
    assert len(group([Failure("t", each, stack="gate_test.go:3") for each in wrapped])) == 1


def test_a_deadline_that_go_tells_of_says_nothing_by_itself():
    found = group([Failure(each, f"{each}_test.go:7: context deadline exceeded") for each in ("gate", "ledger")])
    assert len(found) == 2


TAKEN = "exit code 5|Monday, 5 May 2026|May 5|user 'ana'|token 'x'|eyJhbGciOiJIUzI1|node worker-b|i-0a1b2c3d|C:\\tmp\\x|PT5S|v1.2"
LETTERS = st.sampled_from(
    [*TAKEN.split("|"), "é1a@b.de", "ab_1", "hresult 80004005", "session: 'x'", "gle=5", "sha256:ab1c2d3"]
)


@given(st.lists(LETTERS | st.text("aAbfxé0189_.:/\\@+-='\" ", max_size=12)).map(" ".join))
def test_what_a_word_must_have_before_it_is_looked_at_passes_over_none_that_is_masked(text):
    start = re.compile(STARTS[LETTER])
    for name, starts, pattern in KINDS:
        found = re.finditer(rf"\b(?=[A-Za-z_])(?:{pattern})", text) if LETTER in starts else ()
        assert all(start.match(text, each.start()) for each in found), name
