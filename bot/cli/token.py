"""signalbox token create, list, revoke: what pipelines show to the API."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.access.model import ApiToken, Scope, checked_name, scopes_of
from bot.catalog import Catalog
from bot.catalog.scalars import duration, slack_person
from bot.cli.catalog import path_in_force, read
from bot.cli.storage import of_stored, on_database
from bot.errors import NotFound, UsageError
from bot.settings import Settings, load
from bot.similar import did_you_mean, nearest

if TYPE_CHECKING:
    from bot.access.service import Tokens, Wish

T = TypeVar("T")
NEVER = "never"

Name = Annotated[str, typer.Argument(help="Who holds what it reserves: pipeline:NAME on the board.")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", help="What it may do; may be given several times.")]
Team = Annotated[str, typer.Option(help="A team of the catalog: its members may extend and release for it.")]
Owner = Annotated[str, typer.Option(help="Whom to ask about it: a person of the catalog, or a Slack user id.")]
Service = Annotated[list[str] | None, typer.Option(help="It deploys only this one; may be given several times.")]
Place = Annotated[list[str] | None, typer.Option("--environment", help="It deploys only there; may be repeated.")]
Expires = Annotated[str, typer.Option(help="When it ends by itself, such as 90d, or never.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def create(
    name: Name,
    scope: Scopes = None,
    team: Team = "",
    owner: Owner = "",
    expires: Expires = "365d",
    *,
    service: Service = None,
    environment: Place = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and show it, this once."""
    from bot.access.service import Wish  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need

    settings = load()
    scopes, lifetime = scopes_of(scope or ()), _lifetime(expires)
    catalog = read(path_in_force(settings)) if team or owner or service or environment else None
    wish = Wish(
        checked_name(name),
        scopes,
        lifetime,
        team=_team(catalog, team) if catalog and team else None,
        owner=_owner(catalog, owner) if catalog and owner else None,
        services=frozenset(catalog.service(each).name for each in service or ()) if catalog else frozenset(),
        environments=_environments(catalog, environment or ()) if catalog else frozenset(),
    )
    _check_bounds(wish)
    token, text = _with_tokens(settings, lambda tokens: tokens.create(wish), new=True)
    if as_json:
        print(json.dumps({**_facts(token, token.created), "token": text}, indent=1))
        return
    print(f"{text}\n")
    print(f"It acts as {token.principal}{_until(token)}, and may: {', '.join(sorted(token.scopes))}.")
    if token.allows(Scope.DEPLOYMENTS_WRITE):
        print(f"It deploys {token.place}.{'' if token.services else ' With --service it would deploy only those.'}")
    print(f"It is shown this once. {_where_to(token, text, settings)}")


