"""Health addresses that lead to a sample shop which does not run are said to, with the way out."""

import pytest

from bot.catalog import load
from bot.grammar.words import why_taken
from bot.runtime.sample import why_absent
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
