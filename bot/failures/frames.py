"""The calls of a stack, and which of them is the project's own. Python, JavaScript, JVM, Go, .NET, Ruby, PHP, Rust."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from bot.failures.values import Frame

MOST_LINES = 400
"""Lines of a stack that are read. A frame of the project's own stands near its top, or near its end in Python."""

_ID = r"[\w$<>.\[\]`~#@|-]{1,200}"
_PYTHON = re.compile(r'^\s*File "(?P<file>[^"]{1,400})", line \d+(?:, in (?P<function>.{1,200}))?')
_PYTEST = re.compile(r"^(?P<file>[\w./\\@ +~-]{1,300}\.pyx?):\d+: (?:in (?P<function>[\w.<>]{1,200})|[\w.]{0,200}$)")
_DEF = re.compile(r"^[>\s]*(?:async )?def (?P<function>\w{1,200})\(")
_JVM = re.compile(
    r"^\s*at (?:[\w.@-]{1,100}/{1,2}){0,3}(?P<function>[\w$.<>\-]{1,300}(?: [\w$.<>,'\- ]{1,200})?)"
    r"\((?:(?P<file>[\w$.-]{1,200}\.(?:java"
    r"|kt|kts|scala"
    r"|groovy|clj))(?::\d+)?|Unknown Source|Native Method|<generated>)\)"
)
_DOTNET = re.compile(
    r"^\s*at (?P<function>[\w.`+<>\[\],|&*@$]{1,300})\(.{0,400}?\)(?: in (?P<file>.{1,400}?):line \d+)?\s*$"
)
_JS_CALL = re.compile(r"^\s*at (?:async )?(?P<function>.{1,200}?) \((?P<file>[^()]{1,400}?)(?::\d+){1,2}\)\s*$")
_JS_BARE = re.compile(r"^\s*at (?:async )?(?P<file>[^\s()]{1,400}?)(?::\d+){1,2}\s*$")
_JS_FIREFOX = re.compile(r"^\s*(?P<function>[^@\s]{0,200})@(?P<file>[^\s@]{1,400}?):\d+:\d+\s*$")
_GO_FILE = re.compile(r"^\s*(?P<file>[^\s:()]{1,300}\.(?:go|s)):\d+(?: \+0x[0-9a-f]+)?\b")
_GO_CALL = re.compile(r"^(?:created by )?(?P<function>[\w./*()\[\]~-]{1,300})\(.{0,400}\)(?: in goroutine \d+)?\s*$")
_RUBY = re.compile(
    r"^\s*(?:# |from )?(?P<file>[^\s:'\"]{1,300}\.(?:rb|rake|erb)):\d+(?::in [`'](?P<function>[^'`]{1,200})')?"
)
_PHP = re.compile(r"^\s*#\d+ (?P<file>[^\s():]{1,300}\.php)\(\d+\): (?P<function>[\w\\:>{}-]{1,200})")
_PHP_FILE = re.compile(r"^\s*(?P<file>/?[^\s:()]{1,300}\.php):\d+\s*$")
_RUST = re.compile(r"^\s*(?:at |.{0,80}panicked at )(?P<file>[^\s:]{1,300}\.rs):\d+")
_GINKGO = re.compile(r"^\s*(?:In \[\w+\] at: |\[?It\]?.{0,80} )?(?P<file>[^\s:()]{1,300}\.go):\d+(?: @.{0,60})?\s*$")
_AT = (_JVM, _JS_CALL, _JS_BARE, _DOTNET, _RUST)
_OTHERS = (_PYTHON, _PYTEST, _GO_FILE, _GINKGO, _RUBY, _PHP, _PHP_FILE, _RUST, _JS_FIREFOX)
_STARTS_AT = re.compile(r"\s*at ")
_HINT = re.compile(r":\d|, line \d|\(\d+\)|^\s*at ")
_IS_PYTHON = re.compile(r'^[ \t]*File ".*", line \d|^\S+\.pyx?:\d+: ', re.MULTILINE)

