"""Who runs pipelines, and with which credentials. What is left out is not there."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.settings_checks import pem, web_root
from bot.settings_groups import CI, TelemetrySettings, setting

Root = Annotated[str, AfterValidator(web_root)]
_ADDRESS = "Set it to an address like {}."
_MADE_TO = "Create a token that may {}, and copy it here."
_FOR_WEBHOOK = "Set it to the secret that you gave the webhook at {}."


class VendorSettings(TelemetrySettings):
    """Tokens and addresses of CI providers."""

    bitbucket_token: SecretStr | None = setting(
        "BITBUCKET_TOKEN",
        CI,
        "Bitbucket Cloud: an access token of the workspace or the repositories.",
        _MADE_TO.format("read repositories and run pipelines"),
        None,
    )
    bitbucket_user: str = setting(
        "BITBUCKET_USER",
        CI,
        "The e-mail address of an API token's owner; none for an access token.",
        "Set it to an e-mail address, or leave it out.",
        "",
    )
    bitbucket_api_url: Root = setting(
        "BITBUCKET_API_URL",
        CI,
        "Root of its API.",
        _ADDRESS.format("https://api.bitbucket.org/2.0"),
        "https://api.bitbucket.org/2.0",
    )
    github_token: SecretStr | None = setting(
        "GITHUB_TOKEN",
        CI,
        "GitHub Actions: a fine-grained token with actions, contents and commit statuses.",
        _MADE_TO.format("read contents, write actions and commit statuses"),
        None,
    )
    github_api_url: Root = setting(
        "GITHUB_API_URL",
        CI,
        "Root of its API; https://HOST/api/v3 for GitHub Enterprise Server.",
        _ADDRESS.format("https://api.github.com"),
        "https://api.github.com",
    )
    github_app_id: str = setting(
        "GITHUB_APP_ID",
        CI,
        "A GitHub App that answers deployment protection rules: its App ID.",
        "Set it to the App ID on the settings page of the App.",
        "",
        pattern=r"^\w*$",
    )
    github_app_private_key: Annotated[SecretStr, AfterValidator(pem)] | None = setting(
        "GITHUB_APP_PRIVATE_KEY",
        CI,
        "Its private key: the PEM file's path, or its text with \\n for the ends of lines.",
        "Set it to the path of the .pem file that GitHub made for the App.",
        None,
    )
    github_app_installation: str = setting(
        "GITHUB_APP_INSTALLATION",
        CI,
        "Where it is installed: the number that the address of that page ends with.",
        "Set it to the number at the end of the installation's address.",
        "",
        pattern=r"^\d*$",
    )
    gitlab_token: SecretStr | None = setting(
        "GITLAB_TOKEN", CI, "GitLab: an access token with the scope api.", _MADE_TO.format("use the API"), None
    )
    gitlab_api_url: Root = setting(
        "GITLAB_API_URL",
        CI,
        "Root of its API; https://HOST/api/v4 for your own.",
        _ADDRESS.format("https://gitlab.com/api/v4"),
        "https://gitlab.com/api/v4",
    )
    jenkins_url: Root | None = setting(
        "JENKINS_URL", CI, "Jenkins: its root.", _ADDRESS.format("https://jenkins.example.com"), None
    )
    jenkins_user: str = setting(
        "JENKINS_USER", CI, "Whose API token it is.", "Set it to the user name of the API token.", ""
    )
    jenkins_token: SecretStr | None = setting(
        "JENKINS_TOKEN", CI, "An API token of that user.", _MADE_TO.format("build the jobs"), None
    )
    local_pipelines: dict[str, str] = Field(
        default_factory=dict,
        validation_alias="SIGNALBOX_LOCAL_PIPELINES",
        description="Commands of this machine, as JSON: the catalog's `provider: local` runs them by name.",
        json_schema_extra={"group": CI, "fix": 'Set it to JSON such as {"deploy": "./deploy.sh"}.'},
    )
    bitbucket_webhook_secret: SecretStr | None = setting(
        "BITBUCKET_WEBHOOK_SECRET",
        CI,
        "Webhooks to /webhooks/bitbucket are taken when they are signed with this.",
        _FOR_WEBHOOK.format("Bitbucket"),
        None,
    )
    github_webhook_secret: SecretStr | None = setting(
        "GITHUB_WEBHOOK_SECRET",
        CI,
        "The same for /webhooks/github.",
        _FOR_WEBHOOK.format("GitHub"),
        None,
    )
    gitlab_webhook_secret: SecretStr | None = setting(
        "GITLAB_WEBHOOK_SECRET",
        CI,
        "The same for /webhooks/gitlab: its secret token.",
        _FOR_WEBHOOK.format("GitLab"),
        None,
    )
    jenkins_webhook_secret: SecretStr | None = setting(
        "JENKINS_WEBHOOK_SECRET",
        CI,
        "The same for /webhooks/jenkins: sent as a token.",
        _FOR_WEBHOOK.format("Jenkins"),
        None,
    )
