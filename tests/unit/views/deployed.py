"""Deployments, and what speaks against them, to be put into words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.deployments.preflight import Preflight, Reason, Why
from bot.deployments.values import Health, Running, Target
from bot.notices.facts import ChangeFacts, DeploymentFacts

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
PAYMENTS = Target("integration", "payments")
RUNS = Running(PAYMENTS, "1.4.2", NOON, "health", Health.UP, by="U0BEN")
FIX = ChangeFacts("9f8e7d6c5b4a39281706f5e4d3c2b1a098765432", "Round fees half up", "U0ANA")
MERGE = ChangeFacts("1234567890abcdef1234567890abcdef12345678", "Merge <!channel> *now*", "Bob <@U0BEN>")
OPEN = DeploymentFacts(
    deployment_id="DABCDEFG2",
    environment="integration",
    service="payments",
    version="1.5.0",
    by="U0ANA",
    stage="open",
    opened=NOON,
    before="1.4.2",
    note="new fees",
    lease_id="L2345678",
    lease_taken=True,
    changes=(FIX, MERGE),
    changed=7,
    compare_url="https://git.example/acme/payments/compare/1.4.2...1.5.0",
)
RUNNING = replace(
    OPEN, stage="running", started=NOON, pipeline_url="https://ci.example/runs/418", pipeline_name="deploy 418"
)
WATCHED = replace(
    RUNNING, stage="succeeded", finished=NOON, watch="watching", watch_until=LATER, seen=("payments answers as 1.5.0",)
)
GOOD = replace(WATCHED, watch="good", settled=LATER, beside=("orders 2.1.0", "inventory 0.9.3"))
RED = replace(WATCHED, watch="red", settled=LATER, why="errors rose from 0.1 % to 7 % of requests")
LINE = "payments@1.5.0 to integration"
HELD = Reason(Why.HELD, ("U0BEN",), LATER, "checkout fix")


def seen(*reasons, ref="1.5.0", **more):
    return Preflight(PAYMENTS, ref, reasons, running=RUNS, affected=("orders", "storefront"), **more)
