"""Faults that `make mutants` plants go with the code: one that cannot be planted any more would prove nothing."""

from tests.mutants.__main__ import FAULTS
from tests.mutants.stage import misfits


def test_every_fault_can_be_planted():
    assert misfits(FAULTS) == []
