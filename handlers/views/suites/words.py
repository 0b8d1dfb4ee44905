"""A run in words, and its buttons. Shared by answers, cards and direct messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.notices.running import RunFacts
from handlers.kit.mrkdwn import escape, link, sentence
from handlers.views import lease as words
from handlers.views.blocks import Element, button, confirm, value
from handlers.views.suites import parts
from handlers.views.suites.failed import of_them

FAMILY = "suite"
RETRY, CANCEL = "suite.retry", "suite.cancel"
NAME_SHOWN, WHY_SHOWN, READING_SHOWN = 80, 300, 400
SINCE_SHOWN, PARAMETERS_SHOWN, RUNS_SHOWN = 5, 8, 3
CELLS = 12


def name(run: RunFacts) -> str:
    """`*checkout-api* #418 in *integration*`"""
    return f"*{escape(run.suite, NAME_SHOWN)}* #{run.number} in *{escape(run.environment, NAME_SHOWN)}*"


def attempt(run: RunFacts) -> str:
    """`attempt 2, 4 that failed in #418`, or nothing."""
    if run.attempt == 1:
        return ""
    what = f"{run.only} that failed" if run.only else "what failed" if run.trigger == "retry" else "all"
    runs = run.failed_in or (run.repeats,)
    where = " and ".join(f"#{number}" for number in runs) if len(runs) <= RUNS_SHOWN else f"{len(runs)} runs"
    return f"attempt {run.attempt}, {what} in {where}"


def bar(run: RunFacts) -> str:
    """`▓▓▓▓░░░░░░░░ 41 of 127 · 1 failed`; before anything is counted, nothing."""
    if not run.total:
        return ""
    full = min(CELLS * run.done // run.total, CELLS)
    failed = f" · *{run.failed} failed*" if run.failed else ""
    return f"{'▓' * full}{'░' * (CELLS - full)} {run.done} of {run.total}{failed}"


def clock(run: RunFacts) -> str:
    """`2m15s of about 6m`, `takes about 6m` while that is all there is to say, or nothing before it has begun."""
    if run.started is None or run.seen is None:
        return ""
    gone, about = run.seen - run.started, length(timedelta(seconds=run.expected)) if run.expected else ""
    if gone < timedelta(seconds=1):
        return f"takes about {about}" if about else ""
    return f"{length(gone)} of about {about}" if about else length(gone)


def length(took: timedelta) -> str:
    """`48s`, `5m58s`, `2h05m`."""
    seconds = max(round(took.total_seconds()), 0)
    if seconds < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{seconds}s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes}m{rest:02}s" if rest else f"{minutes}m"
    return f"{minutes // 60}h{minutes % 60:02}m"


def took(run: RunFacts) -> str:
    """`5m58s`, or nothing."""
    return length(run.ended - run.started) if run.started and run.ended else ""


def counts(run: RunFacts) -> str:
    """`123 passed, 4 failed, 2 skipped`"""
    every = ((run.passed, "passed"), (run.failed, "failed"), (run.skipped, "skipped"))
    said = ", ".join(f"{number} {word}" for number, word in every if number)
    return said or "no tests"


def verdict(run: RunFacts) -> tuple[str, str]:
    """A lamp, and what came of it."""
    after = f", {took(run)}" if took(run) else ""
    match run.verdict:
        case "passed":
            return _passed(run, after)
        case "failed":
            return ":red_circle:", f"{run.failed} of {run.total} failed{of_them(run)}{after}"
        case "cancelled":
            who = f" by {words.who(run.ended_by)}" if run.ended_by else ""
            return ":no_entry_sign:", f"cancelled{who}"
        case "skipped":
            return ":fast_forward:", _skipped(run)
        case _:
            return ":warning:", f"could not be carried out: {escape(run.why, WHY_SHOWN)}"


def _skipped(run: RunFacts) -> str:
    """Why nobody began it; or why no test of it was carried out, which is a text from outside."""
    return (
        f"nothing was tested: {escape(run.why, WHY_SHOWN)}" if run.total else f"not run: {sentence(run.why, WHY_SHOWN)}"
    )


def _passed(run: RunFacts, after: str) -> tuple[str, str]:
    """Yellow is green that somebody should look at some day."""
    if run.quarantined:
        return ":large_yellow_circle:", f"green but for what is quarantined: {counts(run)}{after}"
    if run.flaky:
        return ":large_yellow_circle:", f"green on retry: {counts(run)}, {run.flaky} only when tried again{after}"
    return ":white_check_mark:", f"{counts(run)}{after}"


def state(run: RunFacts) -> tuple[str, str]:
    """A lamp, and how it stands."""
    match run.stage:
        case "waiting":
            return ":hourglass:", "waits for its turn"
        case "open":
            return ":test_tube:", "about to start"
        case "reading":
            return ":mag:", "has ended, its report is being read"
        case "running":
            return ":test_tube:", "runs"
        case _:
            return verdict(run)


def since(run: RunFacts) -> str:
    """`Since #418: payments 1.5.0 -> 1.5.1.`, or that nothing was deployed, where that is known."""
    if run.attempt == 1 or run.started is None or run.since is None:
        return ""
    if not run.since:
        return f"On the same versions as #{run.repeats}."
    rest = len(run.since) - SINCE_SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    return f"Since #{run.repeats}: {', '.join(escape(each, NAME_SHOWN) for each in run.since[:SINCE_SHOWN])}{more}."


def pipeline(run: RunFacts) -> str:
    return link(run.url, run.pipeline or "its pipeline") if run.url else escape(run.pipeline, NAME_SHOWN)


def given(run: RunFacts) -> str:
    return " ".join(escape(each, NAME_SHOWN) for each in run.parameters[:PARAMETERS_SHOWN])


def when(run: RunFacts, now: datetime | None = None) -> str:
    return words.clock(run.started or run.opened, now)


def line(run: RunFacts, now: datetime) -> str:
    """One line of a list."""
    lamp, stands = state(run)
    stands = parts.told(run) if run.part and run.stage == "over" else stands
    progress = f" {bar(run)}" if run.stage == "running" and run.total else ""
    return f"{lamp} {name(run)} · {stands}{progress} · {words.who(run.by)} {when(run, now)}"


def line_button(label: str, line: str, number: int = 0, *, style: str | None = None) -> Element:
    """What typing `line` after /suite would do."""
    return words.line_button(label, line, number, style=style, family=FAMILY)


def retry_buttons(run: RunFacts) -> list[Element]:
    """What failed, where that is known by name, and all of it."""
    some = f"Retry {run.failed}" if run.failed else ""
    first = [button(some, f"{RETRY}.1", value(id=run.run_id, failed=1), style="primary")] if some else []
    return [*first, button("Retry all", f"{RETRY}.2", value(id=run.run_id, failed=0))]


def cancel_button(run: RunFacts) -> Element:
    waits = run.stage == "waiting"
    says = "It is not run then." if waits else "Its pipeline is asked to stop."
    sure = confirm(
        "Leave the line?" if waits else "Cancel?",
        f"{name(run)}: {says}",
        "Leave" if waits else "Cancel it",
        "Go on",
        danger=not waits,
    )
    return button("Leave the line" if waits else "Cancel", CANCEL, value(id=run.run_id), confirm=sure)
