"""Which words of a message say what went wrong, and whether they say it wherever they occur. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

_COMMON = frozenset(
    (  # noqa: SIM905 - a page of quotes would be no clearer
        "a about above actual address after again all already also although always an and another any are as assert "
        "asserted assertion assertions at attempt attempts attribute be because been before being below between "
        "body bool boolean bounds but by call called calls can cannot case cases caught cause caused check class "
        "client code compare compared comparison condition contain contains content context could current data deep "
        "defined dereference dict did didn differ difference differences different do does doesn done double during "
        "each either element elements empty end equal equality equals error errors evaluate evaluates event exceeded "
        "except exception exceptions exit exited expect expectation expected expecting expects expr fail failed "
        "failing failure failures false falsy field fields find first float following for found from full function "
        "get given got greater had handle has have having hidden how http https id if in index inner input instance "
        "int integer internal into invalid invoke is isn it item items its json key keys last least left len length "
        "less like line lines list local locator log long loosely main match matched matcher matches matching max "
        "maximum may memory message messages method min minimum more most must name names never new nil no none "
        "nonetype not nothing null number object objects of off on one only open operation optional or other out "
        "output over own page panic pending pointer possible promise properties property raise raised range reached "
        "read reading received refers reported request requests resolved responded response responses result "
        "results retried retries retry retrying return returned returning returns right runtime same second seconds "
        "see segmentation server set should signal size some state status status_code step still str strictly "
        "string strings success such test tests text than that the their them then there these they thing this "
        "those threw throw thrown time timed timeout timeouts times to tobe tobefalsy tobetruthy tobevisible "
        "tocontain todeepequal toequal tohavelength tohavetext tomatch too tostrictequal true truthy try trying "
        "tuple type types undefined unexpected unhandled unknown unless until up use used value values variable "
        "violation visible wait waited waiting want wanted was wasn we were what when where whether which while "
        "will with within without would wrong you your "
    ).split()
)
"""Words of frameworks and of English, which occur in messages of any cause."""

ENOUGH_FOR_A_WAIT = 4
"""Weight from which what was waited for in vain is named, whatever is compared in it."""

SHORTEST = 3
"""Letters of a word that may say something."""

ENOUGH = 2
ENOUGH_AS_ASSERTED = 3
"""Weight from which words of one test are those of another: a word too many for a coincidence."""

_WORD = re.compile(r"[A-Za-z_][\w.$-]*[\w$]|[A-Za-z]")
_PLACEHOLDER = re.compile(r"<[a-z]{1,12}\d{0,3}>")
_QUOTED = re.compile(r"(?<!\w)'([^']{1,60})'(?!\w)|\"([^\"]{1,60})\"|`([^`]{1,60})`")
_SHAPED = re.compile(r"[a-z0-9][A-Z]|\w_\w|\w\.\w|\d|\w/\w|^[A-Z]{2,}$|\$|<>")
_TOKEN = re.compile(r"'[^']{1,60}'|\"[^\"]{1,60}\"|`[^`]{1,60}`|[\w$][\w$./:@-]*(?:<>[\w$./:@-]*)*")
_WELL = re.compile(r"2\d\d")
"""What was hoped for tells no causes apart; what came instead does."""

_ASSERTING = re.compile(r"assert|expectation|comparison|^Failed$|^JestAssertion|Mismatch|TestFailed", re.IGNORECASE)
_COMPARES = re.compile(
    r"\bassert\b|\bexpect(?:ed|ing|s)?\b|\breceived\b|\bactual\b|\bbut was\b|\bbut got\b|\bgot\b.*\bwant"
    r"|\bto (?:be|equal|have|contain|match)\b|\bnot equal\b|\bshould (?:be|equal|have)\b"
    r"|[!=]==?|\bdoes not match\b|\bdiffer\b|==>",
    re.IGNORECASE,
)
_ERROR_WITHIN = re.compile(r"\w[A-Za-z]{2,}(?:Error|Exception)\b|Traceback|panic:|\b(?:ORA|SQLSTATE|E)[-\[]?\d{2,}")
_ANSWER = re.compile(r"\b[45]\d\d\b")
_ADDRESS = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD)\b|https?://|(?<!\w)/[a-z][\w-]*(?:/[\w<>{}:-]+)+")
_LOOKED_FOR = re.compile(r"getBy\w+\(|locator\(|waiting for|find element|\bselector\b", re.IGNORECASE)
_VALUES_SHOWN = re.compile(
    r"Received (?:string|value|array|number|object)|Received: +(?:\"|<n|\d)|Expected string", re.IGNORECASE
)


@lru_cache(maxsize=8_192)
def weight(line: str) -> int:
    """How much a line says: 1 for each word that is not common, 1 more for a name, a code or a quoted word."""
    bare = _PLACEHOLDER.sub(" ", line)
    words = {word for word in _WORD.findall(bare) if _is_rare(word)}
    quoted = {found for each in _QUOTED.findall(bare) for found in each if _is_rare(found)}
    return len(words) + sum(map(_is_shaped, words)) + len(quoted)


def _is_rare(word: str) -> bool:
    return len(word) >= SHORTEST and word.lower() not in _COMMON


def _is_shaped(word: str) -> bool:
    """As names and codes are written, and words are not."""
    return not (word.isalpha() and word.islower()) and _SHAPED.search(word) is not None


@lru_cache(maxsize=8_192)
def telling(line: str) -> frozenset[str]:
    """The words two lines must share to be of one cause however much else they share: names, codes, paths,
    what is quoted.
    """
    tokens = _TOKEN.findall(_PLACEHOLDER.sub("<>", line))
    named = (token for token in tokens if token[0] in "'\"`" or _is_shaped(token))
    return frozenset(token for token in named if not _WELL.fullmatch(token.rstrip(".:")))


@lru_cache(maxsize=8_192)
def speaks_for_itself(error_class: str, line: str) -> bool:
    """It names its cause so well that the same words of another test mean the same cause.

    A comparison does not, since the same values are compared in many places, unless it quotes the error or the answer
    of a service.
    """
    if _compares(error_class, line) and not _quotes_evidence(line):
        return False
    return weight(line) >= ENOUGH


def asserts(error_class: str) -> bool:
    """A test found it: what it compared was not as it should be, or what it waited for did not come."""
    return "Timeout" in error_class or _ASSERTING.search(error_class) is not None


def _compares(error_class: str, line: str) -> bool:
    if "Timeout" in error_class and weight(line) >= ENOUGH_FOR_A_WAIT:
        return False
    return bool(_COMPARES.search(line)) or (bool(_ASSERTING.search(error_class)) and weight(line) < ENOUGH_AS_ASSERTED)


def _quotes_evidence(line: str) -> bool:
    if _ERROR_WITHIN.search(line) or (_ANSWER.search(line) and _ADDRESS.search(line)):
        return True
    return bool(_LOOKED_FOR.search(line)) and not _VALUES_SHOWN.search(line)