_FOREIGN_FILES = re.compile(
    r"site-packages/|dist-packages/|/lib/python3|^<frozen |^<string>|^<template|node_modules/|^node:|^internal/"
    r"|webpack/"
    r"|^(?:_\w+|assert|async_hooks|bootstrap_node|buffer|child_process|cluster|dgram|dns|domain|events|fs|https?|module"
    r"|net|os|process|punycode|readline|repl|stream|string_decoder|timers|tls|tty|url|util|v8|vm|zlib)\.js$"
    r"|^native$|^<anonymous>|/pkg/mod/|^runtime/|^testing/|^net/http/|/gems/|/lib/ruby/|/vendor/|/rustc/"
    r"|/\.cargo/|/usr/lib/|/usr/share/dotnet|^_testmain\.go|/_work/1/s/src/runtime|__cypress/runner|cypress_runner"
    r"|(?:^|/)(?:go|GOROOT|go_sdk|go/[\d.]{1,12}/x64|go\d[\d.]{0,12})/src/(?:runtime|testing|internal|net|sync|reflect|os|io"
    r"|fmt|context|encoding|database|errors|bufio|bytes|strings|sort|slices|maps|time|crypto|html|text|math|log|syscall)/"
    r"|/onsi/(?:gomega|ginkgo)/|/stretchr/testify/|^\(eval|(?:^|/)_pytest/|(?:^|/)pluggy/|(?:^|/)unittest/|^asyncio/"
)
_FOREIGN_CALLS = re.compile(
    r"^(?:java|javax|jdk|jakarta|sun|com\.sun|kotlin|kotlinx|scala|groovy|org\.(?:junit|testng|assertj|hamcrest"
    r"|mockito|gradle"
    r"|springframework|hibernate|codehaus|postgresql|openqa|opentest4j|awaitility|powermock|eclipse|jboss|slf4j"
    r"|easymock|spockframework"
    r"|apache\.(?:maven|http|hc|commons|tomcat|catalina|coyote|kafka\.(?:clients|common)|cxf|logging|ibatis))"
    r"|net\.bytebuddy|junit\.(?:framework|runner|textui)|__randomizedtesting|com\.carrotsearch|org\.apache\.tools\.ant"
    r"|org\.(?:scalatest|testcontainers|rnorth|pitest|jacoco|spekframework|jmock)|munit|sbt|zio\.test|jdk\.internal"
    r"|net\.sf\.cglib|io\.(?:netty|restassured|grpc|vertx|micronaut|quarkus|lettuce|cucumber|kotest|ktor"
    r"|reactivex|micrometer"
    r"|opentelemetry)|reactor|rx|okhttp3|okio|retrofit2|feign|com\.(?:fasterxml|zaxxer|google|mysql|intellij|microsoft"
    r"|squareup|mongodb|amazonaws|github\.tomakehurst|codeborne|jayway|atomikos)|redis\.clients|org\.redisson"
    r"|software\.amazon"
    r"|System|Microsoft|Xunit|xunit|NUnit|FluentAssertions|Moq|Shouldly|NSubstitute|Newtonsoft|Npgsql|Dapper"
    r"|Polly|RestSharp"
    r"|PHPUnit|Illuminate|Symfony|Mockery|GuzzleHttp|runtime|testing|reflect|net/http|core::|std::|alloc::)[.\\/:]"
)
_FOREIGN_NAMES = re.compile(
    r"^(?:new )?(?:Promise|Array|Object|Function|Generator|process|Module|Timeout|Runner|Runnable|jest\w*"
    r"|tryCatch|Context|Assertion"
    r"|Test|Suite|JestAssertionError|Proxy|TestCase)\b(?:\.|$)|\$\$(?:Lambda|FastClass|Enhancer)|^\$?Proxy\d+"
)
_AWAITING = re.compile(r"^(?:__awaiter|__generator|asyncGeneratorStep|fulfilled|rejected|_next|_throw|step)$")
"""What compilers of JavaScript put between the calls of code that waits."""

_NAMELESS = re.compile(
    r"<anonymous>|^block |<top \(required\)>|^(?:Context|Suite|Object)\.(?:eval|it|test)$|^\{closure"
)
_JAVASCRIPT = re.compile(r"\.[cm]?[jt]sx?$")
_HOME = re.compile(r"^(?:[a-z_]\w{0,60}\.){1,3}|^(?:[A-Z]\w{0,60}\.){2}(?=[A-Z])")
_TEST_FILES = re.compile(
    r"(?:^|/)(?:tests?|specs?|e2e|__tests__|cypress|it|testing|testlib|test-?support|androidTest|acceptance|features|"
    r"[\w-]*[-_](?:tests?|e2e)|(?:tests?|e2e)[-_][\w-]*|[\w.]+\.Tests?)/"
    r"|(?:^|/)(?:test_[\w.-]+|conftest|[\w.-]+_tests?|[\w.-]+_spec|[\w.-]+[.-](?:spec|test|cy|e2e))\.\w+$"
    r"|(?:Test|Tests|TestCase|IT|ITCase|Spec|Steps|TestBase|TestSupport|Specs)\.(?:java|kt|cs|php|groovy|scala|fs|vb)$"
)
_TEST_CALLS = re.compile(
    r"(?:^|[.\\])(?:[A-Z]\w*(?:Test|Tests|TestCase|IT|ITCase|Spec|Steps|TestBase)|Test[A-Z]\w*)(?:[.$\\:+]|$)"
    r"|(?:^|\.)test_\w+$"
    r"|\.(?:Tests?|IntegrationTests|E2E|tests?|testing|testsuite|testutils?|testsupport)\."
)
_WITH_NAMESPACES = (".cs", ".fs", ".vb")
_COUNTED = re.compile(r"\$\d+|\d+(?=[$.>]|$)|\$\$[\w$]+@?[0-9a-f]*|__\d+_\d+")
_BUILT = re.compile(r"[.-](?=[a-z]*\d)[0-9a-z]{8,20}(?=\.\w+$)", re.IGNORECASE)
"""What a bundler puts into the name of a file, so that browsers fetch it anew."""

