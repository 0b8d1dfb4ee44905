"""What a deployment is looked at with: health, rates, lines, traces and versions that say what a test has them say."""

from collections import Counter, deque
from dataclasses import dataclass, field

from bot.ports.health import Probe
from bot.ports.telemetry import Found, Known, Sources
from bot.telemetry import links


class Surroundings:
    """Health addresses that say what they are told to say."""

    def __init__(self):
        self.said = {}

    async def look(self, url):
        return self.said.get(url, Probe(well=True, version=""))


@dataclass
class Measured:
    """Rates by service: what `rates` gives for each of the coming windows; then the last again."""

    points: dict = field(default_factory=dict)

    async def rates(self, query):
        series = self.points.get(query.service, deque([()]))
        return series.popleft() if len(series) > 1 else series[0]

    def rates_link(self, query):
        return ""


@dataclass
class Logged:
    """Lines of logs and requests, as a source has them."""

    lines: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    async def logs(self, query):
        self.asked.append(query)
        found = [
            line
            for line in self.lines
            if query.window.start <= line.at < query.window.end
            and line.service in query.services
            and line.level >= query.level
        ]
        return Found(tuple(found))

    async def spans(self, query):
        found = (
            span
            for span in self.requests
            if query.window.start <= span.start < query.window.end
            and span.service in query.services
            and span.duration >= query.slower_than
        )
        return Found(tuple(found))

    def logs_link(self, query):
        return links.logs("http://signalbox.test", query)

    def spans_link(self, query):
        return links.spans("http://signalbox.test", query)

    def trace_link(self, trace_id, at):
        return links.trace("http://signalbox.test", trace_id)


class Heard:
    """Versions that services tell in telemetry."""

    def __init__(self):
        self.voices = []

    async def running_versions(self):
        return self.voices


@dataclass
class Traced:
    """pairs: of services between which traces break off, and from when on they do. wrong: traces that failed, by
    service. elsewhere: those that did not get as far as what was deployed. origins: by trace, in which service it went wrong first.
    """

    names = "otel"
    pairs: dict = field(default_factory=dict)
    wrong: dict = field(default_factory=dict)
    elsewhere: set = field(default_factory=set)
    origins: dict = field(default_factory=dict)

    async def failed(self, services, environment, window):
        return tuple(trace for service in services for trace in self.wrong.get(service, ()))

    async def began(self, traces, names, window):
        assert set(self.origins.values()) <= set(names)
        return Counter(self.origins[trace] for trace in traces if trace in self.origins)

    async def passed_by(self, traces, services, window):
        return len(self.elsewhere & set(traces))

    async def broken(self, services, environment, window):
        assert environment == "integration"
        return frozenset(
            pair for pair, since in self.pairs.items() if window.end > since and set(pair) <= set(services)
        )


def sources_of(logged, metrics):
    """All that is sent to this Signalbox, and nothing else."""
    here = {"logs": logged, "traces": logged, "metrics": metrics}
    return Sources(**{kind: (Known("here", "otel", source),) for kind, source in here.items()})
