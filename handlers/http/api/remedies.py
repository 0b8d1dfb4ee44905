"""What to do about a problem, and what those are called who stand in the way."""

from __future__ import annotations

import re

from bot.catalog import Catalog
from bot.values import PIPELINE

WHAT_TO_DO: dict[int, str] = {
    400: "Send JSON, with Content-Type: application/json.",
    401: "Send `Authorization: Bearer sbx_...` with a token that holds; `signalbox token create` makes one.",
    403: "Use a token that may do this, made by `signalbox token create`; what others hold, they release.",
    404: "Look at GET /v1/environments and GET /v1/reservations for what there is.",
    405: "See /docs for the methods of each address.",
    409: "Look at the reservation or the environment as it is now, and decide again.",
    413: "Send less: no request needs that much.",
    422: "Correct the request. Nothing was changed.",
    429: "Wait for as long as Retry-After says; GET /v1/reservations/{id}?wait=60 waits without asking.",
    500: "Try once more with the same Idempotency-Key; if it stays, tell whoever runs Signalbox.",
    502: "Try again in a minute with the same Idempotency-Key.",
    503: "Try again after Retry-After seconds, with the same Idempotency-Key: it is carried out once.",
}

INSTEAD = {
    "already_yours": "Use the one that `reservation` names: heartbeats keep it for the length asked for. For more time "
    "than that, POST /v1/reservations/{id}/extend.",
    "gate_closed": "`reasons` says what is in the way and until when. With `wait: true` it stands in line for what "
    "others hold; a freeze is set aside with `override` and the scope deployments:override.",
    "wrong_token": "Send the token of an active reservation that covers the service, or none: then a short one is made "
    "for the deployment.",
    "not_its_run": "Send SIGNALBOX_DEPLOYMENT_KEY, which the run finds among its variables, as the header "
    "X-Signalbox-Deployment-Key. A workflow of GitHub and a job of Jenkins have to declare it.",
    "not_under_way": "Look at GET /v1/deployments/{id}.",
    "nothing_before": "Deploy the version that you want with POST /v1/deployments.",
    "moved_on": "Look at GET /v1/deployments?service=... for the latest one, and roll back that.",
    "request_reused": "Send an Idempotency-Key of its own with each thing that is wanted.",
    "sent_as_form": "Send the file as the body, `curl --data-binary @junit.xml` without -F; several files one by one, "
    "or as a zip.",
    "answered": "Look at GET /v1/versions.",
}
"""What to do about one kind of problem, where the status says too little."""

OF_RUNS: dict[int, str] = {
    404: "Look at GET /v1/runs for the runs there are; `/suite plan` in Slack lists the suites.",
    409: "Look at GET /v1/runs/{id}. What has ended stays as it was judged; POST /v1/runs begins another run.",
}
"""What to do about runs and suites, where the status speaks of reservations."""

_MENTION = re.compile(r"<@([^>|]+)>")


def fix_of(status: int, code: str, path: str) -> str:
    """path: of the request, such as `/v1/runs/R2345678`."""
    own = OF_RUNS if path.startswith("/v1/runs") else {}
    return INSTEAD.get(code) or own.get(status) or WHAT_TO_DO.get(status, WHAT_TO_DO[500])


def named(text: str, catalog: Catalog) -> str:
    """Our own sentence for a reader outside of Slack: people as the catalog calls them, instead of mentions."""
    return _MENTION.sub(lambda found: _called(found[1], catalog), text)


def _called(person: str, catalog: Catalog) -> str:
    known = catalog.person(person)
    return (known.full_name or known.name) if known else person.replace(PIPELINE, "pipeline ", 1)
