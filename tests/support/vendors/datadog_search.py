"""The search syntax of Datadog, as far as documented (docs.datadoghq.com/logs/explorer/search_syntax): for the server
of the tests, so that what is asked is read as a language and not compared as a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

TOKEN = re.compile(r'\s*(?:([()])|("(?:\\.|[^"\\])*")|((?:\\.|[^\s()"\\])+))')
RESERVED = set('={}[]^!&|;"')


@dataclass
class Thing:
    """fields: by the name that a search has for each. message: what a bare word is looked for in."""

    fields: dict[str, str] = field(default_factory=dict)
    message: str = ""


Test = Callable[[Thing], bool]


class NoSearch(ValueError):
    """It cannot be read."""


def read(text: str) -> Test:
    reader = _Reader(list(_tokens(text)))
    test = reader.either("")
    if reader.tokens:
        raise NoSearch(f"unexpected {reader.tokens[0]}")
    return test


def _tokens(text: str) -> Iterator[str]:
    at, text = 0, text.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise NoSearch(f"cannot read {text[at:]}")
        at = found.end()
        yield found[found.lastindex or 0]


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def either(self, name: str) -> Test:
        tests = [self._all(name)]
        while self.tokens and self.tokens[0] == "OR":
            self.tokens.pop(0)
            tests.append(self._all(name))
        return lambda thing: any(test(thing) for test in tests)

    def _all(self, name: str) -> Test:
        tests: list[Test] = []
        while self.tokens and self.tokens[0] not in {")", "OR"}:
            if self.tokens[0] == "AND":
                self.tokens.pop(0)
            tests.append(self._one(name))
        if not tests:
            raise NoSearch("something is missing")
        return lambda thing: all(test(thing) for test in tests)

    def _one(self, name: str) -> Test:
        token = self.tokens.pop(0)
        if token == "(":
            inner = self.either(name)
            if not self.tokens or self.tokens.pop(0) != ")":
                raise NoSearch("a bracket is open")
            return inner
        if token.startswith("-"):
            raise NoSearch("nobody asks for what is not")
        if not name and not token.startswith('"') and ":" in token:
            field_name, _, value = token.partition(":")
            self.tokens[:0] = [value] if value else []
            return self._one(field_name)
        return _value(name, token)


def _value(name: str, token: str) -> Test:
    if token.startswith('"'):
        text = re.sub(r"\\(.)", r"\1", token[1:-1])
        return lambda thing: thing.fields.get(name) == text if name else text.casefold() in thing.message.casefold()
    if token.startswith(">="):
        return lambda thing: float(thing.fields.get(name, "-1")) >= float(token[2:])
    if RESERVED & set(token):
        raise NoSearch(f"{token} is not escaped")
    if not name:
        return lambda thing: _has_word(thing.message, token.casefold())
    return lambda thing: fnmatchcase(thing.fields.get(name, ""), token)


def _has_word(message: str, pattern: str) -> bool:
    return pattern == "*" or any(fnmatchcase(word, pattern) for word in re.findall(r"\w+", message.casefold()))
