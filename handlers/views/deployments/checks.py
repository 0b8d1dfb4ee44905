"""The pre-flight: one verdict, the reasons under it, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.deployments.preflight import OVERRIDABLE, Preflight, Reason, Verdict, Why
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import code, escape
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, button, context, fitting, input_block, plain, section, value
from handlers.views.deployments import words as says
from handlers.views.deployments.verdicts import head

OVERRIDDEN = "deploy.overridden"
WHY, LONGEST_WHY = "why", 300
LINES_SHOWN, ROOM = 8, 1_200
SERVICES_SHOWN, CALLERS_SHOWN, MEANT_SHOWN = 8, 8, 2
MOVED = ":fast_forward: Something else was deployed there since. Look again first: nothing was changed."


def checked(
    seen: Sequence[Preflight],
    line: str,
    now: datetime,
    *,
    may_override: bool = False,
    moved: bool = False,
    undoes: str = "",
) -> Message:
    """Each with its reasons. line: the one that deploys them all, without the verb. moved: a button of before was
    pressed. undoes: the deployment that is to be rolled back.
    """
    texts = [_one(each, now, back=bool(undoes)) for each in seen[:SERVICES_SHOWN]]
    texts = [MOVED, *texts] if moved else texts
    buttons = _buttons(seen, line, may_override=may_override, undoes=undoes)
    read = f"Understood: {code(line, says.READING_SHOWN)}. Nothing was deployed."
    return Message(
        "\n".join(text.partition("\n")[0] for text in texts), (*map(section, texts), *buttons, context(read))
    )


def _one(seen: Preflight, now: datetime, *, back: bool = False) -> str:
    """back: it is a roll back."""
    reasons = (f"• {reason(each, seen.ref, back=back)}" for each in seen.reasons)
    return fitting([head(seen, back=back), *reasons, *_around(seen, now)], ROOM, most=LINES_SHOWN)


def _around(seen: Preflight, now: datetime) -> list[str]:
    lines: list[str] = []
    if running := seen.running:
        lines.append(f"Runs there: {says.version(running.version)}, since {words.clock(running.since, now)}")
    if seen.affected:
        lines.append(f"Called by: {', '.join(escape(each, 60) for each in seen.affected[:CALLERS_SHOWN])}")
    if seen.mine:
        holder = f"{words.who(seen.mine.person)} holds" if seen.mates else "You hold"
        lines.append(f"{holder} *{words.scope(seen.mine)}* {words.until(seen.mine)}: it runs under that.")
    return lines


def reason(each: Reason, ref: str, *, back: bool = False) -> str:  # noqa: PLR0911 - the shape of this table
    """Why not, or what to know. back: of a roll back."""
    who, said = says.people(each.who), escape(each.words, 200)
    until = f" until {words.clock(each.until)}" if each.until else ""
    because = f" · {said}" if said else ""
    well = f" · expected to be well again {words.clock(each.until)}" if each.until else ""
    match each.why:
        case Why.HELD:
            return f":lock: {who} holds it{until}{because}"
        case Why.LINE:
            return f":hourglass: {who} {'wait' if len(each.who) > 1 else 'waits'} for it before you"
        case Why.DEPLOYING:
            return f":rocket: {who} deploys {said} there"
        case Why.FROZEN:
            return f":snowflake: it is frozen{until}{because}"
        case Why.DOWN | Why.DEGRADED:
            lamp = ":red_circle:" if each.why is Why.DOWN else ":large_orange_circle:"
            return f"{lamp} it is {each.why.value}{because}{well} · says {who}"
        case Why.SUSPECTED | Why.CASES:
            return _of_cases(each, who, said)
        case _:
            return _of_itself(each, ref, who, said, back=back)


def _of_itself(each: Reason, ref: str, who: str, said: str, *, back: bool) -> str:
    match each.why:
        case Why.SICK:
            return f":red_circle: it does not answer well at its health address{f': {said}' if said else ''}"
        case Why.NOT_OWNER:
            return f":busts_in_silhouette: only its owners {'roll it back' if back else 'deploy it'}: {who}"
        case Why.NO_VERSION:
            near = " or ".join(f"*{says.version(each)}*" for each in each.near)
            meant = f" Did you mean {near}?" if near else ""
            return f":x: there is no tag, branch or commit called *{says.version(ref)}*.{meant}"
        case Why.AWAY:
            return f":zzz: {said or 'whoever deploys it does not answer'} It begins once that answers again."
        case Why.NO_PIPELINE:
            return (
                ":wrench: nobody has said how it is deployed. Give it a `deploy:` section in the catalog, "
                "or deploy with your own pipeline behind `POST /v1/deployments`."
            )
        case _:
            return f":heavy_check_mark: *{says.version(ref)}* runs there already"


def _of_cases(each: Reason, who: str, said: str) -> str:
    """What tests have found broken, which nobody has closed."""
    if each.why is Why.SUSPECTED:
        looking = f" · {who} {'look' if len(each.who) > 1 else 'looks'} into it" if who else ""
        return f":red_circle: an open case points to it: {said}{looking}"
    rest = f" (and {each.count - 1} more)" if each.count > 1 else ""
    return f":white_circle: another case is open there: {said}{rest}"


def _buttons(seen: Sequence[Preflight], line: str, *, may_override: bool, undoes: str) -> tuple[Block, ...]:
    verdict = max(each.verdict for each in seen)
    found: list[Element] = []
    if not all(each.ref for each in seen):
        return ()
    if verdict < Verdict.WAIT:
        found.append(says.line_button("Deploy", line, 1, style="primary"))
    elif can_wait(seen):
        found.append(wait_button(seen, line, style="primary"))
    found += asking(seen)
    found += _meant(seen)
    if may_override and overridable(seen):
        found.append(button("Override…", says.OVERRIDE, value(line=line, undoes=undoes)))
    if verdict >= Verdict.WAIT:
        found.append(says.line_button("Check again", f"check {line}", 2))
    return (actions(*found),)


def wait_button(seen: Sequence[Preflight], line: str, *, style: str | None = None) -> Element:
    """It knows what had begun there last: it deploys over nothing that came after it was shown."""
    latest = [each.latest for each in seen]
    return button("Deploy when it's my turn", says.WAIT, value(line=line, latest=latest), style=style)


def moved(seen: Sequence[Preflight], latest: Sequence[str]) -> bool:
    """latest: what such a button carries."""
    return any(each.latest not in latest for each in seen)


def can_wait(seen: Sequence[Preflight]) -> bool:
    """Whether all that keeps them is that others are before them."""
    reasons = [reason for each in seen for reason in each.closed]
    kept = all(reason.gravity is Verdict.WAIT for reason in reasons)
    return bool(reasons) and kept and all(each.mine is None for each in seen if each.closed)


def overridable(seen: Sequence[Preflight]) -> bool:
    reasons = [reason for each in seen for reason in each.closed]
    return bool(reasons) and all(reason.why in OVERRIDABLE for reason in reasons)


def asking(seen: Sequence[Preflight]) -> list[Element]:
    """To ask whoever holds it, where that is a person."""
    held = [each for each in seen if any(x.why is Why.HELD and _person(x.who) for x in each.reasons)]
    return [words.line_button("Ask the holder", f"ask {each.target}", 3) for each in held[:1]]


def _meant(seen: Sequence[Preflight]) -> list[Element]:
    """What was probably typed wrong, where one thing was typed."""
    near = [name for each in seen for reason in each.reasons for name in reason.near] if len(seen) == 1 else []
    lines = [(name, f"check {seen[0].target}@{name}") for name in near[:MEANT_SHOWN]]
    return [says.line_button(f"Check {says.short(name)}", line, n) for n, (name, line) in enumerate(lines, 4)]


def _person(who: tuple[str, ...]) -> bool:
    return any(not each.startswith(words.PIPELINE) for each in who)


def override_form(line: str, undoes: str = "") -> dict[str, Any]:
    """Asks why the gate is set aside. line: what is deployed then. undoes: as in `checked`."""
    element = {"type": "plain_text_input", "action_id": WHY, "max_length": LONGEST_WHY, "focus_on_load": True}
    return {
        "type": "modal",
        "callback_id": OVERRIDDEN,
        "title": plain("Override", 24),
        "submit": plain("Deploy", 24),
        "close": plain("Cancel", 24),
        "private_metadata": value(line=line, undoes=undoes),
        "blocks": [
            section(f"{code(line, says.READING_SHOWN)} is deployed although the gate says no."),
            input_block("Why? Everybody can read it on the card.", WHY, element),
        ],
    }
