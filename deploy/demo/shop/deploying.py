"""The last step of a pipeline: asks the operator to run a version, and says what came of it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import httpx

TRIES, TIMEOUT_SECONDS = 3, 30.0


def deploy(given: argparse.Namespace) -> None:
    """Prints what runs now; ends the process with 1 and a sentence when it was refused."""
    print(f"Deploying {given.service} {given.version} to {given.environment} ...", flush=True)
    try:
        answer = _ask(given)
    except httpx.HTTPError as error:
        sys.exit(f"The operator at {given.operator} does not answer: {error}.")
    told: dict[str, Any] = answer.json()
    if answer.is_error:
        sys.exit(f"Refused: {told.get('error') or told}")
    print(f"{told['service']} {told['version']} runs in {told['environment']}; before it was {told['previous']}.")
    print(f"Commit {told['commit'][:12]}, process {told['pid']}, {told['url']}")


def _ask(given: argparse.Namespace) -> httpx.Response:
    """With an id it is safe to ask again when no answer comes: the same deployment happens once."""
    asked = {"version": given.version, "token": given.token or None, "deployment": given.deployment}
    url = f"{given.operator}/environments/{given.environment}/services/{given.service}"
    transport = httpx.HTTPTransport(retries=TRIES)  # of connecting
    with httpx.Client(transport=transport, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        for _ in range(TRIES - 1 if given.deployment else 0):
            try:
                return http.put(url, json=asked)
            except httpx.TransportError as error:
                print(f"No answer ({error!r}); asking again.", flush=True)
        return http.put(url, json=asked)
