"""Health addresses that lead to a sample shop which does not run are said to, with the way out."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.bootstrap.sample import SampleEnvironment
from bot.catalog import load
from bot.grammar.words import why_taken
from bot.runtime.sample import SampleShop, lies_there, why_absent
from bot.suites.values import SuiteRun
from tests.support.signalbox import SAMPLE


@pytest.fixture(scope="module")
def catalog():
    return load(SAMPLE, why_taken=why_taken)


def test_beside_the_shop_there_is_nothing_to_say(catalog):
    assert why_absent(SAMPLE, catalog, off=False) is None


def test_a_copy_elsewhere_has_addresses_that_lead_nowhere(catalog, tmp_path):
    why = why_absent(tmp_path / "signalbox.yaml", catalog, off=False)
    assert why
    says, fix = why
    assert says.endswith("which runs only beside the sample catalog: its services are shown as down.")
    assert fix.startswith("After `health:`, write the addresses of your own services")


def test_a_shop_that_is_not_wanted_is_down(catalog):
    assert why_absent(SAMPLE, catalog, off=True) == (
        "The sample shop does not run, so its services are shown as down.",
        "Set SIGNALBOX_SAMPLE to auto.",
    )


def test_a_catalog_of_ones_own_is_no_copy(catalog, tmp_path):
    own = tmp_path / "signalbox.yaml"
    own.write_text(
        "environments:\n  integration: { services: [a] }\nservices:\n  a: { health: 'http://a.test/health' }\n"
    )
    assert why_absent(own, load(own, why_taken=why_taken), off=False) is None


def test_an_environment_lies_in_the_shop_when_its_services_have_their_health_there(catalog, tmp_path):
    own = tmp_path / "signalbox.yaml"
    own.write_text(
        "environments:\n  integration: { services: [a] }\nservices:\n  a: { health: 'http://a.test/health' }\n"
    )
    assert lies_there(catalog, "integration")
    assert lies_there(catalog, "Staging-2")
    assert not lies_there(catalog, "production")
    assert not lies_there(load(own, why_taken=why_taken), "integration")


NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "environment", "beside", "stopped"),
    [
        (-1, "integration", True, True),
        (1, "integration", True, False),
        (None, "integration", True, False),
        (-1, "production", True, False),
        (-1, "integration", False, False),
    ],
)
def test_a_run_that_began_before_the_shop_did_has_met_it_stopped(catalog, began, environment, beside, stopped):
    """beside: it is this process that starts the shop."""
    floor: Any = SimpleNamespace(parts=SimpleNamespace(workspace=beside))
    source: Any = SimpleNamespace(current=lambda: catalog)
    sample = SampleEnvironment(floor, source, NOON, SampleShop(SAMPLE.parent, SAMPLE.parent))
    at = None if began is None else NOON + timedelta(seconds=began)
    run = SuiteRun("R1", 418, "checkout-api", environment, "U0ANA", NOON, started_at=at)
    assert bool(sample.interrupted(run)) is stopped
