"""A shop in which payments breaks by itself and inventory no longer knows what orders asks it, both in the same minutes."""

from dataclasses import replace

from bot.diagnosis.evidence import Deployment, Evidence, Line, Observed, Span, Window

START, HEALTH = 1_700_000_900.0, 1_700_000_000.0
WELL, BREAKS, UNKNOWN = "well", "breaks", "unknown"
SERVICES = ("storefront", "orders", "inventory", "payments")
OUT = (
    Deployment(START - 40, "payments", "1.5.0", "c0ffee1"),
    Deployment(START - 35, "inventory", "0.9.4", "c0ffee2"),
)


def request(trace, at, how, *, stock_ms=4.0):
    """Spans of one order. stock_ms: milliseconds that inventory takes to answer."""
    made, failed, asked = [], how is not WELL, how is not UNKNOWN

    def add(id, above, service, operation, took, *, fails):
        made.append(Span(at, trace, id, above, service, operation, took, fails))

    add("web", "", "storefront", "POST /checkout", 40.0, fails=failed)
    add("web>orders", "web", "storefront", "POST", 38.0, fails=failed)
    add("orders", "web>orders", "orders", "POST /orders", 36.0, fails=failed)
    add("orders>stock", "orders", "orders", "POST", 8.0, fails=how is UNKNOWN)
    add("stock", "orders>stock", "inventory", "POST /reservations", stock_ms, fails=False)
    if asked:
        add("orders>pay", "orders", "orders", "POST", 12.0, fails=how is BREAKS)
        add("pay", "orders>pay", "payments", "POST /charges", 9.0, fails=how is BREAKS)
    return made


def lines(trace, at, how):
    said = {
        WELL: [],
        BREAKS: [
            ("payments", "ERROR", "KeyError: 'EUR'"),
            ("orders", "ERROR", "payments answered 500 to POST /charges"),
        ],
        UNKNOWN: [
            ("inventory", "WARNING", "no such path: POST /reservations"),
            ("orders", "ERROR", "inventory answered 404 to POST /reservations"),
        ],
    }
    return [Line(at, service, level, words, trace, f"l/{trace}/{service}") for service, level, words in said[how]]


def window(start, hows, *, stock_ms=4.0):
    told = [(f"{start:.0f}-{how}-{place}", start + 2 * place, how) for place, how in enumerate(hows)]
    spans = [span for each in told for span in request(*each, stock_ms=stock_ms)]
    said = [line for each in told for line in lines(*each)]
    return Observed(Window(start, start + 2 * len(hows) + 1), tuple(spans), tuple(said), (), len(said))


def both(how, *, breaks=14, unknown=12, well=14, stock_ms=4.0, **further):
    """Evidence of the question that is about `how`: three of its traces are those of its tests."""
    hows = [each for each, count in ((BREAKS, breaks), (UNKNOWN, unknown), (WELL, well)) for _ in range(count)]
    hows = [*hows[::2], *hows[1::2]]
    faulty = window(START, hows, stock_ms=stock_ms)
    traces = dict.fromkeys(span.trace_id for span in faulty.spans)
    of_this = tuple(trace for trace in traces if f"-{how}-" in trace)[:3]
    made = Evidence(
        faulty,
        (window(HEALTH, [WELL] * 21),),
        deployments=OUT,
        changed=("inventory", "payments"),
        pointed=of_this,
    )
    return replace(made, **further)