def list_(
    *,
    everything: Annotated[bool, typer.Option("--all", help="With those that were revoked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the tokens there are; never their secrets."""
    from bot.runtime.clock import WallClock  # noqa: PLC0415 - keeps --help quick

    now = WallClock().now()
    facts = [_facts(token, now) for token in _with_tokens(load(), lambda tokens: tokens.list(everything=everything))]
    if as_json:
        print(json.dumps(facts, indent=1))
    elif facts:
        print(_table(facts))
    else:
        print("There is no token yet: signalbox token create NAME --scope reservations:write")


def revoke(
    name_or_id: Annotated[str, typer.Argument(help="As signalbox token list shows it.")], *, as_json: AsJson = False
) -> None:
    """End a token, at once and for good."""
    token = _with_tokens(load(), lambda tokens: tokens.revoke(name_or_id))
    if as_json:
        print(json.dumps(_facts(token, token.revoked or token.created), indent=1))
    else:
        print(f"The token {token.name} ({token.id}) opens nothing any more. What it holds ends by itself.")


def register(app: typer.Typer) -> None:
    family = typer.Typer(help="Tokens, with which pipelines call the API.", no_args_is_help=True)
    family.command()(create)
    family.command("list")(list_)
    family.command()(revoke)
    app.add_typer(family, name="token")


def _with_tokens(settings: Settings, use: Callable[[Tokens], Awaitable[T]], *, new: bool = False) -> T:
    """A running Signalbox knows the token at once. new: it may be made before Signalbox runs for the first time."""
    from bot.access.service import Tokens  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need
    from bot.runtime.clock import WallClock  # noqa: PLC0415 - loaded only when wanted

    opened = on_database if new else of_stored
    return opened(settings, lambda database: use(Tokens(database, WallClock(), workspace=settings.workspace_id)))


def _where_to(token: ApiToken, text: str, settings: Settings) -> str:
    if token.scopes != frozenset({Scope.CALENDAR_READ}):
        return "Keep it where your pipeline keeps its secrets, as SIGNALBOX_TOKEN."
    from bot.runtime.web import web_address  # noqa: PLC0415 - keeps --help quick

    root = settings.public_url or web_address(settings.host, settings.port)
    return f"Subscribe to this address, with the name of your environment:\n\n{root}/calendar/NAME.ics?token={text}"


def _check_bounds(wish: Wish) -> None:
    """Raises UsageError where a bound would bind nothing."""
    if (wish.services or wish.environments) and Scope.DEPLOYMENTS_WRITE not in wish.scopes:
        raise UsageError("--service and --environment bind what a token deploys: add --scope deployments:write.")


def _lifetime(text: str) -> timedelta | None:
    if text.casefold() == NEVER:
        return None
    try:
        return duration(text)
    except ValueError:
        raise UsageError(f"--expires {text[:40]} is no length: write 90d, 12h, or {NEVER}.") from None


def _team(catalog: Catalog, name: str) -> str:
    if (known := catalog.teams.get(name.casefold())) is not None:
        return known.name
    names = [team.name for team in catalog.teams.values()]
    raise NotFound(f"The catalog has no team {name[:60]}.{did_you_mean(nearest(name, names)) or _there_are(names)}")


def _environments(catalog: Catalog, names: Iterable[str]) -> frozenset[str]:
    return frozenset(catalog.environment(each).name for each in names)


def _owner(catalog: Catalog, name: str) -> str:
    """A Slack user id."""
    if (known := catalog.people.get(name.casefold())) is not None and known.slack:
        return known.slack
    try:
        return slack_person(name)
    except ValueError:
        names = [person.name for person in catalog.people.values()]
        near = did_you_mean(nearest(name, names)) or _there_are(names)
        raise NotFound(f"{name[:60]} is no person of the catalog with a Slack id, and no Slack id.{near}") from None


def _there_are(names: list[str]) -> str:
    return f" There are: {', '.join(names[:8])}." if names else " It has none yet."


def _facts(token: ApiToken, now: datetime) -> dict[str, Any]:
    times = {"created": token.created, "used": token.used, "expires": token.expires, "revoked": token.revoked}
    return {
        "id": token.id,
        "name": token.name,
        "principal": token.principal,
        "scopes": sorted(token.scopes),
        "team": token.team,
        "owner": token.owner,
        "services": sorted(token.services),
        "environments": sorted(token.environments),
        **{name: at.isoformat(timespec="seconds") if at else None for name, at in times.items()},
        "state": token.standing(now),
    }


def _table(facts: list[dict[str, Any]]) -> str:
    rows: list[tuple[str, ...]] = [("NAME", "ID", "STATE", "SCOPES", "DEPLOYS", "LAST USED", "EXPIRES")]
    rows += map(_row, facts)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _row(each: dict[str, Any]) -> tuple[str, ...]:
    what = (" ".join(each["scopes"]), _deploys(each))
    return (each["name"], each["id"], each["state"], *what, _day(each["used"]), _day(each["expires"]))


def _deploys(facts: dict[str, Any]) -> str:
    """`orders,payments@integration`; `*` stands for all."""
    if Scope.DEPLOYMENTS_WRITE not in facts["scopes"]:
        return "-"
    return f"{','.join(facts['services']) or '*'}@{','.join(facts['environments']) or '*'}"


def _day(at: str | None) -> str:
    return at[:10] if at else NEVER


def _until(token: ApiToken) -> str:
    return f" until {token.expires:%Y-%m-%d}" if token.expires else ""
