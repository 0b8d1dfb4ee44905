"""The explanation from the numbers alone: what the ranking found, in sentences. Pure.

Names, operations and lines come from outside; whatever is said of them went through `saying.outside`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.diagnosis.blame.changes import Change
from bot.diagnosis.confidence import NOTHING, Confidence
from bot.diagnosis.evidence import Commit
from bot.diagnosis.signals.findings import Layer, Ranked
from bot.diagnosis.signals.health import earliest
from bot.diagnosis.values import Clause, Explanation, Findings
from bot.diagnosis.words.began import began
from bot.diagnosis.words.beside import Beside, apart, beside
from bot.diagnosis.words.clauses import after, because, deployed, looked_at, metric_of, suspected, version
from bot.diagnosis.words.saying import called, clock, listed, outside
from bot.diagnosis.words.steps import next_steps, where_to_look
from bot.diagnosis.words.subject import subject
from bot.redaction import redact

FILES, DIFF = 20, 4_000
"""Files of a suspected commit, and characters of its diff, that are kept. Secrets are looked for in more of it, since
half of one is known by nobody.
"""

BEGINS = {
    Layer.ERRORS: "Errors start in {}",
    Layer.OWN_TIME: "{} itself takes longer than it did",
    Layer.WIRE: "The network to and from {} is slow",
    Layer.CALLS: "{} no longer calls others as it did",
    Layer.LOGS: "{} logs other things than in health",
    Layer.CHANGE: "What {} changed shows in {}",
    Layer.CONTRACT: "Who calls {} breaks on what it answers now",
}
"""Of a service, and of the one that shows it."""


def plainly(findings: Findings) -> Explanation:
    """Never raises, whatever the evidence lacks: then it says that it cannot tell, and why.

    Where somebody asked about a service, of that one first, however much louder another is.
    """
    about = subject(findings)
    if about is None:
        told = _whose(findings)
        return replace(told, moments=_moments(findings, told))
    if about.ranking is None:
        steps = where_to_look(findings, about.clause.evidence) if about.unusual else ()
        told = Explanation("", Confidence.LOW, try_next=steps, missing=_missing(findings), also=apart(findings))
    else:
        told = _whose(replace(findings, ranking=about.ranking))
    return replace(told, subject=about.clause, moments=_moments(findings, told))


def _moments(findings: Findings, told: Explanation) -> tuple[float, ...]:
    """Times that it names outside its statements: when it began, since when anything is known, and when its service was
    deployed.
    """
    came = (each.came for each in deployed(findings, told.service))
    known = (*told.moments, earliest(findings.gathered.evidence.faulty), *came)
    said = " ".join((told.summary, told.unchanged, *told.missing))
    return tuple(dict.fromkeys(at for at in known if clock(at) and clock(at) in said))


def _whose(findings: Findings) -> Explanation:
    missing = _missing(findings)
    first = _suspect(findings)
    if first is None:
        return _cannot_tell(findings, missing)
    sure = _sure(findings, first)
    clauses = because(findings, first)
    if not clauses:
        return _cannot_tell(findings, missing)
    around = beside(findings, first)
    blamed = first.service == findings.ranking.answer
    change = findings.ranking.change if blamed else None
    return Explanation(
        first.service,
        sure,
        clauses,
        around.passing_on,
        around.ruled_out,
        next_steps(findings, first, sure, clauses),
        _harmless(change, findings.gathered.evidence.commits) if change else None,
        _unchanged(findings, first) if blamed else "",
        missing,
        summary=_summary(findings, first, around),
        also=around.also,
        moments=(began(findings.gathered.evidence, first),),
    )


def _harmless(change: Change, commits: Sequence[Commit]) -> Change:
    """Its words are made of a commit's. With what it changes, as far as a person reads it."""
    words, subject = outside(change.words, 200), outside(change.subject, 80)
    files, diff = next(((each.files, each.diff) for each in commits if each.sha == change.commit), ((), ""))
    return replace(
        change,
        words=words,
        subject=subject,
        author=outside(change.author, 40),
        files=tuple(outside(each, 200) for each in files[:FILES]),
        diff=redact(diff[: 4 * DIFF])[:DIFF],
    )


def _suspect(findings: Findings) -> Ranked | None:
    """The first that stands out and may be the answer: what is none of the environment's services may not. Where one
    was asked about and it begins in what may not, nobody else is named instead.
    """
    answer, known = findings.ranking.answer, findings.question.services
    if not answer or (findings.question.subject and known and answer not in known):
        return None
    able = [one for one in findings.ranking.services if not known or one.service in known]
    return able[0] if able and able[0].score >= NOTHING and able[0].findings else None


def _sure(findings: Findings, first: Ranked) -> Confidence:
    """As the ranking, which knows who was slow or away; low where something outside stands out more."""
    return findings.ranking.confidence if first.service == findings.ranking.answer else Confidence.LOW


def _missing(findings: Findings) -> tuple[str, ...]:
    away = [f"{one.name}: {one.trouble}" for one in findings.gathered.asked if one.trouble]
    said = [*away, *(each for each in findings.ranking.remarks if each not in away)]
    return tuple(outside(each, 200) for each in said)


def _cannot_tell(findings: Findings, missing: tuple[str, ...]) -> Explanation:
    why = _why(findings)
    items = looked_at(findings)
    return Explanation(
        "",
        Confidence.LOW,
        (Clause(why, items),) if items else (),
        try_next=where_to_look(findings),
        missing=missing,
        summary=f"Cannot tell, because {why}.",
    )


def _why(findings: Findings) -> str:
    evidence = findings.gathered.evidence
    if not evidence.faulty.sources:
        return "no source holds anything of that time"
    known = {source for of in evidence.references for source in of.sources}
    if not known:
        return "nothing is known of a time in health to compare with"
    if not known & {*evidence.faulty.sources}:
        return f"of a time in health only {listed(sorted(known))} are known, and of the failure they are not"
    if findings.ranking.answer:
        outsider = called(findings.ranking.answer)
        return f"what stands out is {outsider}, which is none of the environment's services"
    told = (each.what for each in findings.question.references if each.what)
    against = findings.gathered.evidence.compared or next(told, "the time in health")
    return f"nothing stands out against {outside(against, 120)}"


def _unchanged(findings: Findings, first: Ranked) -> str:
    """Where commits are not known, nothing speaks for or against what was deployed."""
    out = suspected(findings, first)
    if out and findings.ranking.unchanged:
        return f"what {version(out)} changed is not known"
    return outside(findings.ranking.unchanged, 240)


def _summary(findings: Findings, first: Ranked, around: Beside) -> str:
    """How it comes about, in one sentence."""
    start = began(findings.gathered.evidence, first)
    since = f" since {clock(start)}" if clock(start) else ""
    out = suspected(findings, first)
    one = len(around.passing_on) == 1
    passing = f"; {listed(around.passing_on)} only pass{'es' * one} it on" if around.passing_on else ""
    return f"{_begins(first)}{since}{f', {after(start, out)}' if out else ''}{passing}."


def _begins(first: Ranked) -> str:
    name, strongest = called(first.service), first.findings[0]
    if strongest.layer in BEGINS:
        return BEGINS[strongest.layer].format(name, called((first.shown_by or first).service))
    return f"{metric_of(strongest)} of {name} left its usual range"
