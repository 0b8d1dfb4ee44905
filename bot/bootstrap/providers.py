"""Who runs pipelines, as far as it was set up."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx

from bot.bootstrap.floor import Floor
from bot.deployments.needs import Providers
from bot.ports.pipelines import Changes, Pipelines
from bot.ports.protection import RunGates
from bot.ports.webhooks import Webhooks
from bot.runtime.sample import SampleShop
from bot.settings import Settings
from integrations.bitbucket.pipelines import BitbucketPipelines
from integrations.bitbucket.webhooks import BitbucketWebhooks
from integrations.github.app import GitHubApp
from integrations.github.pipelines import GitHubPipelines
from integrations.github.webhooks import GitHubWebhooks
from integrations.gitlab.pipelines import GitLabPipelines
from integrations.gitlab.webhooks import GitLabWebhooks
from integrations.jenkins.pipelines import JenkinsPipelines
from integrations.jenkins.webhooks import JenkinsWebhooks
from integrations.kit.vendor import http_client
from integrations.local_runner.pipelines import LocalPipelines
from integrations.sample_shop import ShopVersions

NAMED = {"User-Agent": "Signalbox"}
HANDED_ON = ("PATH", "HOME", "LANG", "TMPDIR")
"""What of our own environment a command on this machine may see: none of our secrets."""


def open_providers(floor: Floor, shop: SampleShop | None) -> Providers:
    """shop: when it runs beside us."""
    http = http_client(NAMED)
    floor.life.on_stop("pipelines", http.aclose)
    known = chosen_providers(floor.settings, http)
    if (local := _on_this_machine(floor, shop)) is not None:
        known["local"] = local
    return known.get


def senders(settings: Settings) -> dict[str, Webhooks]:
    """Who may send them, by name: those with a secret."""
    found = {
        "bitbucket": (BitbucketWebhooks, settings.bitbucket_webhook_secret),
        "github": (partial(GitHubWebhooks, base_url=settings.github_api_url), settings.github_webhook_secret),
        "gitlab": (GitLabWebhooks, settings.gitlab_webhook_secret),
        "jenkins": (JenkinsWebhooks, settings.jenkins_webhook_secret),
    }
    return {name: kind(secret) for name, (kind, secret) in found.items() if secret is not None}


def open_run_gates(floor: Floor) -> RunGates | None:
    """What answers runs that GitHub holds back; None when no App was set up."""
    http = http_client(NAMED)
    floor.life.on_stop("run gates", http.aclose)
    return github_app(floor.settings, http)


def github_app(settings: Settings, http: httpx.AsyncClient) -> GitHubApp | None:
    """None unless all of it is set."""
    key, app_id, installation = (
        settings.github_app_private_key,
        settings.github_app_id,
        settings.github_app_installation,
    )
    if key is None or not app_id or not installation:
        return None
    return GitHubApp(http, app_id=app_id, private_key=key, installation=installation, base_url=settings.github_api_url)


def chosen_providers(settings: Settings, http: httpx.AsyncClient) -> dict[str, Pipelines]:
    """What was set up, by name. Jenkins keeps no repositories: commits of what it runs are looked up where they are
    kept, unless that could be several places.
    """
    known = dict(_keepers_of_repositories(settings, http))
    changes = next(iter(known.values())) if len(known) == 1 else None
    if (token := settings.jenkins_token) is not None and settings.jenkins_url:
        root, user = settings.jenkins_url, settings.jenkins_user
        known["jenkins"] = JenkinsPipelines(http, base_url=root, user=user, token=token, changes=changes)
    return known


def _keepers_of_repositories(settings: Settings, http: httpx.AsyncClient) -> Iterator[tuple[str, Pipelines]]:
    if (token := settings.bitbucket_token) is not None:
        user, root = settings.bitbucket_user, settings.bitbucket_api_url
        yield "bitbucket", BitbucketPipelines(http, token=token, user=user, base_url=root)
    if (token := settings.github_token) is not None:
        yield "github", GitHubPipelines(http, token=token, base_url=settings.github_api_url)
    if (token := settings.gitlab_token) is not None:
        yield "gitlab", GitLabPipelines(http, token=token, base_url=settings.gitlab_api_url)


def _on_this_machine(floor: Floor, shop: SampleShop | None) -> Pipelines | None:
    commands = dict(floor.settings.local_pipelines)
    environment = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    changes: Changes | None = None
    if shop is not None:
        commands.setdefault("deploy", f"{sys.executable} -m shop deploy")
        for journeys in ("api", "browser"):
            commands.setdefault(f"journeys-{journeys}", f"{sys.executable} -m journeys {journeys}")
        environment |= {"PYTHONPATH": str(shop.package), "SHOP_OPERATOR": shop.operator}
        changes = ShopVersions(shop.operator)
    if not commands:
        return None
    return LocalPipelines(floor.data / "runs", commands, environment=environment, cwd=Path.cwd(), changes=changes)
