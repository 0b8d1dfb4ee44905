"""What people must be told of diagnoses: whose service it is, why, and what came of saying so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """One statement, in words from outside. kind: trace, logs, rates, deployment, commit; url: the first item of its
    evidence, empty where that has no page. items: how many it rests on. moments: the times, aware UTC, that stand in
    its words as `12:03:40 UTC` and are ours. aside: it stands on the page of all evidence alone.
    """

    words: str
    kind: str = ""
    url: str = ""
    items: int = 1
    moments: tuple[datetime, ...] = ()
    aside: bool = False


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """A source. kind: logs, traces, metrics. trouble: why it did not answer, or not all of it; empty when it did."""

    name: str
    kind: str
    items: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class JudgedFacts:
    """What a person said of it. service: the one it was instead, empty where they do not know."""

    right: bool
    by: str
    service: str = ""


@dataclass(frozen=True, slots=True)
class TakenBackFacts:
    """said: what a person had said of it, until `by` took it back."""

    by: str
    said: JudgedFacts


@dataclass(frozen=True, slots=True)
class RememberedFacts:
    """What a person said of the same cause the last time. service: that it was; empty: it was not `wrong`. at: when,
    aware UTC; they may have taken it back since it was read.
    """

    by: str
    service: str = ""
    wrong: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """A diagnosis as a reader sees it. Times are aware UTC.

    named: what was asked about. start, end: of the time that is looked at. stage: asking, done, failed. doing: what is
    looked at while it is asked. why: it failed. service: the answer, empty where nobody can tell. confidence: high,
    medium, low. right, of: how often such answers were right here, of those judged; sure: often enough for "high" to
    be said. seconds: from the question to the answer. author: the model that wrote it, empty where it comes from the
    numbers alone; remark: why it does. services: that it may have been instead. case_id: of the case that it is about.
    in_thread: it stands in the thread of that. moments: that `unchanged` and `missing` name. subject: of the service
    that was asked about, if one was: what is unusual of it, and where that begins; also: what else stands out then.
    page_url: where all evidence stands. replaced: a newer one of the same cause holds instead; newer_url: its page.
    way_back: the service that may be rolled back because of it. summed: `summary`, where a model wrote it. change: the
    one that is suspected, in words; unchanged: why none is.
    """

    diagnosis_id: str
    environment: str
    named: str
    start: datetime
    end: datetime
    stage: str
    doing: str = ""
    why: str = ""
    service: str = ""
    confidence: str = ""
    right: int = 0
    of: int = 0
    sure: bool = False
    summary: str = ""
    summed: ClauseFacts | None = None
    because: tuple[ClauseFacts, ...] = ()
    passing_on: tuple[str, ...] = ()
    ruled_out: tuple[ClauseFacts, ...] = ()
    try_next: tuple[ClauseFacts, ...] = ()
    change: ClauseFacts | None = None
    unchanged: str = ""
    moments: tuple[datetime, ...] = ()
    subject: ClauseFacts | None = None
    also: tuple[ClauseFacts, ...] = ()
    against: str = ""
    missing: tuple[str, ...] = ()
    asked: tuple[AskedFacts, ...] = ()
    seconds: float = 0.0
    author: str = ""
    remark: str = ""
    judged: JudgedFacts | None = None
    services: tuple[str, ...] = ()
    case_id: str = ""
    in_thread: bool = False
    page_url: str = ""
    replaced: bool = False
    newer_url: str = ""
    way_back: str = ""
    taken_back: TakenBackFacts | None = None
    remembered: RememberedFacts | None = None


@dataclass(frozen=True, slots=True)
class DiagnosisCard:
    """Its one message in a place, edited in place: in the thread of its case, to whoever asked, or where it was shared.

    private: only whoever asked sees it. channel: where it may be shown to others, what is of a case in its thread
    there; empty where nowhere.
    """

    diagnosis: DiagnosisFacts
    private: bool = False
    channel: str = ""


@dataclass(frozen=True, slots=True)
class DiagnosisLine:
    """A reply in the thread of its case, for people and groups who look after the service. called: the evidence surely
    points there. wrong: a person says that it does not. undone: that was taken back.
    replaced: a newer diagnosis points to another one.
    """

    diagnosis: DiagnosisFacts
    how: Literal["called", "wrong", "undone", "replaced"]
    people: tuple[str, ...]
    by: str = ""


DiagnosisNotice = DiagnosisCard | DiagnosisLine
