"""Two environments that share services, one with an odd name, and a Monday morning in Berlin."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import NotFound, UsageError
from bot.grammar.commands import EnvCommand
from bot.grammar.deploy_commands import DeployCommand
from bot.grammar.env import parse_env
from bot.grammar.names import Names
from bot.grammar.targets import Place, Resource, Target
from bot.grammar.words import PRIORITIES

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""10:00 in Berlin."""

GOLD, PHONE = frozenset({"gold-customer"}), frozenset({"phone"})
NAMES = Names(
    (
        Place(
            "integration",
            ("storefront", "catalog", "orders", "payments", "payments.api", "log", "2h", "all"),
            labels=frozenset({"full", "Big"}),
            resources=(
                Resource("gold-customer-1", GOLD),
                Resource("gold-customer-2", GOLD),
                Resource("phone-1", PHONE),
            ),
        ),
        Place(
            "staging-2",
            ("storefront", "orders", "payments"),
            maximum=timedelta(hours=4),
            labels=frozenset({"full"}),
            resources=(Resource("phone-2", PHONE), Resource("phone-3", PHONE), Resource("tenant", frozenset({"big"}))),
        ),
        Place("int-2h", ("search",)),
    )
)

INTEGRATION = Target("integration")
PEOPLE = {"ana": "U0ANA", "ana kovač": "U0ANA", "ben": "U0BEN"}
GROUPS = {"checkout": "S0X", "ben": "S0Y"}


def parse(
    text: str,
    *,
    names: Names = NAMES,
    now: datetime = MONDAY,
    zone: ZoneInfo = BERLIN,
    priorities: frozenset[str] = frozenset(PRIORITIES),
) -> EnvCommand:
    return parse_env(text, names, now, zone, priorities=priorities, people=PEOPLE, groups=GROUPS)


def outcome(line: str, now: datetime = MONDAY, zone: ZoneInfo = BERLIN) -> EnvCommand | None:
    """None for a line that is refused as it should be; anything else that is raised gets through."""
    try:
        return parse(line, now=now, zone=zone)
    except (UsageError, NotFound):
        return None


def lines_of(asked: EnvCommand | DeployCommand | None) -> list[str]:
    """The lines a question offers to choose from."""
    return [choice.line for choice in getattr(asked, "choices", ())]
