"""An answer line by line, as it is read: whose it is and how sure, why, what is suspected, what to do, what it is not.

Each line stands alone: whoever stops reading after one has not read half a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.notices.diagnosing import ClauseFacts, DiagnosisFacts
from handlers.kit.mrkdwn import escape, link
from handlers.views.blocks import SECTION_LIMIT
from handlers.views.diagnoses import people
from handlers.views.diagnoses import words as says
from handlers.views.diagnoses.words import NAME_SHOWN

REASONS, RULED_OUT, NEXT, PASSING = 3, 2, 2, 4
ROOM = SECTION_LIMIT - 400
"""Characters of the reasons together, with room left for how many more there are."""


def headline(told: DiagnosisFacts) -> str:
    """Whose it is, and how sure; where nobody can tell, why. First of all the service that somebody asked about."""
    lamp = ":mag:" if told.service else ":grey_question:"
    asked = f"{says.subject(told)}.\n" if told.subject and told.service else ""
    why = "" if told.service else "".join(f", because {each}" for each in _clauses(told.because[:1], told, "because"))
    return f"{lamp} {asked}{says.claim(told)}{why}"


def reasons(told: DiagnosisFacts) -> list[str]:
    """The strongest few, one a line, and how many more stand on the page. What a model sums up comes first: what the
    numbers do says the same as they.
    """
    lines = [f"{says.upper(says.clause(told.summed, told, 'summary-1'))}."] if told.summed else []
    room, first = ROOM - sum(map(len, lines)), 0 if told.service else 1
    numbered = list(enumerate(told.because, 1))[first:]
    main = [(number, each) for number, each in numbered if not each.aside]
    shown: list[str] = []
    for number, each in main[:REASONS]:
        line = f"• {says.clause(each, told, f'because-{number}')}"
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    rest = [*main[len(shown) :], *((number, each) for number, each in numbered if each.aside)]
    return [*lines, *shown, *([_more(len(rest), "reason", told, f"because-{rest[0][0]}")] if rest else [])]


def further(told: DiagnosisFacts) -> list[str]:
    """What comes after the reasons: the change, what else is known of it, what to do, and what it is not."""
    ahead = ", or ".join(_clauses(told.try_next[:NEXT], told, "next"))
    also = "; ".join(_clauses(told.also[:RULED_OUT], told, "also"))
    ruled_out = "; ".join(_ruled_out(told))
    lines = (
        f"*Suspected:* {says.clause(told.change, told, 'change-1')}." if told.change else says.unchanged(told),
        says.against(told),
        people.remembered(told),
        f"*Next:* {ahead}." if ahead else "",
        f"*Not:* {ruled_out}." if ruled_out else "",
        f"*In the same minutes:* {also}." if also else "",
    )
    return [each for each in lines if each]


def only_passing(names: Sequence[str]) -> str:
    """`orders and storefront, which only pass the error on`, of names as they are shown; empty without any."""
    if not names:
        return ""
    shown, rest = names[:PASSING], len(names) - PASSING
    verb = "pass" if len(names) > 1 else "passes"
    return f"{says.several(shown, f'{rest} more' if rest > 0 else '')}, which only {verb} the error on"


def _ruled_out(told: DiagnosisFacts) -> Iterator[str]:
    if told.passing_on:
        yield only_passing([escape(each, NAME_SHOWN) for each in told.passing_on])
    yield from _clauses(told.ruled_out[:RULED_OUT], told, "not")
    if (rest := len(told.ruled_out) - RULED_OUT) > 0:
        yield _paged(f"{rest} more", told, f"not-{RULED_OUT + 1}")


def _clauses(found: Sequence[ClauseFacts], of: DiagnosisFacts, anchor: str) -> list[str]:
    """anchor: of the part of the page that has all of them, in this order."""
    return [says.clause(each, of, f"{anchor}-{number}") for number, each in enumerate(found, 1)]


def _more(count: int, what: str, told: DiagnosisFacts, anchor: str) -> str:
    return _paged(f"… and {count} more {what}{'s' * (count != 1)}", told, anchor)


def _paged(words: str, told: DiagnosisFacts, anchor: str) -> str:
    return link(f"{told.page_url}#{anchor}", words) if told.page_url else words
