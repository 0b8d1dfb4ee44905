"""Faults of systems that nobody has seen: what a source can show of them is found, and what it cannot is not claimed."""

import pytest

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.ranking import rank
from tests.support.simulated import FAULTS, simulated, well

SYSTEMS = range(3)


@pytest.mark.parametrize("kind", ["cpu", "memory", "disk", "sockets", "exception", "return", "missing"])
def test_with_all_sources_the_service_at_fault_is_the_first_of_two(kind):
    for seed in SYSTEMS:
        evidence, truth = simulated(seed, kind)
        assert truth in [one.service for one in rank(evidence).services[:2]], (kind, seed)


@pytest.mark.parametrize(
    ("kind", "sources"), [("cpu", "m"), ("sockets", "m"), ("exception", "l"), ("return", "l"), ("missing", "t")]
)
def test_one_source_that_shows_it_is_enough(kind, sources):
    found = [rank(evidence).answer == truth for evidence, truth in (simulated(seed, kind, sources) for seed in SYSTEMS)]
    assert sum(found) >= len(found) - 1


@pytest.mark.parametrize("kind", FAULTS)
def test_logs_alone_are_never_enough_to_be_sure(kind):
    assert rank(simulated(1, kind, "l")[0]).confidence is not Confidence.HIGH


@pytest.mark.parametrize("seed", SYSTEMS)
@pytest.mark.parametrize(("slower", "failing"), [(1.0, 0.0), (1.5, 0.04), (1.0, 0.15)])
def test_where_nobody_is_at_fault_nobody_is_named(slower, failing, seed):
    assert rank(well(seed, 120, slower=slower, failing=failing)).answer == ""
