"""Two environments that share services, one with an odd name, and a Monday morning in Berlin."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.grammar.commands import EnvCommand
from bot.grammar.env import parse_env
from bot.grammar.targets import Names, Place, Target

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""10:00 in Berlin."""

NAMES = Names(
    (
        Place("integration", ("storefront", "catalog", "orders", "payments", "payments.api", "log", "2h", "all")),
        Place("staging-2", ("storefront", "orders", "payments"), maximum=timedelta(hours=4)),
        Place("int-2h", ("search",)),
    )
)

INTEGRATION = Target("integration")


def parse(text: str, *, names: Names = NAMES, now: datetime = MONDAY, zone: ZoneInfo = BERLIN) -> EnvCommand:
    return parse_env(text, names, now, zone)


def lines_of(asked: EnvCommand) -> list[str]:
    """The lines a question offers to choose from."""
    return [choice.line for choice in getattr(asked, "choices", ())]
