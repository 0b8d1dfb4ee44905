"""Which of several diagnoses of the same cause of a case holds: the newest that says something. Pure.

What a person has found right gives way to nothing that nobody has: their word weighs more than any evidence.
Another run that meets the cause is another question, and so is what a person asks of it: each is a message of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.diagnosis.model import is_right
from bot.diagnosis.values import Diagnosis, Stage


def alike(one: Diagnosis, known: Iterable[Diagnosis]) -> list[Diagnosis]:
    """Those that others see as well, in the order of `known`."""
    about = (one.question.case, one.question.cause)
    return [each for each in known if (each.question.case, each.question.cause) == about and not each.private]


def replaced(known: Sequence[Diagnosis]) -> Iterator[tuple[Diagnosis, str]]:
    """Each with the id of the one that holds instead, empty where it holds itself. known: alike, the oldest first.

    One that names nobody replaces none that names a service: that a later run left less behind takes nothing back.
    """
    for number, old in enumerate(known):
        later = (each.id for each in reversed(known[number + 1 :]) if _replaces(each, old))
        yield old, next(later, "")


def holding(known: Sequence[Diagnosis]) -> Diagnosis | None:
    """The one to which its case points. known: alike, the oldest first. None where none names a service."""
    named = [each for each in reversed(known) if each.service]
    return next((each for each in named if is_right(each)), next(iter(named), None))


def _replaces(new: Diagnosis, old: Diagnosis) -> bool:
    if new.stage is not Stage.DONE or old.stage is Stage.ASKING or (is_right(old) and not is_right(new)):
        return False
    return bool(new.service or not old.service)
