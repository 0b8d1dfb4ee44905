"""Those of time, of places, and of the ledger beneath."""

from tests.mutants.faults import Fault, planted_in

TIME = (
    *planted_in(
        "rules/clocks.py",
        ("a stuck holder stays", "    draft.record(LeaseExpired(lease.id))\n    return True\n", "    return False\n"),
        (
            "a minute too late",
            "return ends if lease.reminded else ends -",
            "return ends + lease.wanted.terms.remind_before if lease.reminded else ends -",
        ),
        ("runs are cut off", "    if kept and kept > draft.now:\n", "    if False:\n"),
        (
            "a kept lease is looked at for ever",
            "    if lease.overran:\n        return max(ends, kept_until(lease) or ends)\n",
            "",
        ),
        (
            "time runs on while it is down",
            "if lease.ends is not None and lease.paused is None:",
            "if lease.ends is not None:",
        ),
        (
            "a lost offer",
            "        back_in_line(draft, lease.id, Why.SILENT)\n",
            "        draft.record(LeaseCancelled(lease.id, Why.SILENT))\n",
        ),
        ("silent for ever", "SILENCES_ALLOWED = 1", "SILENCES_ALLOWED = 9"),
        ("missed while away", "elif away := away_until(lease, draft.now):", "elif away := None:"),
        ("a booking is never due", "            return lease.wanted.begins\n", "            return None\n"),
        ("no-shows keep it", "    if until is None or lease.wanted.begins is None or", "    if True or"),
        ("a booking that could not come is missed", " or lease.since >= until:", ":"),
        ("an outage makes a booking missed", "return until + lease.paused_for", "return until"),
        (
            "freezes never end",
            "    return window.end if window.began or window.lifted else window.start\n",
            "    return window.end + (window.end - window.start) if window.began else window.start\n",
        ),
        ("nobody goes on after a freeze", "    hand_over(draft, environment)\n\n\ndef _deadline", "\n\ndef _deadline"),
        (
            "who comes back is no rival",
            "            draft.record(WaiterBack(lease.id))\n            start_windows(draft, draft.state.leases[lease.id])\n",
            "            draft.record(WaiterBack(lease.id))\n",
        ),
        ("told again and again that the turn is near", "if waiter.warned or waiter", "if waiter"),
        (
            "everybody's turn is near",
            "x.status is Status.ACTIVE and _ends_with(x, lease) for x in _ahead",
            "True for x in _ahead",
        ),
        (
            "an end offers to nobody",
            "    for environment in sorted(lease.environments):\n        hand_over(draft, environment)\n\n\ndef _lapse",
            "\n\ndef _lapse",
        ),
    ),
    *planted_in(
        "rules/troubles.py",
        ("pause ignored", "    if unwell and lease.paused is None:\n", "    if False:\n"),
        ("time lost in an outage", "ends = lease.ends + stood if lease.ends else None", "ends = lease.ends"),
        ("the window is lost in an outage", "lease.claim_by + stood if lease.claim_by else None", "lease.claim_by"),
        ("the clock stands for ever", "    elif lease.paused is not None and not unwell:\n", "    elif False:\n"),
        (
            "a part that is well makes all well",
            "if command.scope.covers(each.scope)]\n    if not cleared",
            "if command.scope.overlaps(each.scope)]\n    if not cleared",
        ),
        ("a thaw forgets the plan", " and (not each.planned or each.start <= now)]", "]"),
        ("what was lifted freezes again", "replace(was, end=window.end) if was else window", "window"),
        (
            "nobody goes on after a thaw",
            "FreezeLifted(command.scope.environment, each.id, command.by))\n    hand_over(draft, command.scope.environment)\n",
            "FreezeLifted(command.scope.environment, each.id, command.by))\n",
        ),
    ),
    *planted_in(
        "places.py",
        ("sharers are frozen", "return mode is Mode.EXCLUSIVE and not self.lifted", "return not self.lifted"),
        ("a freeze begins too early", "self.start <= at < self.end", "at < self.end"),
        ("a freeze lasts an instant too long", "self.start <= at < self.end", "self.start <= at <= self.end"),
    ),
    *planted_in(
        "rules/bookings.py",
        ("booked over a booking", "    if lease.status is Status.BOOKED and begins:\n", "    if False:\n"),
        ("booked over a holder", "elif lease.status is Status.ACTIVE and lease.ends:", "elif False:"),
        ("booked into a freeze", "if not window.lifted and window.scope", "if False and window.scope"),
        (
            "back to back is a conflict",
            "if each.start < end and start < each.end]",
            "if each.start <= end and start <= each.end]",
        ),
        ("free where it is not", "        start = max(ends)\n", "        start = min(ends)\n        return start\n"),
    ),
    *planted_in(
        "rules/eta.py",
        ("an estimate forgets freezes", "window = state.freeze_of(scope, lease.mode, turn)", "window = None"),
        (
            "an estimate forgets bookings",
            "window.end if window else _booked_until(state, lease, scope, turn)",
            "window.end if window else None",
        ),
        (
            "an estimate where nobody can tell",
            "all(condition is not None and condition.eta is None for",
            "all(False for",
        ),
    ),
)

