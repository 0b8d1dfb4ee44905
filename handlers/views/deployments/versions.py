"""What runs where: the board of versions, what differs, what was deployed, and what was good together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.deployments.values import Health, Judged, Running, Target, Watch
from bot.notices.facts import DeploymentFacts
from bot.plurals import counted
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import code, escape, link
from handlers.views import lease as words
from handlers.views.blocks import SECTION_LIMIT, actions, context, fitting, header, section
from handlers.views.deployments import words as says

LAMPS = {Health.UP: ":large_green_circle:", Health.DOWN: ":red_circle:", Health.UNKNOWN: ":white_circle:"}
STAGES = {
    "waiting": ":hourglass:",
    "open": ":rocket:",
    "running": ":rocket:",
    "succeeded": ":ballot_box_with_check:",
    "failed": ":x:",
    "cancelled": ":no_entry_sign:",
    "lost": ":warning:",
}
ENVIRONMENTS_SHOWN, LINES_SHOWN, TOTAL = 15, 30, 7_000
ROOM = SECTION_LIMIT - 100
DETAIL_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Place:
    """An environment with its services, of which something may be known to run."""

    name: str
    services: tuple[str, ...]


def where(places: Sequence[Place], running: Mapping[Target, Running], now: datetime, command: str) -> Message:
    """Each environment, each of its services: what runs, since when, by whom, how it is, and where it differs."""
    shown = places[:ENVIRONMENTS_SHOWN]
    room = min(ROOM, TOTAL // max(1, len(shown)))
    blocks: list[Block] = [header("What runs where"), *(section(_place(x, places, running, now, room)) for x in shown)]
    how, new = code(f"{command} history <service>"), code(f"{command} diff <environment>")
    blocks.append(context(f"{how} says how it came to be, {new} what is new."))
    return Message(_fallback(places, running), tuple(blocks))


def _place(place: Place, places: Sequence[Place], running: Mapping[Target, Running], now: datetime, room: int) -> str:
    lines = [service_line(Target(place.name, name), places, running, now) for name in place.services]
    return fitting([f"*{escape(place.name, 80)}*", *(lines or ["It has no services."])], room, most=LINES_SHOWN)


def service_line(
    target: Target, places: Sequence[Place], running: Mapping[Target, Running], now: datetime | None
) -> str:
    """`:large_green_circle: payments *1.5.0* · since 14:03 · @Ana`"""
    found = running.get(target)
    name = escape(target.service, 80)
    if found is None:
        return f":white_circle: {name} · nothing is known of it"
    by = f" · {words.who(found.by)}" if found.by else ""
    sick = f" · *does not answer well*{_detail(found)}" if found.health is Health.DOWN else ""
    lamp = ":red_circle:" if found.sick else LAMPS[found.health]
    line = f"{lamp} {name} *{says.version(found.version)}* · since {words.clock(found.since, now)}"
    return f"{line}{by}{sick}{_judged(found.judged, now)}{_drift(found, places, running)}"


def _judged(judged: Judged | None, now: datetime | None) -> str:
    """What its watch says, as long as that is worth knowing."""
    if judged is None or judged.watch not in (Watch.WATCHING, Watch.RED):
        return ""
    if judged.watch is Watch.RED:
        return f" · *not well*{says.why(judged.why)}"
    return f" · watched{f' until {words.clock(judged.until, now)}' if judged.until else ''}"


def _detail(found: Running) -> str:
    return f": {escape(found.detail, DETAIL_SHOWN)}" if found.detail else ""


def _drift(found: Running, places: Sequence[Place], running: Mapping[Target, Running]) -> str:
    """Where another version of it runs."""
    there = [(place.name, running.get(Target(place.name, found.target.service))) for place in places]
    others = [
        f"{escape(name, 60)} has {says.version(x.version)}" for name, x in there if x and x.version != found.version
    ]
    return f" · ≠ {', '.join(others[:3])}" if others else ""


def _fallback(places: Sequence[Place], running: Mapping[Target, Running]) -> str:
    """For notifications and screen readers."""
    known = {place.name: [running.get(Target(place.name, name)) for name in place.services] for place in places}
    said = [
        f"{escape(name, 60)}: {sum(1 for x in there if x)} of {counted(len(there), 'service')} known"
        for name, there in known.items()
    ]
    return "; ".join(said[:ENVIRONMENTS_SHOWN]) or "No environment is known."


@dataclass(frozen=True, slots=True)
class Difference:
    """A service whose version is not the same there. other: what the other side has. commits: between them; None when
    nobody can say.
    """

    service: str
    here: str
    other: str
    commits: int | None = None
    url: str = ""


def diff(environment: str, other: str, found: Sequence[Difference], same: int, unknown: Sequence[str]) -> Message:
    """other: an environment or a branch. same: services that do not differ. unknown: those of which nobody knows."""
    title = f"*{escape(environment, 80)}* against *{escape(other, 80)}*"
    lines = [_difference(each, other) for each in found]
    if same:
        lines.append(f":heavy_check_mark: {same} the same")
    if unknown:
        lines.append(f":white_circle: nobody can say: {', '.join(escape(each, 60) for each in unknown[:10])}")
    told = fitting([title, *(lines or ["There is nothing to compare."])], ROOM, most=LINES_SHOWN)
    return Message(title, (section(told),))


def with_alone(said: Message, alone: Mapping[str, Sequence[str]]) -> Message:
    """alone: by environment, the services that the other one does not have."""
    lines = [
        f"Only {escape(name, 60)} has {', '.join(escape(each, 60) for each in services[:10])}"
        for name, services in alone.items()
        if services
    ]
    return Message(said.text, (*said.blocks, *map(context, lines)))


def _difference(found: Difference, other: str) -> str:
    here = says.version(found.here) if found.here else "nothing"
    count = "" if found.commits is None else counted(found.commits, "commit")
    between = f" · {link(found.url, count)}" if count else ""
    there = says.version(found.other) if found.other else "nothing"
    return f"≠ {escape(found.service, 80)} *{here}* · {escape(other, 60)} has *{there}*{between}"


def history(of: str, found: Sequence[DeploymentFacts], *, one: bool = False) -> Message:
    """Newest first. of: what it is about, empty for everything. one: it is about one service in one environment."""
    title = f"*{escape(of or 'Everywhere', 120)}*: what was deployed, newest first"
    if not found:
        line = f"*{escape(of or 'Everywhere', 120)}*: nothing was deployed yet."
        return Message(line, (section(line),))
    lines = fitting([title, *map(_past, found)], ROOM, most=LINES_SHOWN)
    back = (actions(says.line_button("Roll back…", f"rollback {of}", 1)),) if one else ()
    return Message(title, (section(lines), *back))


def _past(found: DeploymentFacts) -> str:
    lamp = STAGES.get(found.stage, "")
    if found.stage == "succeeded" and found.watch in ("good", "red"):
        lamp = ":white_check_mark:" if found.watch == "good" else ":red_circle:"
    note = f" · {escape(found.note, 60)}" if found.note else ""
    undoes = " · a roll back" if found.undoes else ""
    return f"{lamp} {words.clock(found.opened)} {says.what(found)} · {words.who(found.by)}{undoes}{note}"


@dataclass(frozen=True, slots=True)
class GoodSet:
    """versions: by service, empty when nothing was found good yet. runs: what runs there now."""

    environment: str
    versions: Mapping[str, str]
    runs: Mapping[str, str]


def good(sets: Sequence[GoodSet]) -> Message:
    shown = sets[:ENVIRONMENTS_SHOWN]
    texts = [_good(each, TOTAL // max(1, len(shown))) for each in shown]
    line = f"The last good set of {', '.join(escape(each.environment, 60) for each in sets[:ENVIRONMENTS_SHOWN])}"
    return Message(line, tuple(map(section, texts)) or (section("The catalog declares no environments yet."),))


def _good(found: GoodSet, room: int) -> str:
    head = f":white_check_mark: *{escape(found.environment, 80)}*: found good together last"
    if not found.versions:
        return f":white_circle: *{escape(found.environment, 80)}*: nothing was found good together yet."
    return fitting([head, *(_of_good(found, name) for name in found.versions)], min(ROOM, room), most=LINES_SHOWN)


def _of_good(found: GoodSet, service: str) -> str:
    good, now = found.versions[service], found.runs.get(service, "")
    differs = f" · now *{says.version(now)}*" if now and now != good else ""
    return f"• {escape(service, 80)} *{says.version(good)}*{differs}"
