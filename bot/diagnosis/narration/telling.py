"""What a model is told of a failure: the question, the ranking, the evidence. Pure.

Lines of logs are told as templates, without what differs; secrets are taken out before; whatever came from outside
stands between marks that it cannot close. Evidence has short ids of our own, so that nobody's text is an id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.diagnosis.evidence import Item, Line
from bot.diagnosis.signals.findings import Ranked
from bot.diagnosis.signals.wording import template
from bot.diagnosis.values import Clause, Explanation, Findings
from bot.diagnosis.words.clauses import deployed, version
from bot.diagnosis.words.saying import QUOTED, clock, outside
from bot.redaction import redact

SERVICES, FINDINGS, TESTS, COMMITS = 6, 5, 8, 12
"""How many are told."""

NAMED = 60
"""Services that may be chosen."""


@dataclass(slots=True)
class Shown:
    """What was shown, by the id that it was shown with: E1, E2, ..."""

    items: dict[str, tuple[Item, ...]] = field(default_factory=dict[str, tuple[Item, ...]])
    _known: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])

    def id(self, *items: Item) -> str:
        """Of these together: the same as before, if they were shown before. Empty for nothing."""
        if not items:
            return ""
        key = tuple(item.id for item in items)
        if key not in self._known:
            self._known[key] = f"E{len(self.items) + 1}"
            self.items[self._known[key]] = items
        return self._known[key]


def data(text: str, limit: int = 300) -> str:
    """Of what came from outside: `outside` leaves no angle bracket that could close it."""
    return f"<data>{outside(text, limit)}</data>"


def masked(line: Line) -> str:
    return template(redact(line.message[:4_000]))


def choices(findings: Findings) -> tuple[str, ...]:
    """The services that may be the answer: those in the evidence, and of the environment where that is known."""
    known = findings.question.services
    return tuple(one.service for one in findings.ranking.services if not known or one.service in known)[:NAMED]


def question(findings: Findings, plain: Explanation, shown: Shown) -> str:
    parts = (
        _asked(findings),
        _statistics(plain, shown),
        _found(findings.ranking.services[:SERVICES], shown),
        _told(plain, shown),
        _changes(findings, shown),
        ["Services that may be the answer, by their number:", *_numbered(choices(findings))],
    )
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part)


def _numbered(names: Iterable[str]) -> Iterator[str]:
    return (f"{number}. {data(name, 60)}" for number, name in enumerate(names, 1))


def _asked(findings: Findings) -> Iterator[str]:
    of, window = findings.question, findings.gathered.evidence.faulty.window
    what = "Somebody asks about the service" if of.subject else "What failed:"
    yield f"{what} {data(of.named or of.about.value)} in environment {data(of.environment, 60)}"
    yield f"Since {clock(window.start)}, looked at until {clock(window.end)}."
    parted = findings.gathered.evidence.compared
    for what in [parted] if parted else [each.what for each in of.references[:2]]:
        yield f"Compared with {data(what or 'the time before')}"
    for each in of.failing[:TESTS]:
        yield f"Failing test {data(each.test, 120)} says {data(each.says)}"
    if len(of.failing) > TESTS:
        yield f"... and {len(of.failing) - TESTS} more tests"


def _statistics(plain: Explanation, shown: Shown) -> Iterator[str]:
    if plain.subject:
        yield f"Of the service asked about: [{shown.id(*plain.subject.evidence)}] {data(plain.subject.words)}."
    answer = data(plain.service, 60) if plain.service else "no service"
    yield f"Statistics say: {answer}, confidence {plain.confidence}."
    yield f"Change: {data(plain.change.words if plain.change else plain.unchanged or 'none is known')}"
    yield from (f"Missing: {data(each)}" for each in plain.missing)
    for one in plain.because:
        yield f"[{shown.id(*one.evidence)}] {data(_without_quotes(one.words))}"


def _without_quotes(words: str) -> str:
    """A line that is quoted to people is told as its template."""
    quoted, mark, rest = words[1:].rpartition(QUOTED)
    return f'"{template(quoted)}{mark}{rest}' if mark and words.startswith('"') else words


def _found(ranked: Iterable[Ranked], shown: Shown) -> Iterator[str]:
    yield "What stands out by service, the likeliest first (score 1 is one finding without doubt):"
    for one in ranked:
        if not one.findings:
            continue
        yield f"- {data(one.service, 60)} score {one.score:.2f}"
        for each in one.findings[:FINDINGS]:
            if each.evidence:
                words = data(redact(each.words), 240)
                yield f"  [{shown.id(*each.evidence)}] {each.layer}, strength {each.strength:.2f}: {words}"


def _told(plain: Explanation, shown: Shown) -> Iterator[str]:
    clauses: tuple[Clause, ...] = (*plain.ruled_out, *plain.also, *plain.try_next)
    if clauses:
        yield "Statistics would rule out, or take for another fault, and would try:"
    for one in clauses:
        yield f"[{shown.id(*one.evidence)}] {data(one.words)}"


def _changes(findings: Findings, shown: Shown) -> Iterator[str]:
    evidence = findings.gathered.evidence
    services = {one.service for one in findings.ranking.services[:SERVICES]}
    out = [each for service in sorted(services) for each in deployed(findings, service)[:3]]
    if out or evidence.commits:
        yield "Deployments and commits:"
    for each in sorted(out, key=lambda one: one.time):
        yield f"[{shown.id(each.item)}] deployed {data(version(each))} at {clock(each.came)}"
    for each in evidence.commits[:COMMITS]:
        files = ", ".join(each.files[:6])
        touches = f" touches {data(files)}" if files else ""
        diff = ", its diff can be read" if each.diff else ""
        yield f"[{shown.id(each.item)}] commit {data(each.sha[:12], 40)} {data(each.message)}{touches}{diff}"
