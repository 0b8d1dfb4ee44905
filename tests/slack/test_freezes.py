"""Freezes that the catalog declares, as people meet them."""

from datetime import UTC, datetime, timedelta

from integrations.workspace.limits import Limits
from tests.support.signalbox import ANA, BEN, signalbox_here
from tests.support.waiting import eventually

CATALOG = """
workspace: {{announce: "#integration"}}
environments:
  integration: {{services: [payments, orders]{freeze}}}
services: {{payments: {{}}, orders: {{}}}}
people:
  ana: {{slack: U0ANA}}
  ben: {{slack: U0BEN}}
"""
BEGAN = datetime.now(UTC) - timedelta(hours=1)
FROZEN = f", freeze: [{{reason: Test data is restored, from: '{BEGAN.isoformat()}', for: 3h}}]"


async def test_a_freeze_is_obeyed_from_the_start_explains_itself_and_goes_with_its_line(valkey, tmp_path):
    catalog = tmp_path / "signalbox.yaml"
    catalog.write_text(CATALOG.format(freeze=FROZEN), "utf-8")
    async with signalbox_here(tmp_path / "data", valkey.url, limits=Limits().loosened(), catalog=catalog) as signalbox:
        state = signalbox.started.rooms.reservations.cached
        await eventually(lambda: state().freezes)
        answer = await signalbox.type(ANA, "/env integration 1h checkout fix")
        assert "integration is frozen until" in answer
        assert "Test data is restored" in answer
        assert "is yours, shared" in await signalbox.type(BEN, "/env integration/orders shared 1h")
        catalog.write_text(CATALOG.format(freeze=""), "utf-8")
        await eventually(lambda: not state().freezes)
        await signalbox.type(BEN, "/env release")
        await signalbox.told(ANA, "integration")
