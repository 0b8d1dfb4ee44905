"""Metrics that left their range: which count, in which direction, since when, and how sure that makes."""

from dataclasses import replace

import pytest

from bot.diagnosis.evidence import Alert, Deployment, Evidence, Observed, Series, Span, Window
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.deviations import Deviation, findings
from bot.diagnosis.signals.kinds import Kind, kind_of
from bot.diagnosis.signals.onset import first_seen, onset
from bot.diagnosis.words.clauses import metric_of

MINUTE = Window(0, 60)
CALL = (Span(1, "t", "1", "", "front", "serve", 14), Span(1, "t", "3", "1", "back", "answer", 8))


def _measured(metric, health, now):
    moments = tuple(float(each) for each in range(len(now)))
    return Evidence(
        Observed(Window(30, 60), series=(Series("s", metric, moments, tuple(now)), *_calm("cpu_usage"))),
        (Observed(Window(0, 30), series=(Series("s", metric, moments, tuple(health)), *_calm("cpu_usage"))),),
    )


def _calm(metric):
    return (Series("calm", metric, tuple(range(30)), tuple(1 + each % 3 / 10 for each in range(30))),)


@pytest.mark.parametrize(
    ("metric", "health", "now", "found"),
    [
        ("availability_Average", [100] * 30, [70] * 30, True),
        ("PodSuccessRate(%)", [70] * 30, [100] * 30, False),
        ("errors_total_rate", [9] * 30, [0] * 30, False),
        ("http_5xx_ratio", [0] * 30, [0.3] * 30, True),
        (
            "container_cpu_seconds_total",
            [each * 2.0 for each in range(30)],
            [500 + each * 2.0 for each in range(30)],
            False,
        ),
        (
            "container_cpu_seconds_total",
            [each * 2.0 for each in range(30)],
            [500 + each * 40.0 for each in range(30)],
            True,
        ),
        ("requests_total", [each // 5 * 9.0 for each in range(60)], [each // 5 * 9.0 for each in range(60)], False),
        ("fs_writes_total", [each // 5 * 9.0 for each in range(60)], [each // 5 * 900.0 for each in range(60)], True),
        ("memory_working_set", [100] * 30, [104] * 30, False),
        ("something_nobody_knows", [100] * 30, [900] * 30, True),
    ],
)
def test_a_metric_is_judged_by_its_kind_and_direction(metric, health, now, found):
    assert (rank(_measured(metric, health, now)).answer == "s") is found


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("CpuUsageRate(%)", Kind.CPU),
        ("container-memory-working-set-bytes", Kind.MEMORY),
        ("queue-master_cpu", Kind.CPU),
        ("latency_p99", Kind.LATENCY),
        ("PodSuccessRate(%)", Kind.SUCCESS),
        ("http_5xx_per_sec", Kind.ERRORS),
        ("request_queue_depth", Kind.SATURATION),
        ("container-network-receive-bytes-total", Kind.NETWORK),
        ("container-fs-reads-total", Kind.DISK),
        ("workload", Kind.REQUESTS),
        ("queue-master", Kind.SATURATION),
        ("temperature", Kind.OTHER),
    ],
)
def test_what_a_metric_measures_is_told_by_words_in_its_name(metric, kind):
    assert kind_of(metric, "queue-master") is kind


@pytest.mark.parametrize(("now", "said"), [(0.8143, "81.4 %"), (0.0, "none"), (0.9999, "99.9 %"), (0.0001, "0.1 %")])
def test_which_share_of_requests_succeeds_is_told_in_words(now, said):
    one = Deviation(Series("payments", "success_rate", (0.0,), (now,)), Kind.SUCCESS, 1.0, now, -19.0, -19.0)
    [found] = findings([one]).values()
    assert found.words == f"{said} of the requests to payments succeed, all did in health"
    assert metric_of(found) == "share of successful requests"


def test_when_all_are_asked_more_the_first_that_is_asked_comes_first():
    """A surge fills whoever is called as well."""

    def loaded(times):
        moments = tuple(range(30))
        return tuple(
            Series(service, metric, moments, (level,) * 30)
            for service in ("front", "back")
            for metric, level in (("requests_per_sec", 10 * times), ("queue_depth", 1 + 30 * (times > 1)))
        )

    trace = (Span(0, "t", "1", "", "front", "GET /", 9), Span(0, "t", "2", "1", "back", "get", 5))
    made = Evidence(
        Observed(Window(30, 60), trace, series=loaded(4)), (Observed(Window(0, 30), trace, series=loaded(1)),)
    )
    ranking = rank(made)
    assert [one.service for one in ranking.services] == ["front", "back"]


def test_symptoms_from_one_source_are_no_reason_to_be_sure():
    """Whoever waits for another is as slow as that one."""
    ranking = rank(_measured("latency_p99", [10] * 30, [5000] * 30))
    assert (ranking.answer, ranking.confidence) == ("s", "low")


def series(service, metric, values, start=0):
    return Series(service, metric, tuple(start + 10.0 * place for place in range(len(values))), tuple(values))


def test_an_address_gives_way_to_a_service_that_shows_the_same():
    now = (series("db.eu-1.example.com", "latency_p99", [90] * 9), series("store", "latency_p99", [90] * 9))
    health = (series("db.eu-1.example.com", "latency_p99", [9] * 9), series("store", "latency_p99", [9] * 9))
    made = Evidence(
        Observed(MINUTE, series=(*now, series("web", "cpu", [1] * 9))),
        (Observed(MINUTE, series=(*health, series("web", "cpu", [1] * 9))),),
    )
    assert rank(made).services[0].service == "store"


def test_a_metric_that_was_as_far_off_just_before_counts_half():
    def window(level):
        return Observed(MINUTE, series=(series("shop", "cpu", [level] * 6), series("web", "cpu", [10] * 6)))

    alone = rank(Evidence(window(90), (window(10),))).services[0].score
    beside = rank(Evidence(window(90), (window(10), window(90)))).services[0].score
    assert beside == pytest.approx(alone / 2)


def test_where_nothing_stands_out_what_moved_most_comes_first_and_is_no_answer():
    def window(level):
        return Observed(MINUTE, series=(series("a", "cpu", [10] * 6), series("shop", "cpu", [level] * 6)))

    ranking = rank(Evidence(window(12), (window(10),)))
    assert ([one.service for one in ranking.services], ranking.answer) == (["shop", "a"], "")


def test_an_alert_that_is_raised_late_tells_when_it_began():
    late = series("shop", "error_ratio", [0.01, 0.02] * 10 + [0.5] * 10)
    assert onset(Alert("shop", "error_ratio"), [late], 290) == 200
    assert onset(Alert("bank", "error_ratio"), [late], 290) == 290
    assert onset(Alert(), [late], 290) == 290


def test_what_was_deployed_after_it_began_is_late_even_when_it_was_before_the_alert():
    slow = series("shop", "rows_read", [10, 11] * 10 + [200] * 20)
    assert first_seen("shop", [], [slow], 350) == 200
    before, after = (
        series("shop", "rows_read", [10, 11] * 10 + [200] * 15),
        series("shop", "rows_read", [200] * 10, 350),
    )
    made = Evidence(
        Observed(Window(350, 450), series=(after,)),
        (Observed(Window(0, 350), series=(before,)),),
        deployments=(Deployment(320, "shop", commit="c1"),),
    )
    ranking = rank(
        replace(
            made,
            references=(
                Observed(Window(0, 200), series=(series("shop", "rows_read", [10, 11] * 10),)),
                *made.references,
            ),
        )
    )
    assert (ranking.answer, ranking.change, ranking.unchanged) == (
        "shop",
        None,
        "shop c1 came at 00:05:20 UTC, after it was first seen",
    )


def test_what_a_caller_shows_as_well_counts_half_when_the_called_stands_out():
    def window(share):
        measured = tuple(series(each, "error_ratio", [share] * 6) for each in ("back", "front"))
        return Observed(MINUTE, CALL, series=measured)

    first, second = rank(Evidence(window(0.5), (window(0.01),))).services
    assert (first.service, second.service) == ("back", "front")
    assert second.score == pytest.approx(first.score / 2)
