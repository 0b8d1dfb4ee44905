"""What `stats` answers: figures in words, and a picture where the chat takes one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.deps import Deps
from bot.errors import IntegrationError
from bot.ports.chat import Message, OutcomeUnknown, RateLimited
from bot.stats.report import Report
from bot.stats.timeline import Timeline
from bot.values import Caller
from handlers.kit.mrkdwn import escape
from handlers.kit.names import hours_of
from handlers.views import stats as views

NO_CHART = "The chart could not be uploaded: {reason} The figures are right without it."


async def stats_answer(target_environment: str | None, period: timedelta, deps: Deps, caller: Caller) -> Message:
    """How one environment, or all of them, were used over the last `period`. Raises NotFound or Unavailable."""
    catalog = deps.catalog()
    named = catalog.environment(target_environment) if target_environment else None
    title = named.name if named else "All environments"
    seen = (named,) if named else tuple(catalog.environments.values())
    hours = await hours_of(caller.person, deps)
    report = await deps.statistics.report(seen, period, hours, title)
    chart, trouble = await _chart(report, deps) if report.figures.leases else (None, "")
    return views.stats(report, named.name if named else "", chart, trouble)


async def _chart(report: Report, deps: Deps) -> tuple[str | None, str]:
    """The id of the uploaded picture; or none, and why."""
    png = await asyncio.to_thread(_drawn, report.timeline)
    try:
        return await deps.pictures.upload_picture(png, name="usage.png", alt=views.alt_text(report)), ""
    except IntegrationError as error:
        return None, NO_CHART.format(reason=escape(error.user_message))
    except (OutcomeUnknown, RateLimited):
        return None, NO_CHART.format(reason="Slack does not take it now.")


def _drawn(timeline: Timeline) -> bytes:
    from handlers.views.chart import draw  # noqa: PLC0415 - Pillow takes a tenth of a second to load, and few starts need it

    return draw(timeline)
