"""Who tells what a diagnosis found: Claude where a key is set, else the numbers alone."""

from __future__ import annotations

from bot.bootstrap.floor import Floor
from bot.diagnosis.narration.costs import Amount, Limits, Prices, micros
from bot.diagnosis.narration.narrating import Narrator, Progress
from bot.diagnosis.narration.spending import Spending
from bot.diagnosis.needs import Narrate
from bot.diagnosis.values import Explanation, Findings
from bot.runtime.database import Database
from bot.settings import Settings
from integrations.claude import Claude, Manner


def open_narrator(floor: Floor, database: Database) -> Narrate:
    """Nothing is loaded or asked before the first diagnosis."""
    claude = claude_of(floor.settings)
    if claude is None:
        return as_it_is
    floor.life.on_stop("the model", claude.close)
    return Narrator(claude, Spending(database, floor.workspace), limits_of(floor.settings), floor.clock)


async def as_it_is(
    findings: Findings,  # noqa: ARG001 - named as Narrate has it
    plain: Explanation,
    progress: Progress | None = None,  # noqa: ARG001 - the same
) -> Explanation:
    """Nobody is asked."""
    return plain


def claude_of(settings: Settings) -> Claude | None:
    """None without a key."""
    if settings.anthropic_api_key is None:
        return None
    effort = "" if settings.model_effort == "none" else settings.model_effort
    manner = Manner(settings.model, effort, settings.anthropic_base_url, settings.model_seconds)
    return Claude(settings.anthropic_api_key, manner)


def limits_of(settings: Settings) -> Limits:
    return Limits(
        Prices(settings.model_input_price, settings.model_output_price),
        Amount(settings.model_tokens, micros(settings.model_dollars)),
        Amount(settings.model_daily_tokens, micros(settings.model_daily_dollars)),
        settings.model_rounds,
        settings.model_seconds,
    )