ORDER = ("tests/feature/ledger/test_order.py",)
LOSS = ("tests/feature/ledger/test_loss.py",)
PROMISE = ("tests/feature/ledger/test_promise.py",)
START = ("tests/feature/ledger/test_start.py",)
REPLICA = ("tests/unit/ledger",)

BENEATH = (
    Fault(
        "append without the head check",
        "log/append.lua",
        'if seq > folded then\n  word = word == "DONE" and word or "BEHIND"',
        'if seq > folded then\n  word = word == "DONE" and word or "OK"',
        ORDER,
    ),
    Fault("a request id is not remembered", "log/append.lua", 'if ARGV[i + 4] ~= "" then', "if false then", ORDER),
    Fault("a request id is not looked for", "log/append.lua", 'if known[i - 2] then word = "DONE" end', "", ORDER),
    Fault(
        "another epoch is taken for this one",
        "log/append.lua",
        "if epoch ~= tonumber(ARGV[1]) then",
        "if false then",
        LOSS,
    ),
    Fault(
        "another branch is taken for this one",
        "log/append.lua",
        "if seq < folded or (seq == folded and head[3] ~= ARGV[3]) then",
        "if seq < folded then",
        LOSS,
    ),
    Fault("gap in seq", "log/append.lua", "  seq = seq + 1\n  redis", "  seq = seq + 2\n  redis", ORDER),
    Fault(
        "promise before commit",
        "log/appender.py",
        "            self._waiters.add(decided.ask, decided.outcome, at.seq, at.mark)\n",
        "            decided.ask.settle(decided.outcome)\n",
        PROMISE,
    ),
    Fault(
        "a refusal does not wait for what it rests on",
        "log/asks.py",
        "        self._waits.append(_Wait(ask, outcome, seq, mark))\n",
        "        if isinstance(outcome, Settled):\n            self._waits.append(_Wait(ask, outcome, seq, mark))\n"
        "        else:\n            ask.settle(outcome)\n",
        PROMISE,
    ),
    Fault(
        "committed out of order",
        "log/replica.py",
        "        return steps[:whole]\n",
        "        return steps[:whole][::-1]\n",
        ORDER,
    ),
    Fault(
        "half a request is committed",
        "log/replica.py",
        "            if step.ends_request:\n",
        "            if True:\n",
        REPLICA,
    ),
    Fault(
        "a gap is folded over",
        "log/replica.py",
        "(at.epoch, at.seq + 1, at.mark):",
        "(at.epoch, entry.seq, at.mark):",
        REPLICA,
    ),
    Fault(
        "a branch is followed",
        "log/replica.py",
        "(at.epoch, at.seq + 1, at.mark):",
        "(at.epoch, at.seq + 1, entry.follows):",
        REPLICA,
    ),
    Fault(
        "a fork is folded over",
        "log/replica.py",
        "if entry.seq == at.seq and entry.mark != at.mark:",
        "if False:",
        REPLICA,
    ),
    Fault(
        "a lost history is answered",
        "log/asks.py",
        "lost = [wait for wait in due if marks.get(wait.seq, wait.mark) != wait.mark]",
        "lost = list[_Wait]()",
        LOSS,
    ),
    Fault(
        "a request id serves for something else",
        "log/asks.py",
        "if memory.fingerprint != self.fingerprint:",
        "if False:",
        ORDER,
    ),
    Fault(
        "SQL's head is not compared",
        "log/archive.py",
        " AND epoch = :epoch AND seq = :known AND mark = :known_mark",
        "",
        LOSS,
    ),
    Fault(
        "snapshots of other rules are read",
        "log/snapshots.py",
        "if row is None or row.shape != shape():",
        "if row is None:",
        START,
    ),
    Fault("a snapshot forgets the freezes", "log/snapshots.py", "freezes=MappingProxyType(written.freezes),", ""),
    Fault("a snapshot forgets what can be undone", "log/snapshots.py", "        lately=written.lately,\n", ""),
    Fault("a second try is another request", "log/codec.py", "replace(wanted, terms=Terms())", "wanted", REPLICA),
)
