"""Planted faults, as data: what a hasty change might do to the rules. Each `before` stands exactly once in its file."""

from dataclasses import dataclass

RULES = ("tests/unit/reservations",)


@dataclass(frozen=True, slots=True)
class Fault:
    """`file` is in bot/reservations. tests: what has to catch it; whole paths from the root of the repository."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...] = RULES


def planted_in(file: str, *changes: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(Fault(name, file, before, after) for name, before, after in changes)


QUEUE = (
    *planted_in(
        "values.py",
        ("last come, first served", "return (self.rank, self.ticket)", "return (self.rank, -self.ticket)"),
        ("priorities upside down", "return (self.rank, self.ticket)", "return (-self.rank, self.ticket)"),
        ("sharers exclude each other", "return Mode.EXCLUSIVE in (self.mode, other.mode) and any(", "return any("),
        (
            "only two exclusive ones conflict",
            "return Mode.EXCLUSIVE in (self.mode, other.mode) and any(",
            "return self.mode is other.mode is Mode.EXCLUSIVE and any(",
        ),
        (
            "services conflict with accounts",
            "if self.resources or other.resources:",
            "if self.resources and other.resources:",
        ),
        (
            "an environment does not contain its services",
            "return not self.services or not other.services or not self",
            "return not self",
        ),
        (
            "a named end that has passed is kept",
            "if self.until is None or self.until <= start:",
            "if self.until is None:",
        ),
        (
            "a pipeline holds for its whole length",
            "return start + min(self.ttl, self.length)",
            "return start + self.length",
        ),
        ("team mates are strangers", "(team is not None and self.wanted.team == team)", "False"),
    ),
    *planted_in(
        "rules/occupancy.py",
        (
            "shared and exclusive mixed up",
            "self._anybody if mode is Mode.EXCLUSIVE else",
            "self._anybody if mode is Mode.SHARED else",
        ),
        (
            "a service of a held environment is free",
            "if not scope.services:\n            self._whole",
            "if False:\n            self._whole",
        ),
    ),
    *planted_in(
        "rules/turns.py",
        ("waiters are passed by", "            self._add(waiter, candidates)\n", "            pass\n"),
        (
            "who is put off keeps others waiting",
            "    return lease.again is not None and now < lease.again",
            "    return False",
        ),
        ("freezes are ignored", "if state.freeze_of(scope, waiter.mode, now):", "if False:"),
        (
            "offers are made while it is down",
            "if condition.kind is Kind.DOWN or not newcomer:",
            "if condition.kind is Kind.DOWN and newcomer:",
        ),
        ("degraded keeps newcomers out", "if condition.kind is Kind.DOWN or not newcomer:", "if True:"),
        ("an incident waits for the outage to end", "if condition and waiter.rank != INCIDENT:", "if condition:"),
        (
            "whoever stands first passes an outage",
            "if condition and waiter.rank != INCIDENT:",
            "if condition and waiter.rank > INCIDENT:",
        ),
        (
            "the clip is forgotten",
            "    return min([ends + stood, *(max(",
            "    return ends or min([ends + stood, *(max(",
        ),
        ("a lease may be cut to nothing", "return min(ends, now + SHORTEST) <= clipped(", "return now <= clipped("),
        (
            "the most used one is chosen",
            "str(scope)))[: any_of.quantity]",
            "str(scope)), reverse=True)[: any_of.quantity]",
        ),
        ("fewer than wanted will do", "if len(free) < any_of.quantity:", "if not free:"),
        ("one is given where two are wanted", "first, *others = rested", "first, *others = rested[:1]"),
        ("any-of waiters starve", "[scope] if scope else free)", "[scope] if scope else [])"),
        ("an any-of keeps all it could have", "[scope] if scope else free)", "candidates)"),
        ("working hours are forgotten", "if hours is None or waiter", "if hours is not None or waiter"),
        ("who asks outside hours is sent home", " or there >= hours.last_end(now)", ""),
        (
            "who booked outside hours is sent home",
            "max(waiter.asked, waiter.wanted.begins or waiter.asked)",
            "waiter.asked",
        ),
        ("bookings of sharers exclude sharers", " and Mode.EXCLUSIVE in (lease.mode, wanted.mode)\n", "\n"),
        ("a change waits for what it changes", "if lease.id != old]", "]"),
        (
            "an any-of that goes elsewhere blocks a change",
            "any(each.overlaps(scope) for each in at)",
            "lease.conflicts(waiter)",
        ),
        (
            "another environment is not looked at",
            "                todo.extend(lease.environments)\n",
            "                pass\n",
        ),
    ),
    *planted_in(
        "rules/hand_over.py",
        (
            "pipelines are asked",
            "elif lease.needs_no_answer or _changed(draft, lease):",
            "elif _changed(draft, lease):",
        ),
        ("a change is asked", "elif lease.needs_no_answer or _changed(draft, lease):", "elif lease.needs_no_answer:"),
        ("what was changed lives on", "    replace_old(draft, turn.lease)\n", ""),
        (
            "a change takes time away",
            "        ends = max(ends, (old.ends or ends) + old.stood(draft.now))\n",
            "        pass\n",
        ),
        ("time runs on where it is down", "if lease.paused is None and any(draft", "if False and any(draft"),
        (
            "an open offer never gets a window",
            "                draft.record(ClaimWindowStarted(lease.id, draft.now + window))\n",
            "                pass\n",
        ),
        ("each rival buys time", " and alone(lease, others):", ":"),
        (
            "an open offer lapses for nobody",
            "return None if lease.paused or alone(lease, others) else lease.claim_by",
            "return None if lease.paused else lease.claim_by",
        ),
        ("offers lapse while it is down", "return None if lease.paused or alone(", "return None if alone("),
        (
            "who was put off is a rival",
            "other.status is Status.QUEUED and other.again is None and",
            "other.status is Status.QUEUED and",
        ),
        ("undelivered offers lapse like others", "UNDELIVERED_WINDOWS = 3", "UNDELIVERED_WINDOWS = 1"),
        (
            "an any-of comes back unseen",
            "    if again is None:\n        start_windows(draft, draft.state.leases[lease_id])\n",
            "",
        ),
    ),
    *planted_in(
        "folding.py",
        ("displaced to the tail", "    if why not in TO_THE_TAIL:\n        return back\n", ""),
        ("passing keeps the place", "frozenset({Why.PASSED, Why.SILENT})", "frozenset({Why.SILENT})"),
        ("a pass is a miss", "(why is Why.SILENT)", "(why in TO_THE_TAIL)"),
        ("who passes keeps a better rank", "rank=NORMAL, misses", "misses"),
        ("a due booking goes to the tail", "rank=FIRST, ticket=recorded.seq", "ticket=recorded.seq"),
        (
            "a token is used again",
            "replace(was, token=Token(recorded.epoch, recorded.seq), reached=recorded.seq) if was.token else was",
            "was",
        ),
        ("a change keeps its token", "replace(changed, wanted=wanted, token=token)", "replace(changed, wanted=wanted)"),
        (
            "outages do not add to the longest allowed",
            "stood = lease.paused_for + lease.stood(at)",
            "stood = lease.paused_for",
        ),
        (
            "more time brings no reminder",
            "return replace(lease, ends=ends, reminded=reminded, ",
            "return replace(lease, ends=ends, ",
        ),
        ("a reminder with the grant", " or ends - wanted.terms.remind_before <= at", ""),
        (
            "what an accepted one waited for stays",
            "_without_offer(lease),\n        status=Status.ACTIVE",
            "lease,\n        status=Status.ACTIVE",
        ),
    ),
)
