"""What a pipeline of the sample shop does: it asks the operator for a version, and reads what came of it.

Everything it needs stands in its environment, as Signalbox gives it to every run that it starts.
"""

from __future__ import annotations

import os
import sys

import httpx

PATIENCE = 60.0
NEEDED = ("SHOP_OPERATOR", "SIGNALBOX_ENVIRONMENT", "SIGNALBOX_SERVICE", "SIGNALBOX_VERSION", "SIGNALBOX_DEPLOYMENT")


def deploy() -> int:
    """The exit code of the pipeline: 0 when the version runs and is healthy."""
    given = {name: os.environ.get(name, "") for name in NEEDED}
    if missing := [name for name, value in given.items() if not value]:
        _say(f"{', '.join(missing)} must be set.")
        return 64
    service, environment = given["SIGNALBOX_SERVICE"], given["SIGNALBOX_ENVIRONMENT"]
    version = given["SIGNALBOX_VERSION"]
    _say(f"Deploying {service} {version} to {environment} ...")
    asked = {
        "version": version,
        "token": os.environ.get("SIGNALBOX_LEASE_TOKEN") or None,
        "deployment": given["SIGNALBOX_DEPLOYMENT"],
    }
    try:
        answer = httpx.put(
            f"{given['SHOP_OPERATOR']}/environments/{environment}/services/{service}",
            json=asked,
            timeout=PATIENCE,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        _say(f"The operator does not answer: {error}")
        return 1
    _say(answer.text)
    if not answer.is_success:
        _say(f"Refused with {answer.status_code}.")
        return 1
    _say(f"{service} {version} runs in {environment}.")
    return 0


def _say(line: str) -> None:
    """Into the log of the run."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
