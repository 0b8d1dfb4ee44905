"""Each faulty version of the sample shop, one after the other: deployed, seen, rolled back, well again; then the mended.

It takes the time that it takes: behind `make stories`. STORIES picks some, such as STORIES=payments-1.5.0,catalog-2.4.0.
"""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.stories.stage import Deploying, a_stage
from tests.support.signalbox import ANA, CEM

WANTED = os.environ.get("STORIES", "")
pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not WANTED, reason="takes long: make stories"),
]
LONG, SHORT = 3, 1
"""Minutes: as the sample has it, and where nothing is waited for but the end of the watch."""
LATE = 30
"""Seconds: a look is due every ten, and the message has to arrive."""
SETTLED_IN = 45
"""Seconds of customers before the first deployment: a comparison needs something to compare with."""


@dataclass(frozen=True)
class Fault:
    """says: what must be read in the message (a pattern). red: else a receipt with a doubt."""

    service: str
    version: str
    owner: str
    says: str
    red: bool = True

    @property
    def name(self) -> str:
        return f"{self.service}-{self.version}"


FAULTS = (
    Fault("payments", "1.5.0", ANA, "payments (fails|logs errors of a kind that is new)"),
    Fault(
        "catalog", "2.3.0", CEM, r"(?s)catalog (takes [\d,]+ ms \(p95\) for what took [\d,]+ ms before|does not answer)"
    ),
    Fault("catalog", "2.4.0", CEM, "storefront, which calls it, (fails|logs errors of a kind that is new)"),
    Fault("orders", "2.2.0", ANA, "(orders|storefront, which calls it,) (fails|logs errors of a kind that is new)"),
    Fault("orders", "2.3.0", ANA, "traces break off between orders and inventory and payments", red=False),
    Fault("inventory", "0.9.4", CEM, "(?s)orders, which calls it, .*inventory answered 404 to POST /reservations"),
    Fault("inventory", "0.9.5", CEM, "(?s)inventory logs errors of a kind that is new.*does not add up"),
)
MENDED = (
    ((ANA, "payments", "1.5.1"), (CEM, "catalog", "2.3.1"), (CEM, "inventory", "0.9.6")),
    ((ANA, "orders", "2.2.1"), (ANA, "storefront", "3.2.0")),
    ((ANA, "orders", "2.3.1"), (CEM, "catalog", "2.4.0")),
)
RED = "is in place, and is not well"
WORKS = "works"


def wanted(name: str) -> bool:
    return WANTED == "all" or name in WANTED.split(",")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(browser, tmp_path_factory):
    async with a_stage(tmp_path_factory.mktemp("stories"), browser) as running:
        await asyncio.sleep(SETTLED_IN)
        yield running


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_is_seen_told_and_rolled_back(stage, fault):
    if not wanted(fault.name):
        pytest.skip("not asked for")
    deploying = Deploying(await stage.window(fault.owner), fault.service, fault.version)
    watched = LONG if fault.red else SHORT
    stage.watch_for(watched)
    await deploying.begin()
    verdict = f"{re.escape(fault.version)} in .*{RED if fault.red else WORKS}"
    said, seconds = await deploying.told(verdict, within=watched * 60 + LATE)
    await deploying.picture("4-told")
    print(f"\n{fault.name}: after {seconds:.0f} s: {said}")
    await deploying.pages(verdict)
    stage.watch_for(SHORT)
    await deploying.roll_back(verdict)
    back = f"{re.escape(fault.version)} → {re.escape(deploying.version)} in .*{WORKS}"
    well, seconds = await deploying.told(back, within=SHORT * 60 + LATE)
    await deploying.picture("7-receipt")
    print(f"{fault.name} rolled back: after {seconds:.0f} s: {well}")
    await deploying.at_a_glance()
    assert re.search(fault.says, said)


@pytest.mark.parametrize("together", MENDED, ids=lambda each: "+".join(service for _, service, _ in each))
async def test_mended_versions_end_with_a_receipt(stage, together):
    if not wanted("mended"):
        pytest.skip("not asked for")
    begun = []
    stage.watch_for(LONG)
    for person, service, version in together:
        begun.append(Deploying(await stage.window(person), service, version))
        await begun[-1].begin()
    for each in begun:
        said, seconds = await each.told(f"{re.escape(each.version)} in .*{WORKS}", within=LONG * 60 + LATE)
        print(f"\n{each.service} {each.version}: after {seconds:.0f} s: {said}")
        assert "look at this" not in said
