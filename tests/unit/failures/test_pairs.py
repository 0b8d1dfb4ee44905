"""One cause in differing words, and like words of different causes: in the shapes of many languages and tools."""

import pytest

from bot.failures.grouping import group
from tests.support.messages.alike import ONE_CAUSE
from tests.support.messages.alike_in_tools import ONE_CAUSE_IN_TOOLS
from tests.support.messages.unlike import DIFFERENT_CAUSES

ALIKE = ONE_CAUSE | ONE_CAUSE_IN_TOOLS


@pytest.mark.parametrize("name", ALIKE)
def test_one_cause_in_differing_words_is_one_group(name):
    found = group(ALIKE[name])
    assert len(found) == 1, [each.fingerprints for each in found]


@pytest.mark.parametrize("name", DIFFERENT_CAUSES)
def test_like_words_of_different_causes_are_as_many_groups(name):
    found = group(DIFFERENT_CAUSES[name])
    assert len(found) == len(DIFFERENT_CAUSES[name]), [each.fingerprints for each in found]
