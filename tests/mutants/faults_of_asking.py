"""Those of what is asked for and answered."""

from tests.mutants.faults import planted_in

ASKED = (
    *planted_in(
        "rules/reserving.py",
        (
            "barging",
            "    if turn is None:\n",
            "    if turn is None and any(x.status is Status.ACTIVE for x in draft.within(wanted.scope.environment)):\n",
        ),
        (
            "a downgrade waits in line",
            "if old is not None and wanted.mode is Mode.SHARED and old.mode is Mode.EXCLUSIVE:",
            "if False:",
        ),
        (
            "the displaced is lost",
            "        if back is not None:\n            draft.record(LeaseQueued(back))\n",
            "        pass\n",
        ),
        ("the displaced is nobody special", "id=back, rank=FIRST, length=left", "id=back, length=left"),
        ("the displaced begins anew", "rank=FIRST, length=left, until", "rank=FIRST, until"),
        (
            "only one sharer is displaced",
            "wanted) for lease in rivals]",
            "wanted) for lease in rivals[:1]]",
        ),
        (
            "a take leaves its own place in the queue",
            "    for waiting in served:\n        draft.record(LeaseCancelled(waiting.id, Why.SERVED))\n    displaced",
            "    displaced",
        ),
        (
            "a take hits whoever holds it by now",
            "if any((lease.reached or 0) > seen for lease in rivals):",
            "if False:",
        ),
        ("a pipeline comes back", "stopped = lease.wanted.ttl is not None", "stopped = False"),
        ("a hold shortens", "ends = max(present, clipped(", "ends = min(asked, clipped("),
        (
            "a hold outlives the limit",
            "asked = min((wanted.until or draft.now + wanted.length) - stood, latest)",
            "asked = (wanted.until or draft.now + wanted.length) - stood",
        ),
        ("a change outlives the limit", "min(wanted.ends(draft.now) - stood, latest))", "wanted.ends(draft.now))"),
        ("a pending change outlives a take", "        if more.wanted.changes == lease.id:\n", "        if False:\n"),
        (
            "a rival's arrival is not noticed",
            "        draft.record(LeaseQueued(wanted))\n        start_windows(draft, newcomer)\n",
            "        draft.record(LeaseQueued(wanted))\n",
        ),
    ),
    *planted_in(
        "rules/checks.py",
        (
            "missing dedupe",
            "    for lease in mine:\n        _refuse_second(lease, wanted)\n    return None\n",
            "    return None\n",
        ),
        ("extensions without end", "    if ends > latest:\n", "    if False:\n"),
        (
            "outages eat into the longest allowed",
            "latest = started + limit + lease.paused_for",
            "latest = started + limit",
        ),
        (
            "a named end moves on with an outage",
            "ends = command.until - stood if command.until",
            "ends = command.until if command.until",
        ),
        (
            "a freeze does not stop a take",
            "if window := state.freeze_of(wanted.scope, wanted.mode, now):",
            "if window := None:",
        ),
        ("takes without a reason", "    if not wanted.reason:\n", "    if False:\n"),
        ("any length will do", "    if wanted.length > limit:\n", "    if False:\n"),
    ),
    *planted_in(
        "rules/holding.py",
        (
            "an extension runs over a booking",
            "ends = clipped(draft.state, lease.wanted, lease.scope, asked, draft.now, stood=stood)",
            "ends = asked",
        ),
        ("a stale button extends again", "command.version < (lease.moved or 0)", "False"),
        (
            "who is given it goes on waiting",
            "    for waiting in served:\n        draft.record(LeaseCancelled(waiting.id, Why.SERVED))\n",
            "",
        ),
        ("a gift has all the time again", "return replace(bare, length=left, until", "return replace(bare, until"),
        ("nobody else hears of a gift", "    hand_over_around(draft, lease.scope.environment, served)\n", ""),
        ("asked again and again", "draft.now - x.asked_for >= ASK_AGAIN]", "True]"),
        ("asked once and never again", "draft.now - x.asked_for >= ASK_AGAIN]", "False]"),
        ("time to live off by the length", "min(draft.now + ttl, latest)", "latest"),
        ("heartbeats without end", "min(draft.now + ttl, latest)", "draft.now + ttl"),
        ("every heartbeat is recorded", "> ttl / RENEWED_BY or", "> 0 * ttl or"),
        ("the last heartbeat is lost", " or (ends == latest and ends > lease.ends)", ""),
        (
            "a run that is over keeps it",
            "    if left.overran and (kept_until(left) or draft.now) <= draft.now and left.paused is None:\n",
            "    if False:\n",
        ),
        ("the end of a run ends the lease", "    if left.overran and (kept_until(left)", "    if (kept_until(left)"),
        (
            "a release offers to nobody",
            "    draft.record(LeaseReleased(lease.id, command.by))\n    hand_over(draft, lease.scope.environment)\n",
            "    draft.record(LeaseReleased(lease.id, command.by))\n",
        ),
        (
            "what a run keeps is handed back under it",
            "    if command.unless_pinned and lease.pins:\n        return\n",
            "",
        ),
        (
            "leaving frees nothing",
            "    draft.record(LeaseCancelled(lease.id, Why.LEFT))\n    for environment in sorted(lease.environments):\n        hand_over(draft, environment)\n",
            "    draft.record(LeaseCancelled(lease.id, Why.LEFT))\n",
        ),
    ),
    *planted_in(
        "rules/answering.py",
        ("a stale confirmation counts", "lease.offer == version and not lease.delivered", "not lease.delivered"),
        ("a second confirmation buys time", " and not lease.delivered:", ":"),
        (
            "the window counts from the offer",
            "OfferDelivered(lease.id, draft.now + lease.wanted.terms.claim_window)",
            "OfferDelivered(lease.id, lease.since + lease.wanted.terms.claim_window)",
        ),
        ("later is never", "draft.now + lease.wanted.terms.later)", "None)"),
        ("an earlier offer's button works", "command.version < lease.offer:", "command.version < 0:"),
        ("who passes alone is asked forever", "    if last:\n", "    if False:\n"),
    ),
    *planted_in(
        "rules/undoing.py",
        (
            "undo without a check",
            "        if was.status is Status.ACTIVE and other.conflicts(was):\n",
            "        if False:\n",
        ),
        ("undo whenever", " and draft.now - done.at <= UNDO_FOR]", "]"),
        ("undo what others did", "if done.by == command.by and", "if"),
        ("undo over a booking", "    if was.ends and clipped(", "    if False and clipped("),
        ("undo books twice", "    if was.status is Status.BOOKED and any(", "    if False and any("),
        ("undo leaves the clock standing", "    settle_clock(draft, was.id)\n", ""),
        ("undo waits twice", "        if other.person == was.person and any(", "        if False and any("),
    ),
    *planted_in("remembering.py", ("undo robs the displaced", "if for_another or (not left", "if (not left")),
    *planted_in(
        "state.py", ("half a minute is ten", "UNDO_FOR = timedelta(seconds=30)", "UNDO_FOR = timedelta(seconds=10)")
    ),
    *planted_in(
        "rules/circles.py",
        ("circles are not found", "            if held.person == waiter.person:\n", "            if False:\n"),
        ("an any-of closes a circle", "    if waiter.wanted.any_of:\n        return\n", ""),
    ),
)
