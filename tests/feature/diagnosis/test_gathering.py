"""From telemetry as services send it to evidence that is ranked: the real store, OTLP in."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.diagnosis.asking import Failing
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Window
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.findings import Layer
from bot.diagnosis.sources.gathering import Gathering
from bot.diagnosis.sources.inquiry import AT_ONCE
from bot.diagnosis.sources.piles import LONGEST_MESSAGE, PARTS
from bot.diagnosis.sources.soundings import Limits
from bot.ports.telemetry import Found, Level, LogLine
from tests.support.gathering import BEGAN, START, an_incident, catalog, only, question, sources
from tests.support.incidents import CALLS, SECONDS, Fault
from tests.support.telemetry import gauge

FAULTS = {
    "takes longer itself": (Fault("cart", own=80), Layer.OWN_TIME),
    "answers over a slow network": (Fault("cart", wire=200), Layer.WIRE),
    "fails": (Fault("payment", fails=True), Layer.ERRORS),
    "no longer calls another": (Fault("orders", skips="stock"), Layer.CALLS),
    "says something new": (Fault("stock", says="no stock is known for this"), Layer.LOGS),
}


async def gathered(telemetry, incident, asked=None, *, named=None, **how):
    await telemetry.spans(*incident.spans)
    await telemetry.lines(*incident.lines, environment="integration")
    known = named or catalog()
    return await Gathering(only(telemetry.stored), lambda: known, **how)(asked or question())


@pytest.mark.parametrize("what", FAULTS)
async def test_what_services_send_leads_to_the_one_at_fault(telemetry, what):
    fault, layer = FAULTS[what]
    found = await gathered(telemetry, an_incident(fault))
    ranking = rank(found.evidence)
    assert (ranking.answer, ranking.services[0].findings[0].layer) == (fault.service, layer), ranking.words


async def test_every_item_has_a_moment_a_service_an_id_of_its_own_and_a_page(telemetry):
    found = await gathered(telemetry, an_incident(Fault("payment", fails=True)))
    faulty = found.evidence.faulty
    assert set(found.evidence.services) == set(CALLS)
    assert faulty.sources == ("traces", "logs", "metrics")
    for items in (faulty.spans, faulty.lines, faulty.series):
        assert {item.service for item in items} == set(CALLS)
        assert all(item.item.link.startswith("http") and item.item.time > 0 for item in items)
    spans, lines = ({item.item.id for item in items} for items in (faulty.spans, faulty.lines))
    assert (len(spans), len(lines)) == (len(faulty.spans), len(faulty.lines))


async def test_what_a_service_uses_up_is_evidence_with_its_unit_and_page(telemetry):
    for second in range(0, 2 * int(SECONDS), 10):
        memory = 80e6 if second < SECONDS else 410e6
        told = gauge("process.memory.usage", "By", datetime.fromtimestamp(START + second, UTC), {"": memory})
        await telemetry.metrics("cart", told, environment="integration")
    found = await gathered(telemetry, an_incident(Fault()), question(services=("cart", "batch")))
    first = rank(found.evidence).services[0]
    assert first.findings[0].words.startswith("memory of cart went from 80 to 410 MB, ")
    (item,) = first.findings[0].evidence
    assert (item.id, item.link.endswith("#resources")) == ("metric:cart/process.memory.usage", True)


async def test_each_window_holds_its_own(telemetry):
    incident = an_incident(Fault("payment", fails=True))
    found = await gathered(telemetry, incident)
    (healthy,) = found.evidence.references
    assert (len(healthy.spans), len(found.evidence.faulty.spans)) == (
        len(incident.healthy.spans),
        len(incident.faulty.spans),
    )
    assert (healthy.lines_seen, len(healthy.lines)) == (len(incident.healthy.lines),) * 2


async def test_what_was_not_there_before_is_compared_with_nothing(telemetry):
    incident = an_incident(Fault("payment", fails=True))
    alone = replace(incident, healthy=replace(incident.healthy, spans=(), lines=()))
    found = await gathered(telemetry, alone)
    ranking = rank(found.evidence)
    assert [of.sources for of in found.evidence.references] == [()]
    assert ranking.confidence is Confidence.LOW
    assert [each for each in ranking.remarks if each.startswith("nothing to compare with before ")]
    told = [one.words for service in ranking.services for one in service.findings]
    assert not [each for each in told if "went from 0 " in each or "none of 0" in each]


async def test_sources_are_named_with_what_they_had_and_how_long_they_took(telemetry):
    found = await gathered(telemetry, an_incident(Fault()))
    told = {each.kind: each for each in found.asked}
    assert set(told) == {"traces", "logs", "metrics"}
    assert all(each.items > 0 and each.seconds > 0 and not each.trouble for each in told.values())


async def test_services_are_called_as_in_the_catalog(telemetry):
    named = {"payment": "<!here> *pay*", "cart": "shop-cart"}
    known = catalog({name: {"otel": f'"{alias}"'} for name, alias in named.items()})
    found = await gathered(telemetry, an_incident(Fault("payment", fails=True), names=named), named=known)
    assert rank(found.evidence).answer == "payment"
    assert {span.service for span in found.evidence.faulty.spans} == set(CALLS)


async def test_who_is_not_asked_about_is_passed_over_and_what_is_below_stays_below(telemetry):
    among = tuple(name for name in CALLS if name != "orders")
    found = await gathered(telemetry, an_incident(Fault("payment", fails=True)), question(services=among))
    ranking = rank(found.evidence)
    assert ranking.answer == "payment"
    assert {one.service for one in ranking.services} == set(among)
    parents = {(span.trace_id, span.span_id): span.service for span in found.evidence.faulty.spans}
    payments = [span for span in found.evidence.faulty.spans if span.service == "payment"]
    assert {parents[span.trace_id, span.parent_id] for span in payments} == {"web"}


async def test_clocks_may_differ_by_seconds(telemetry):
    skew = {"payment": 3.0, "stock": -4.0}
    incident = an_incident(Fault("payment", fails=True), skew=skew)
    found = await gathered(telemetry, incident)
    assert rank(found.evidence).answer == "payment"
    every = Counter(span.trace_id for span in incident.spans)
    read = [Counter(span.trace_id for span in of.spans) for of in (found.evidence.faulty, *found.evidence.references)]
    assert read[0] + read[1] == every
    assert not read[0].keys() & read[1].keys()


async def test_a_trace_that_is_pointed_at_is_there_whenever_it_was(telemetry):
    incident = an_incident(Fault("payment", fails=True))
    earlier = incident.spans[0].trace_id
    failing = (Failing("a test", "it failed", earlier),)
    found = await gathered(telemetry, incident, question(failing=failing, traces=("f" * 32,)))
    assert found.evidence.pointed == ("f" * 32, earlier)
    assert earlier in {span.trace_id for span in found.evidence.faulty.spans}
    assert earlier not in {span.trace_id for span in found.evidence.references[0].spans}


async def test_traces_that_are_pointed_at_do_not_fill_more_than_all_the_room(telemetry):
    incident = an_incident(Fault("payment", fails=True))
    traces = tuple(dict.fromkeys(span.trace_id for span in incident.spans))[:30]
    found = await gathered(telemetry, incident, question(traces=traces), limits=Limits(spans=60))
    longest = max(Counter(span.trace_id for span in incident.spans).values())
    assert longest <= len(found.evidence.faulty.spans) <= 30 + AT_ONCE * longest
    assert any("spans since it began" in remark for remark in found.evidence.remarks)


async def test_of_more_than_fits_whole_traces_of_all_of_the_time_are_read(telemetry):
    incident = an_incident(Fault("payment", fails=True))
    found = await gathered(telemetry, incident, limits=Limits(spans=830, lines=100))
    faulty = found.evidence.faulty
    assert 100 < len(faulty.spans) <= 415
    assert len(faulty.lines) <= 50
    assert faulty.lines_seen == pytest.approx(len(incident.faulty.lines), rel=0.3)
    every = Counter(span.trace_id for span in incident.spans)
    assert all(count == every[trace] for trace, count in Counter(span.trace_id for span in faulty.spans).items())
    moments = [span.time for span in faulty.spans]
    assert min(moments) < BEGAN + SECONDS / 4 < BEGAN + SECONDS * 3 / 4 < max(moments)
    assert any("lines" in remark for remark in found.evidence.remarks)
    assert rank(found.evidence).answer == "payment"


@pytest.mark.parametrize("faulty", [Window(START - 5_000, START - 4_000), Window(BEGAN, BEGAN)])
async def test_nothing_in_the_window_is_no_answer(telemetry, faulty):
    found = await gathered(telemetry, an_incident(Fault()), question(faulty=faulty))
    assert (found.evidence.faulty.spans, found.evidence.faulty.lines, rank(found.evidence).answer) == ((), (), "")


async def test_without_any_source_there_is_nothing_to_say():
    found = await Gathering(sources(), catalog)(question())
    assert found.asked == ()
    assert rank(found.evidence).answer == ""


async def test_circles_and_missing_spans_are_no_trouble(telemetry):
    incident = an_incident(Fault("payment", fails=True))
    spans = [span for place, span in enumerate(incident.spans) if place % 9]
    first, second = spans[0], spans[1]
    spans[0], spans[1] = replace(first, parent_id=second.span_id), replace(second, parent_id=first.span_id)
    await telemetry.spans(*spans)
    found = await Gathering(only(telemetry.stored), catalog)(question(services=("web", "payment")))
    assert rank(found.evidence).answer == "payment"


async def test_what_ran_otherwise_in_health_comes_along(telemetry):
    reference = replace(question().references[0], differing=("cart",))
    found = await gathered(telemetry, an_incident(Fault("cart", own=80)), question(references=(reference,)))
    assert found.evidence.changed == ("cart",)


class Endless:
    """A source of logs, a million of them in each second: it always has more."""

    def __init__(self):
        self.asked = 0

    async def logs(self, query):
        self.asked += 1
        step = timedelta(microseconds=1)
        lines = (
            LogLine(query.window.end - n * step, "cart", Level.INFO, "x" * 5_000) for n in range(1, query.limit + 1)
        )
        return Found(tuple(lines), more=True)

    def logs_link(self, query):
        return f"https://logs.example.com/{query.window.start:%H%M%S}"


async def test_of_millions_of_lines_a_sample_of_all_parts_is_held_and_how_many_there_are_is_said():
    endless = Endless()
    found = await Gathering(sources([("Endless", endless)]), catalog, limits=Limits(lines=20_000))(question())
    faulty = found.evidence.faulty
    assert endless.asked == 2 * PARTS
    assert 9_900 < len(faulty.lines) <= 10_000
    assert max(len(line.message) for line in faulty.lines) <= LONGEST_MESSAGE
    assert faulty.lines_seen > 100 * len(faulty.lines)
    assert "Endless has about" in found.evidence.remarks[0]
