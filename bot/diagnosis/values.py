"""What a diagnosis says, and what became of it. Frozen values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.diagnosis.asking import Question, Reference
from bot.diagnosis.blame.changes import Change
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Evidence, Item
from bot.diagnosis.ranking import Ranking

DIFFS, RESOURCES = "diffs", "resources"


@dataclass(frozen=True, slots=True)
class Asked:
    """A source that was asked. kind: logs, traces, metrics, resources, diffs. items: how many it had, of both windows.

    trouble: why it did not answer, or not all of it, in words; empty when it did.
    """

    name: str
    kind: str
    items: int = 0
    seconds: float = 0.0
    trouble: str = ""

    @property
    def lacks(self) -> bool:
        """Whether the answer is less sure without it. Of diffs and resources it is not: they only say more of it."""
        return bool(self.trouble) and self.kind not in {DIFFS, RESOURCES}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What all sources together hold of a question, by the catalog's names of services."""

    evidence: Evidence
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement, in words without markup or secrets, and the evidence that it rests on, never empty. further: items
    that it rests on as well and that are not kept. moments: unix seconds of the times in its words, as `saying.clock`
    has them, that are ours: we wrote them, or a model did and its evidence or the time that is looked at has them.
    aside: it is told where all evidence is, and nowhere else: another explains the whole, and this is weaker by far.
    """

    words: str
    evidence: tuple[Item, ...]
    further: int = 0
    moments: tuple[float, ...] = ()
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """What a model cost. tokens: as the vendor counts them. dollars: by the prices in the settings."""

    rounds: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    dollars: float = 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """service: empty when nobody can tell, and then `because` says why. because: the strongest first.

    passing_on: services that only pass on what comes from there. ruled_out: what stands out as well, and why it is not
    that. try_next: what a person may do, the likeliest to help first. change: that is suspected; unchanged: why none
    is, where none is. missing: what was not there to be asked. author: the model that wrote it, empty where it comes
    from the numbers alone; remark: why it does, where a model was to write it.
    """

    service: str
    confidence: Confidence
    because: tuple[Clause, ...] = ()
    passing_on: tuple[str, ...] = ()
    ruled_out: tuple[Clause, ...] = ()
    try_next: tuple[Clause, ...] = ()
    change: Change | None = None
    unchanged: str = ""
    missing: tuple[str, ...] = ()
    author: str = ""
    remark: str = ""
    summary: str = ""
    """One sentence: how the fault comes about."""

    cites: tuple[Item, ...] = ()
    """What that rests on, where a model wrote it."""

    subject: Clause | None = None
    """Of the service that somebody asked about, if one was: what is unusual of it, and where that begins."""

    also: tuple[Clause, ...] = ()
    """Beside a service that was asked about: what stands out in the same minutes, and may be another fault."""

    moments: tuple[float, ...] = ()
    """As of a clause: the times that `unchanged` and `missing` name."""

    against: str = ""
    """One sentence where what else is known of its cause points to another service."""

    spent: Spent = field(default_factory=Spent)


@dataclass(frozen=True, slots=True)
class Findings:
    """All that an explanation may draw on."""

    question: Question
    gathered: Gathered
    ranking: Ranking


class Stage(StrEnum):
    """ASKING: its sources are asked, and the model. DONE: it stands. FAILED: it could not be made; `why` says it."""

    ASKING = "asking"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of it. service: the one it was instead, where it was wrong and they know. moved: its case is
    said to come from another service because of it.
    """

    right: bool
    by: str
    at: datetime
    service: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """said: what a person had said, until `by` took it back."""

    by: str
    said: Judgement


@dataclass(frozen=True, slots=True)
class Standing:
    """How often answers given as surely were right in this environment, of those that people judged, when it was
    given. sure: often enough that the word "high" is said.
    """

    right: int = 0
    of: int = 0
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """ranked: services, the likeliest first, a few. compared: with what, where that is other than the question
    says. seconds: from the question to the answer. by: who asked, a person's Slack id; empty when it was asked
    because a case opened. also: people who asked the same. shared: channels that it was shown in. doing: what is
    looked at, in a few words, while it is ASKING. called: people and groups who were mentioned because of it.
    tries, begun_at: how often it was begun, and when last. private: a person asked it of a case, in whose thread
    and message nothing of it stands until somebody shows it there. replaced_by: the newer one of the same case and
    cause that holds instead. overtaken: its case is over, or something else was deployed of its service since, so
    that nobody goes back because of it. taken_back: what was, where nobody has judged it since. Times are aware UTC.
    revision: rises with each change that a reader may see.
    """

    id: str
    question: Question
    opened_at: datetime
    stage: Stage = Stage.ASKING
    explanation: Explanation | None = None
    ranked: tuple[str, ...] = ()
    compared: tuple[Reference, ...] = ()
    asked: tuple[Asked, ...] = ()
    seconds: float = 0.0
    by: str = ""
    why: str = ""
    judged: Judgement | None = None
    standing: Standing = Standing()
    also: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    doing: str = ""
    called: tuple[str, ...] = ()
    tries: int = 0
    begun_at: datetime | None = None
    private: bool = False
    replaced_by: str = ""
    overtaken: bool = False
    taken_back: TakenBack | None = None
    revision: int = 0

    @property
    def service(self) -> str:
        """The answer; empty where there is none."""
        return self.explanation.service if self.explanation else ""
