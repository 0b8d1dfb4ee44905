"""What a model may look up: only reading, only of what was gathered. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.diagnosis.evidence import Evidence, Item, Line, Series, Span
from bot.diagnosis.narration.telling import Shown, data, masked
from bot.diagnosis.signals.findings import quantile
from bot.diagnosis.words.saying import called, clock, number
from bot.ports.model import Tool, ToolCall, ToolResult
from bot.redaction import redact

LONGEST, LINES, SPANS = 6_000, 25, 60
"""Characters, templates and spans of one answer."""

WIDEST = 600.0
"""Seconds around an item."""

DIFF = 4_000
DEEPEST = 12
READ = 5_000
"""Lines of either window that are looked at."""


class Unknown(Exception):
    """What was asked for is not there."""


def _object(**properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_ID = {"type": "string", "description": "An evidence id such as E3."}
TOOLS = (
    Tool(
        "logs_around",
        "Lines of the same service around an item, as templates with counts, during the failure and in health.",
        _object(evidence=_ID, seconds={"type": "integer", "description": "Before and after it, 10 to 600."}),
    ),
    Tool("trace", "All spans of the trace that an item belongs to, as a tree.", _object(evidence=_ID)),
    Tool(
        "metrics",
        "Every metric of the service of an item: low, median and high, during the failure and in health.",
        _object(evidence=_ID),
    ),
    Tool("diff", "The diff of a commit that was shown.", _object(evidence=_ID)),
)


@dataclass(frozen=True, slots=True)
class Drill:
    """Answers calls from the evidence; what it shows gets ids in `shown`."""

    evidence: Evidence
    shown: Shown

    def answer(self, call: ToolCall) -> ToolResult:
        """Never raises: what is wrong with a call is its result."""
        known: Mapping[str, Callable[[tuple[Item, ...], Mapping[str, Any]], Iterator[str]]] = {
            "logs_around": self._logs,
            "trace": self._trace,
            "metrics": self._metrics,
            "diff": self._diff,
        }
        if call.name not in known:
            return ToolResult(call.id, f"There is no such tool. There are {', '.join(known)}.", failed=True)
        items = self.shown.items.get(str(call.arguments.get("evidence", "")))
        if not items:
            return ToolResult(call.id, "No evidence was shown under that id.", failed=True)
        try:
            text = "\n".join(known[call.name](items, call.arguments))
        except Unknown as nothing:
            return ToolResult(call.id, str(nothing), failed=True)
        return ToolResult(call.id, _whole_lines(text) or "Nothing of that is there.")

    def about(self, call: ToolCall) -> str:
        """For a person who waits: what it looks at."""
        items = self.shown.items.get(str(call.arguments.get("evidence", "")), ())
        name = called(items[0].service) if items and items[0].service else "the services"
        words = {"logs_around": "the logs of", "trace": "a trace through", "metrics": "the metrics of"}
        return "reads a change" if call.name == "diff" else f"reads {words.get(call.name, 'more of')} {name}"

    def _logs(self, items: tuple[Item, ...], arguments: Mapping[str, Any]) -> Iterator[str]:
        item, asked = items[0], arguments.get("seconds", 60)
        around = float(min(max(asked, 10), WIDEST)) if isinstance(asked, int | float) else 60.0
        now = self.evidence.faulty
        of_it = (line for line in now.lines if line.service == item.service and abs(line.time - item.time) <= around)
        near = list(islice(of_it, READ))
        before = (line for of in self.evidence.references[:1] for line in of.lines if line.service == item.service)
        usual = Counter(masked(line) for line in islice(before, READ))
        yield f"Lines of {data(item.service, 60)} within {around:.0f} s, by template; in health: in all of that window."
        first: dict[str, Line] = {}
        counted = Counter[str]()
        for line in near:
            key = masked(line)
            counted[key] += 1
            first.setdefault(key, line)
        for key, count in counted.most_common(LINES):
            line = first[key]
            said = f"{count} times, in health {usual[key]}, first at {clock(line.time)}"
            yield f"[{self.shown.id(line.item)}] {data(line.level, 10)} {data(key)} {said}"

    def _trace(self, items: tuple[Item, ...], _: Mapping[str, Any]) -> Iterator[str]:
        ids = [item.id.removeprefix("span:").partition("/")[0] for item in items if item.id.startswith("span:")]
        if not ids:
            raise Unknown("That item belongs to no trace.")
        spans = [span for span in self.evidence.faulty.spans if span.trace_id == ids[0]]
        yield from self._tree(sorted(spans, key=lambda span: span.time)[:SPANS])

    def _tree(self, spans: list[Span]) -> Iterator[str]:
        parents = {span.span_id: span.parent_id for span in spans}
        for span in spans:
            status = "failed" if span.failed else "ok"
            what = f"{data(span.service, 60)} {data(span.operation, 80)} {number(span.duration)} ms {status}"
            yield f"{'  ' * _depth(span.span_id, parents)}[{self.shown.id(span.item)}] {what}"

    def _metrics(self, items: tuple[Item, ...], _: Mapping[str, Any]) -> Iterator[str]:
        known = (one for of in self.evidence.references[:1] for one in of.series)
        usual = {one.metric: _range(one) for one in known if one.service == items[0].service and one.values}
        mine = [one for one in self.evidence.faulty.series if one.service == items[0].service and one.values]
        for one in mine[:LINES]:
            health = f", in health {usual[one.metric]}" if one.metric in usual else ""
            yield f"[{self.shown.id(one.item)}] {data(one.metric, 80)} {_range(one)}{health}"

    def _diff(self, items: tuple[Item, ...], _: Mapping[str, Any]) -> Iterator[str]:
        sha = items[0].id.removeprefix("commit:")
        commit = next((each for each in self.evidence.commits if each.sha == sha), None)
        if commit is None or not commit.diff:
            raise Unknown("No diff of that is known.")
        for line in redact(commit.diff[: 4 * DIFF])[:DIFF].splitlines():
            yield data(line, 200)


def _depth(span_id: str, parents: Mapping[str, str]) -> int:
    """Circles end."""
    depth = 0
    while depth < DEEPEST and (span_id := parents.get(span_id, "")) in parents:
        depth += 1
    return depth


def _range(one: Series) -> str:
    ordered = sorted(one.values)
    return " / ".join(number(quantile(ordered, share)) for share in (0.05, 0.5, 0.95))


def _whole_lines(text: str) -> str:
    """No mark is left open."""
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition("\n")[0] + "\n... and more"
