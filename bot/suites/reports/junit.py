"""JUnit XML in all its dialects, as it streams by. Pure: bytes in, cases out.

There is no standard: some forty tools write it, each in a way of its own. Cases are counted, never the counters in
attributes, which are wrong too often; only errors that a suite counts and shows nowhere are believed.

Expat parses. It is fast for as long as Python is called seldom, so text is asked for only where it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn
from xml.parsers import expat

from bot.suites.reports import jenkins, junit_case, junit_suite, text
from bot.suites.reports.junit_case import PROBLEMS, Found, Problem
from bot.suites.reports.junit_suite import Suites
from bot.suites.reports.model import BadReport, Case, Cut, Limits, cut_off

ROOTS: Final = frozenset({"testsuites", "testsuite", "testcase", "testrun"})  # the last is that of Eclipse
PRINTED: Final = frozenset({"system-out", "system-err"})
OTHER_REPORTS: Final = {
    "test-run": "NUnit",
    "test-results": "NUnit",
    "assemblies": "xUnit.net",
    "testng-results": "TestNG",
    "robot": "Robot Framework",
    "TestRun": "Visual Studio",
    "Site": "CTest",
    "testExecutions": "SonarQube",
    "html": "HTML",
}
LONG: Final = "Long text belongs between tags: that may be longer."

MENDED: Final = frozenset(
    expat.errors.codes[each] for each in (expat.errors.XML_ERROR_INVALID_TOKEN, expat.errors.XML_ERROR_BAD_CHAR_REF)
)

Attributes = dict[str, str]


class Forbidden(BadReport):
    """It holds a character that XML forbids, or is no XML at all."""


class JUnitReader:
    """Give it UTF-8; it gives the cases that ended there. Raises BadReport; Cut from `close`."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name, self._limits, self._deepest = name, limits, limits.depth
        self._suites = Suites(limits)
        self._ready = self._suites.ready
        self._fed = self._depth = 0
        self._waiting = b""
        self._unfinished = 0
        """Bytes of a tag whose end expat has not seen."""
        self._attributes: Attributes | None = None
        """Of the test that is open."""
        self._found: Found | None = None
        """Made only when there is more to a test than its attributes."""
        self._problem: Problem | None = None
        self._text: text.Head | text.Tail | None = None
        self._mute: Case | None = None
        """A test whose log its suite prints."""
        self._begins: dict[str, Callable[[str, Attributes], None]] = {
            "testsuite": self._suites.open,
            "testsuites": self._suites.open,
            "property": self._open_property,
            "attachment": self._open_attachment,
            **dict.fromkeys(PROBLEMS, self._open_problem),
        }
        self._ends: dict[str, Callable[[], None]] = {
            "testsuite": self._suites.close,
            "testsuites": self._suites.close,
            "property": self._close_property,
            "attachment": self._close_attachment,
            **dict.fromkeys(PROBLEMS, self._close_problem),
        }
        self._parser = self._made()

    def _made(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._root
        parser.EndElementHandler = self._end
        return parser

    def feed(self, data: bytes) -> list[Case]:
        """Raises Forbidden as well, for what `encoding.clean` would mend.

        Expat scans a tag from its beginning whenever more of it comes, so a long one is handed over in pieces that
        double: else it takes time by the square of its length. Newer versions of expat do so by themselves.
        """
        self._waiting += data
        if len(self._waiting) >= self._unfinished:
            self._parse()
        return self._taken()

    def _parse(self) -> None:
        data, self._waiting = self._waiting, b""
        try:
            self._parser.Parse(data)
        except expat.ExpatError as error:
            if error.code in MENDED:
                raise Forbidden(self._name, error.lineno, error.offset + 1, _why(error)) from None
            raise BadReport(self._name, error.lineno, error.offset + 1, _why(error)) from None
        self._fed += len(data)
        self._unfinished = self._fed - self._parser.CurrentByteIndex
        if self._unfinished > self._limits.token:
            self._refuse(f"a tag or a comment is longer than {self._limits.token:,} bytes. {LONG}")

    def close(self) -> list[Case]:
        """Raises Cut when the document is not complete, and what `feed` raises."""
        self._parse()
        try:
            self._parser.Parse(b"", True)  # noqa: FBT003 - it has no name for it
        except expat.ExpatError as error:
            self._close_cut()
            count = self._suites.count + len(self._ready)
            raise Cut(self._name, error.lineno, error.offset + 1, cut_off(count)) from None
        return self.rest()

    def _close_cut(self) -> None:
        """A test that had failed before the report was cut off is told."""
        if self._problem is not None:
            self._close_problem()
        if self._found is not None and self._found.problems:
            self._close_case()

    def rest(self) -> list[Case]:
        """What was read and not given yet."""
        if self._mute is not None:
            self._close_log(self._mute)
        self._suites.end_repeats()
        return self._taken()

    def _taken(self) -> list[Case]:
        taken = self._suites.taken()
        if self._suites.count > self._limits.cases:
            self._refuse(f"it has more than {self._limits.cases:,} tests.")
        return taken

    def _refuse(self, why: str) -> NoReturn:
        raise BadReport(self._name, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, why)

    def _refuse_doctype(self, *_declared: object) -> NoReturn:
        self._refuse("it declares a document type, which no test report needs and attacks are made of.")

    def _root(self, name: str, attributes: Attributes) -> None:
        if name == jenkins.ROOT:
            self._of_jenkins()
            return
        if name not in ROOTS:
            other = OTHER_REPORTS.get(name)
            what = f"this is a report of {other}" if other else f"it begins with <{text.plain(name, 60)}>"
            self._refuse(f"{what}. JUnit XML begins with <testsuites> or <testsuite>; most tools can write it.")
        self._suites.by_project = attributes.keys() == junit_suite.PLAYWRIGHT
        self._parser.StartElementHandler = self._start
        self._start(name, attributes)

    def _of_jenkins(self) -> None:
        record = jenkins.Record(self._ready.append, self._collect, self._limits)

        def start(name: str, attributes: Attributes) -> None:
            self._depth += 1
            if self._depth > self._deepest:
                self._refuse_depth()
            record.start(name, attributes)

        def end(name: str) -> None:
            self._depth -= 1
            record.end(name)
            if name == "suite":
                self._suites.end_repeats()

        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end

    def _refuse_depth(self) -> NoReturn:
        self._refuse(f"elements stand in one another more than {self._deepest} deep.")

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth = depth = self._depth + 1
        if name == "testcase":
            if self._attributes is not None:
                self._close_case()  # a test within a test is one of its own
            self._attributes = attributes
        elif name in self._begins:
            self._begins[name](name, attributes)
        elif name in PRINTED and (self._found is not None or self._problem is not None or self._attributes is None):
            self._open_printed()
        if depth > self._deepest:
            self._refuse_depth()

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == "testcase":
            if self._attributes is not None:
                self._close_case()
        elif name in self._ends:
            self._ends[name]()
        elif self._text is not None and name in PRINTED:
            self._close_printed()

    def _close_case(self) -> None:
        attributes, found, self._attributes, self._found = self._attributes or {}, self._found, None, None
        if found is None:
            suite = self._suites.innermost
            self._ready.append(junit_case.untroubled(attributes, suite.name, suite.file, self._limits))
        else:
            self._ready.append(junit_case.troubled(found, self._limits))

    def _opened(self) -> Found | None:
        """The test in which something stands that is kept; None outside of tests."""
        if self._found is None and self._attributes is not None:
            suite = self._suites.innermost
            self._found = Found(self._attributes, suite.name, suite.file, self._limits)
        return self._found

    def _open_problem(self, name: str, attributes: Attributes) -> None:
        if self._problem is None:
            self._problem = Problem(name, attributes, self._limits)
            self._collect(self._problem.stack)
            if name in junit_case.RAN:
                self._suites.redden()

    def _close_problem(self) -> None:
        problem, self._problem = self._problem, None
        self._collect(None)
        if problem is None:
            return
        if found := self._opened():
            found.add(problem)
        elif problem.red:
            self._ready.append(junit_suite.outside(self._suites.innermost, problem, self._limits))

    def _open_printed(self) -> None:
        """Only what a test prints that has failed; every schema has the failure first. Of a suite, what tells why."""
        if self._problem is not None:
            self._collect(self._problem.out)
        elif self._found is not None:
            self._collect(self._found.out if self._found.problems else None)
        elif (suite := self._suites.innermost).errors and not suite.red:
            self._collect(suite.printed)
        elif self._ready and junit_case.is_mute(self._ready[-1]):
            self._mute = self._ready.pop()
            self._collect(text.Tail(self._limits.out))

    def _close_printed(self) -> None:
        if self._mute is not None:
            self._close_log(self._mute)
        self._collect(self._problem.stack if self._problem is not None else None)

    def _close_log(self, mute: Case) -> None:
        log = self._text.text() if self._text is not None else ""
        self._mute = None
        self._ready.append(junit_case.with_log(mute, log, self._limits))

    def _open_property(self, _name: str, attributes: Attributes) -> None:
        if self._problem is not None or self._attributes is None:
            return
        name = attributes.get("name", "").casefold()
        if name not in junit_case.PROPERTIES or (found := self._opened()) is None:
            return
        if value := attributes.get("value"):
            found.say(name, value)
        else:
            found.property = name
            self._collect(text.Head(self._limits.name))

    def _close_property(self) -> None:
        if self._found is not None and self._found.property and isinstance(self._text, text.Head):
            self._found.say(self._found.property, self._text.text())
            self._found.property = ""
            self._collect(None)

    def _open_attachment(self, _name: str, attributes: Attributes) -> None:
        if self._problem is None and self._opened():
            self._collect(text.Head(self._limits.name))
            self._collected(attributes.get("path") or attributes.get("href") or "")

    def _close_attachment(self) -> None:
        if self._found is not None and isinstance(self._text, text.Head) and self._problem is None:
            self._found.attach(self._text.text())
            self._collect(None)

    def _collect(self, into: text.Head | text.Tail | None) -> None:
        self._text = into
        self._parser.CharacterDataHandler = self._collected if into is not None else None

    def _collected(self, piece: str) -> None:
        if self._text is not None:
            self._text.add(piece)


def _why(error: expat.ExpatError) -> str:
    return f"this is no XML: {expat.ErrorString(error.code)}."
