"""Where what fails after a deployment went wrong, if not in what was deployed. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.deployments.rates import Compared, fails


def astray(each: Compared, *, silent: bool, asked: bool) -> Compared:
    """Where nearly all went wrong first in one other service, that says nothing of what was deployed if that one does
    not answer whoever asks (silent), or if what was deployed does not ask it, not through others either. Its own
    requests go wrong where it asks.
    """
    says_nothing = silent or not (asked or each.own)
    return replace(each, astray=each.mostly_in, silent=silent) if says_nothing else each


def why_undecided(each: Compared) -> str:
    """`nobody can say how it is, since payments does not answer`"""
    return f"nobody can say how it is, since {each.astray} {'does not answer' if each.silent else 'fails'}"


def somebody_elses(each: Compared) -> str:
    """Why what a service fails at may not be the doing of what was deployed; empty when it is."""
    if each.astray:
        why = "which does not answer" if each.silent else "which what was deployed does not ask"
        return f"{each.began[0][1]} of {each.looked_at} that were looked at went wrong first in {each.astray}, {why}"
    if not fails(each.its_share):
        return f"{each.passed_by} of {each.looked_at} that were looked at did not get as far as this"
    if not fails(each.not_of_others):
        return f"{each.through} of {each.looked_at} that were looked at may have failed at {_others(each)}"
    return ""


def _others(each: Compared) -> str:
    """`payments 1.5.0, orders 2.1.1, which are not well, or catalog 2.3.0, which came meanwhile`"""
    not_well = f"{', '.join(each.unwell)}, which {'are' if len(each.unwell) > 1 else 'is'} not well"
    came = f"{', '.join(each.since)}, which came meanwhile"
    return ", or ".join(words for words, named in ((not_well, each.unwell), (came, each.since)) if named)


def whence(each: Compared, own: Compared | None) -> str:
    """Where most of what failed went wrong first, if that is neither where it was seen nor what was deployed: then it
    is what another answers, though it may be asked otherwise than before.
    """
    service, count = each.began[0] if each.began else ("", 0)
    if service in {"", each.service, own.service if own else ""} or 2 * count <= each.looked_at:
        return ""
    return f"; {count} of {each.looked_at} that were looked at went wrong first in {service}"
