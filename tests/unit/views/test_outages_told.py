"""What people read when a service dies, and when it is well again."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.notices.facts import OutageFacts
from bot.notices.model import ServicesDown, ServicesUp
from handlers.views.render import render
from tests.unit.views.deployed import NOON
from tests.unit.views.test_words import read

PAYMENTS = OutageFacts("integration", "payments", "1.5.0", NOON, "it answers 503: <!channel>")


def test_one_service():
    assert read(render(ServicesDown((PAYMENTS,), holds=True))) == snapshot(
        [
            ":red_circle: *payments* 1.5.0 in *integration* is not answering well, since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>: it answers 503: &lt;!channel&gt;",
            "[What was deployed: history integration/payments]",
            "You hold what it is about: whoever tests there now sees it fail.",
        ]
    )
    assert read(render(ServicesUp((replace(PAYMENTS, detail=""),)))) == snapshot(
        [
            ":large_green_circle: *payments* 1.5.0 in *integration* is well again, since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>"
        ]
    )


def test_several_at_once_are_one_message():
    both = (PAYMENTS, replace(PAYMENTS, service="orders", version="", detail=""))
    assert read(render(ServicesDown(both))) == snapshot(
        [
            """\
:red_circle: 2 services are not answering well
• *payments* 1.5.0 in *integration*, since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>: it answers 503: &lt;!channel&gt;
• *orders* in *integration*, since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC>\
""",
            "[What runs where: where]",
            "Nobody holds it, so its owners are told.",
        ]
    )
    assert render(ServicesUp(both)).text == snapshot(":large_green_circle: 2 services are well again")