_WITHIN = re.compile(
    r"(?:lambda|\$?anonfun)\$(?P<java>\w+?)(?:\$\d*)*(?:\$adapted)?$"
    r"|\$(?P<kotlin>[a-z]\w*)\$\d+\.invoke(?:Suspend)?$"
    r"|\.func\d+(?:\.\d+)*$"
)
"""Code without a name, that stands in a function which has one."""

_CLOSURE = re.compile(r"\.?<>c(?:__DisplayClass\d+_\d+)?(?=\.)")
_MOVE_NEXT = re.compile(r"\.?<(\w+)>[\w|$]*(?:\.MoveNext)?$")


def home(test: str) -> str:
    """The package that a test of the JVM or of .NET belongs to, its first parts; empty where its id has none.

    What a library's own tests call is the project's code.
    """
    found = _HOME.match(test)
    return found.group() if found else ""


def frames(stack: str, home: str = "") -> Iterator[Frame]:
    """Every call that can be read, the innermost first. home: what is called within it is the project's own."""
    lines = stack.splitlines()
    backwards = (".py" in stack or 'File "' in stack) and _IS_PYTHON.search(stack) is not None
    read = list(_read(lines[-MOST_LINES:]))[::-1] if backwards else _read(lines[:MOST_LINES])
    return (_at_home(frame, home) for frame in read)


def top(stack: str, home: str = "") -> Frame | None:
    """The innermost call of the project's own code."""
    return next((frame for frame in frames(stack, home) if frame.own), None)


def _at_home(frame: Frame, home: str) -> Frame:
    own = bool(home) and not frame.own and frame.function.startswith(home)
    return replace(frame, own=True) if own else frame


def is_call(line: str) -> bool:
    """The line is one of a stack, not of a message."""
    return _match(line) is not None


def _match(line: str) -> re.Match[str] | None:
    """Most lines are none of a stack, and most of those show it at once."""
    return _formed(line) if _HINT.search(line) else None


@lru_cache(maxsize=4_096)
def _formed(line: str) -> re.Match[str] | None:
    """Failures of one run share most of their calls."""
    forms = _AT if _STARTS_AT.match(line) else _OTHERS
    return next((found for form in forms if (found := form.match(line))), None)


def _read(lines: Iterable[str]) -> Iterator[Frame]:
    """Go names the call on the line before its file, pytest on an earlier line of the source it shows."""
    defined, called = "", ""
    for line in lines:
        if match := _match(line):
            parts = match.groupdict()
            before = called if match.re is _GO_FILE else defined if match.re is _PYTEST else ""
            yield _frame(parts.get("file") or "", parts.get("function") or before)
        elif source := _DEF.match(line):
            defined = source["function"]
        go = None if match else _GO_CALL.match(line)
        called = go["function"] if go else ""


@lru_cache(maxsize=8_192)
def _frame(file: str, function: str) -> Frame:
    file = _plain_file(file)
    function = _plain_call(function)
    foreign = (
        _FOREIGN_FILES.search(file)
        or (_JAVASCRIPT.search(file) and _AWAITING.match(function))
        or _FOREIGN_CALLS.match(function)
        or (not file.endswith(".go") and _FOREIGN_NAMES.search(function))
    )
    test = bool(_TEST_FILES.search(file) or _TEST_CALLS.search(function))
    return Frame(file, function, own=not foreign, test=test)


def _plain_file(file: str) -> str:
    """Without what a bundler, a server or a machine put before it."""
    file = (
        file.replace("\\", "/").removeprefix("file://").removeprefix("webpack://").removeprefix("webpack-internal:///")
    )
    return re.sub(r"^https?://[^/]+/|\?.*$", "", file)


def _plain_call(function: str) -> str:
    """Without numbers that a compiler counted up."""
    function = _CLOSURE.sub("", function.removeprefix("async ").removeprefix("new "))
    function = _WITHIN.sub(_enclosing, _MOVE_NEXT.sub(r".\1", function))
    return _COUNTED.sub("", re.sub(r" \[as \w+\]$", "", function)).strip()


def _enclosing(found: re.Match[str]) -> str:
    return found["java"] or (f".{found['kotlin']}" if found["kotlin"] else "")


def is_nameless(frame: Frame) -> bool:
    """A block of code that is handed to a runner: all of a file are called the same."""
    return not frame.function or _NAMELESS.search(frame.function) is not None


def called(frame: Frame) -> str:
    """What stays the same when code moves to another line or machine: the last two parts of the file, and the call.

    .NET tells calls with their namespace, and files only where the build left symbols beside the code.
    """
    if frame.file.endswith(_WITH_NAMESPACES) and "." in frame.function:
        return frame.function
    file = _BUILT.sub("", "/".join(frame.file.split("/")[-2:]))
    return f"{file} {frame.function}".strip()
