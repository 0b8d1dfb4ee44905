"""Small checks that add up to the shape of a JSON value. Pure.

A check takes a value, its JSON pointer and the list it adds problems to.
A problem is (pointer, sentence), worded as Slack does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

Problems = list[tuple[str, str]]
Check = Callable[[Any, str, Problems], None]


def string(most: int, least: int = 1) -> Check:
    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.append((at, "must be a string"))
        elif len(value) > most:
            problems.append((at, f"must be less than {most + 1} characters"))
        elif len(value.strip() if least else value) < least:
            problems.append((at, f"must be more than {least - 1} characters"))

    return check


def matching(pattern: str, sentence: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            problems.append((at, sentence))

    return check


def flag(value: Any, at: str, problems: Problems) -> None:
    if not isinstance(value, bool):
        problems.append((at, "must be a boolean"))


def anything(_value: Any, _at: str, _problems: Problems) -> None:
    """Whatever is there is as good as anything."""


def integer(least: int, most: int) -> Check:
    def check(value: Any, at: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            problems.append((at, "must be an integer"))
        elif not least <= value <= most:
            problems.append((at, f"must be between {least} and {most}"))

    return check


def one_of(*values: str) -> Check:
    def check(value: Any, at: str, problems: Problems) -> None:
        if value not in values:
            problems.append((at, f"must be a valid enum value ({', '.join(values)})"))

    return check


def list_of(item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.append((at, "must be an array"))
            return
        if len(value) > most:
            problems.append((at, f"no more than {most} items allowed [{len(value)} were given]"))
        if len(value) < least:
            problems.append((at, f"no less than {least} items allowed"))
        for index, each in enumerate(value[:most]):
            item(each, f"{at}/{index}", problems)

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.append((at, "must provide an object"))
            return
        problems.extend((at, f"missing required field: {name}") for name in required if name not in value)
        problems.extend((at, f"invalid additional property: {name}") for name in value if name not in known)
        for name, each in value.items():
            if name in known:
                known[name](each, f"{at}/{name}", problems)

    return check


def typed(kinds: Mapping[str, Check], allowed: Collection[str] | None = None) -> Check:
    """An object whose `type` says which check it must pass."""
    names = kinds if allowed is None else allowed

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.append((at, "must provide an object"))
        elif "type" not in value:
            problems.append((at, "missing required field: type"))
        elif not isinstance(value["type"], str) or value["type"] not in names or value["type"] not in kinds:
            problems.append((f"{at}/type", f"unsupported type: {value['type']}"))
        else:
            kinds[value["type"]](value, at, problems)

    return check


def exactly_one(*names: str) -> Check:
    """Of these keys one is there, and no two."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            problems.append((at, f"must define one of the following fields: {', '.join(names)}"))

    return check


def all_of(*checks: Check) -> Check:
    def check(value: Any, at: str, problems: Problems) -> None:
        for each in checks:
            each(value, at, problems)

    return check
