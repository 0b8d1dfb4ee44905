"""What commits changed that came around a fault, from fake pipelines to evidence: bounded, and never in the way."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.catalog import parse
from bot.deployments.repositories import Repositories
from bot.diagnosis.evidence import Commit, Deployment
from bot.diagnosis.sources.bringing import DEPLOYMENTS, OF_EACH, near
from bot.diagnosis.sources.gathering import Gathering
from bot.diagnosis.sources.keepers import COMMITS
from bot.errors import IntegrationError
from bot.grammar.words import why_taken
from bot.ports.fake_pipelines import FakePipelines, Trouble
from bot.ports.pipelines import Commit as Told
from bot.ports.pipelines import Diff
from tests.support.gathering import BEGAN, question, sources

REPOSITORY = "acme/payment"
CATALOG = parse(
    f"""
environments:
  integration: {{ services: [payment, orders, web] }}
services:
  payment: {{ deploy: {{ provider: github, repository: {REPOSITORY}, pipeline: deploy.yml }} }}
  orders: {{ deploy: {{ provider: github, repository: {REPOSITORY}, pipeline: deploy.yml }} }}
  web: {{ description: one }}
""".encode(),
    "signalbox.yaml",
    why_taken=why_taken,
)
AT = datetime.fromtimestamp(BEGAN - 600, UTC)
HISTORY = [Told(f"{number:040}", f"take {number}", "Ann", at=AT, url=f"https://c/{number}") for number in range(20)]
DIFFS = {each.hash: Diff((f"{number}.py",), f"-{number}\n+more\n") for number, each in enumerate(HISTORY)}
OUT = Deployment(BEGAN - 60, "payment", "1.5.0", HISTORY[0].hash, "https://d/1", before="1.4.0")


class Silent(FakePipelines):
    """Tells commits, and hangs when it is asked what they changed."""

    async def diff(self, repository, commit, *, limit=0):
        await asyncio.sleep(60)
        return Diff()


@pytest.fixture
def vendor():
    return FakePipelines({REPOSITORY: list(HISTORY)}, {REPOSITORY: {"1.4.0": HISTORY[-1].hash}}, dict(DIFFS))


async def gathered(vendor, asked, *, read=True, **how):
    repositories = Repositories({"github": vendor}.get, lambda: CATALOG) if read else None
    return await Gathering(sources(), lambda: CATALOG, repositories=repositories, **how)(asked)


def brought(count, deployment=OUT):
    return tuple(
        Commit(each.hash, BEGAN - 600, each.subject, deployment=deployment.item.id) for each in HISTORY[:count]
    )


async def test_commits_of_a_deployment_are_told_with_what_they_changed(vendor):
    found = await gathered(vendor, question(deployments=(OUT,), commits=brought(2)))
    first, second = found.evidence.commits
    assert (first.sha, first.files, first.diff, first.deployment) == (
        HISTORY[0].hash,
        ("0.py",),
        "-0\n+more\n",
        OUT.item.id,
    )
    assert second.diff == "-1\n+more\n"
    assert [(each.name, each.kind, each.items, each.trouble) for each in found.asked] == [("GitHub", "diffs", 2, "")]


async def test_where_nobody_said_what_is_new_the_versions_are_compared(vendor):
    found = await gathered(vendor, question(deployments=(OUT,)))
    told = found.evidence.commits
    assert len(told) == len(HISTORY) - 1
    assert [bool(each.diff) for each in told] == [True] * COMMITS + [False] * (len(told) - COMMITS)
    assert (told[0].message, told[0].author, told[0].link, told[0].time) == (
        "take 0",
        "Ann",
        "https://c/0",
        BEGAN - 600,
    )


async def test_one_commit_of_two_services_is_read_once_and_came_with_both(vendor):
    other = Deployment(BEGAN - 50, "orders", "7", before="6")
    asked = question(deployments=(OUT, other), commits=(*brought(1), *brought(1, other)))
    found = await gathered(vendor, asked)
    assert {each.deployment for each in found.evidence.commits if each.diff} == {OUT.item.id, other.item.id}
    assert vendor.calls.count("diff") == 1


@pytest.mark.parametrize(
    ("of", "says"), [("diff", "does not allow"), ("compare", "does not allow")], ids=["no code", "no commits"]
)
async def test_a_vendor_that_says_no_is_named_and_nothing_else_is_less_sure(vendor, of, says):
    vendor.troubles.append(Trouble(IntegrationError(f"GitHub {says} it.", vendor="GitHub", status=403), of=of))
    found = await gathered(vendor, question(deployments=(OUT,), commits=brought(2) if of == "diff" else ()))
    (asked,) = found.asked
    assert (says in asked.trouble, asked.lacks, found.evidence.away) == (True, False, ())
    assert any(says in each for each in found.evidence.remarks)
    assert len(found.evidence.commits) == (2 if of == "diff" else 0)


async def test_a_vendor_that_hangs_is_called_off_at_the_deadline_and_its_commits_stay(vendor):
    hangs = Silent(vendor.history, vendor.refs)
    found = await gathered(hangs, question(deployments=(OUT,)), deadline=0.1)
    assert "after 0.1 seconds" in found.asked[0].trouble
    assert (len(found.evidence.commits), found.evidence.away) == (len(HISTORY) - 1, ())


async def test_where_no_diff_can_be_seen_it_is_said_as_a_right_that_may_be_missing(vendor):
    gone = tuple(Commit("f" * 40, BEGAN - 600, deployment=OUT.item.id) for _ in range(2))
    found = await gathered(vendor, question(deployments=(OUT,), commits=gone))
    assert "There is no ffff" in found.asked[0].trouble


@pytest.mark.parametrize("asked", [{"deployments": (OUT,)}, {"deployments": (Deployment(BEGAN - 60, "web", "2"),)}])
async def test_nobody_is_asked_where_it_is_turned_off_or_nobody_keeps_a_repository(vendor, asked):
    off = OUT in asked["deployments"]
    found = await gathered(vendor, question(**asked), read=not off)
    assert (vendor.calls, found.asked, found.evidence.commits) == ([], (), ())


def test_few_deployments_are_looked_into_those_that_differ_from_health_first():
    services = ("web", "orders", "payment", "cart", "stock")
    came = tuple(Deployment(BEGAN - at, service, str(at)) for at in (10, 20, 30) for service in services)
    late = Deployment(BEGAN + 10**6, "payment", "later")
    asked = question(deployments=(*came, late))
    (reference,) = asked.references
    chosen = near(question(deployments=(*came, late), references=(type(reference)(reference.window, "", ("stock",)),)))
    assert len(chosen) == DEPLOYMENTS
    assert [(each.service, each.version) for each in chosen[:OF_EACH]] == [("stock", "10"), ("stock", "20")]
    assert late not in chosen
    assert max(sum(each.service == name for each in chosen) for name in services) == OF_EACH
