"""What commits of the sample shop changed: what its versions really do otherwise."""

import pytest

from shop.changelog import CHANGELOG
from shop.operator import history, sources

COMMITS = [(name, made) for name, of in CHANGELOG.items() for release in of.values() for made in release.commits]


@pytest.mark.parametrize(("service", "made"), COMMITS, ids=lambda each: getattr(each, "subject", each))
def test_every_commit_changes_code_that_can_be_run(service, made):
    changed = history.diff(service, made.hash(service))
    assert changed is not None
    lines = changed["text"].splitlines()
    assert [line for line in lines[2:] if line.startswith(("+", "-"))]
    assert ("/dev/null" in lines[0]) == (made == COMMITS[[name for name, _ in COMMITS].index(service)][1])


@pytest.mark.parametrize(
    "release", [one for of in CHANGELOG.values() for one in of.values()], ids=lambda one: f"{one.service} {one.version}"
)
def test_the_code_of_a_version_asks_nothing_any_more(release):
    code = sources.source(release.service, release.traits)
    compile(code, release.service, "exec")
    assert "place.does(" not in code


def test_what_a_version_has_besides_does_not_stand_in_it():
    diff = sources.diff("inventory", *(CHANGELOG["inventory"][version].traits for version in ("0.9.4", "0.9.5")))
    gone, came = ([line for line in diff.splitlines() if line.startswith(sign)] for sign in ("-", "+"))
    assert any("def _take(" in line for line in gone)
    assert any("def _take_unlocked(" in line for line in came)
    assert {"-    sold_out = 404", "-    take = _take"} <= set(gone)
