"""Everything that can be set from outside: environment variables first, then `.env`, then the defaults here.

Only bootstrap, the command line and `__main__` read this. `.env.example` is rendered from it (`signalbox doctor` and a
test compare), so a setting is described once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import AfterValidator, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from bot.errors import UsageError
from bot.settings_checks import (
    LogFormat,
    LogLevel,
    Sample,
    SlackMode,
    api_root,
    expanded,
    host_names,
    redis_address,
    slash_command,
    sql_address,
    token,
    web_address,
    web_root,
)
from bot.settings_groups import HERE, SLACK, STORE, WATCH, setting
from bot.settings_model import ModelSettings

_PORT_FIX = "Set it to a free port between 1 and 65535, or leave it out: then any free port will do when {} is taken."


class Settings(ModelSettings):
    """One frozen value per process. Field names are ours; the variable of each stands in its `setting`."""

    model_config = SettingsConfigDict(
        env_prefix="SIGNALBOX_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

    slack_bot_token: Annotated[SecretStr, token("xoxb-")] | None = setting(
        "SLACK_BOT_TOKEN",
        SLACK,
        "Bot User OAuth Token (OAuth & Permissions).",
        "Copy the Bot User OAuth Token (xoxb-...) of your Slack app.",
        None,
    )
    slack_app_token: Annotated[SecretStr, token("xapp-")] | None = setting(
        "SLACK_APP_TOKEN",
        SLACK,
        "App-level token with connections:write (Basic Information); for Socket Mode.",
        "Create an app-level token (xapp-...) with connections:write, or set SLACK_MODE=http.",
        None,
    )
    slack_signing_secret: SecretStr | None = setting(
        "SLACK_SIGNING_SECRET",
        SLACK,
        "Signing Secret (Basic Information); for SLACK_MODE=http.",
        "Copy the Signing Secret of your Slack app, or set SLACK_MODE=socket.",
        None,
    )
    slack_mode: SlackMode = setting(
        "SLACK_MODE",
        SLACK,
        "How Slack reaches us: socket (nothing to open to the internet) or http.",
        "Set it to socket or http.",
        SlackMode.SOCKET,
    )
    slack_api_url: Annotated[str, AfterValidator(api_root)] = setting(
        "SLACK_API_URL",
        SLACK,
        "Root of Slack's Web API.",
        "Set it to an address like https://slack.com/api/.",
        "https://slack.com/api/",
    )
    workspace_id: str = setting(
        "SIGNALBOX_WORKSPACE_ID",
        SLACK,
        "Name of this workspace in Redis and SQL; one database may serve several.",
        "Use letters, digits, - and _ only (a Slack team id is a good one).",
        "local",
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
    )
    command_env: Annotated[str, AfterValidator(slash_command)] = setting(
        "SIGNALBOX_COMMAND_ENV",
        SLACK,
        "Slash command for environments; rename it when another app has taken it.",
        "Set it to a name like /env.",
        "/env",
    )
    command_deploy: Annotated[str, AfterValidator(slash_command)] = setting(
        "SIGNALBOX_COMMAND_DEPLOY", SLACK, "Slash command for deployments.", "Set it to a name like /deploy.", "/deploy"
    )
    command_suite: Annotated[str, AfterValidator(slash_command)] = setting(
        "SIGNALBOX_COMMAND_SUITE", SLACK, "Slash command for test suites.", "Set it to a name like /suite.", "/suite"
    )
    redis_url: Annotated[SecretStr, AfterValidator(redis_address)] | None = setting(
        "REDIS_URL",
        STORE,
        "redis://, rediss://, unix:// or redis+cluster://; needs AOF and noeviction.",
        "Set it to an address like redis://localhost:6379/0, or leave it out for the embedded Valkey.",
        None,
    )
    database_url: Annotated[SecretStr, AfterValidator(sql_address)] | None = setting(
        "DATABASE_URL",
        STORE,
        "postgresql:// or sqlite:///; SQLite in the data folder when left out.",
        "Set it to an address like postgresql://user@host/signalbox, or leave it out for SQLite.",
        None,
    )
    data_dir: Annotated[Path, AfterValidator(expanded)] = setting(
        "SIGNALBOX_DATA_DIR",
        STORE,
        "Folder for everything that this process keeps on disk.",
        "Set it to a folder that this user may write.",
        Path(".signalbox"),
    )
    catalog: Annotated[Path, AfterValidator(expanded)] = setting(
        "SIGNALBOX_CATALOG",
        HERE,
        "Environments, services, people and policies.",
        "Set it to the path of a YAML file.",
        Path("signalbox.yaml"),
    )
    host: str = setting(
        "SIGNALBOX_HOST",
        HERE,
        "Address to listen on; 0.0.0.0 in a container.",
        "Set it to an address of this machine, such as 127.0.0.1.",
        "127.0.0.1",
        min_length=1,
    )
    port: int = setting(
        "SIGNALBOX_PORT",
        HERE,
        "API, webhooks and pages. Any free port when left out and 8010 is taken.",
        _PORT_FIX.format(8010),
        8010,
        ge=1,
        le=65535,
    )
    workspace_port: int = setting(
        "SIGNALBOX_WORKSPACE_PORT",
        HERE,
        "The local workspace. Any free port when left out and 8020 is taken.",
        _PORT_FIX.format(8020),
        8020,
        ge=1,
        le=65535,
    )
    sample: Sample = setting(
        "SIGNALBOX_SAMPLE",
        HERE,
        "auto: with the sample catalog, `signalbox up` runs the sample shop as well; off: it does not.",
        "Set it to auto or off.",
        Sample.AUTO,
    )
    sample_opening: Sample = setting(
        "SIGNALBOX_SAMPLE_OPENING",
        HERE,
        "auto: on the very first start the people of the sample catalog use it for two minutes; off: they do not.",
        "Set it to auto or off.",
        Sample.AUTO,
    )
    public_url: Annotated[str, AfterValidator(web_root)] | None = setting(
        "SIGNALBOX_PUBLIC_URL",
        HERE,
        "Where people's calendars reach this server, as they are told; the address it listens on when left out.",
        "Set it to an address like https://signalbox.example.com.",
        None,
    )
    callback_hosts: Annotated[str, AfterValidator(host_names)] = setting(
        "SIGNALBOX_CALLBACK_HOSTS",
        HERE,
        "Hosts inside your network that a callback_url may name, with commas; *.ci.example.com for all below it.",
        "Set it to host names with commas between, such as jenkins.example.com,*.ci.example.com.",
        "",
    )
    log_format: LogFormat = setting(
        "SIGNALBOX_LOG_FORMAT",
        WATCH,
        "json, console, or auto: console on a terminal, else json.",
        "Set it to json, console or auto.",
        LogFormat.AUTO,
    )
    log_level: LogLevel = setting(
        "SIGNALBOX_LOG_LEVEL",
        WATCH,
        "debug, info, warning or error.",
        "Set it to debug, info, warning or error.",
        LogLevel.INFO,
    )
    otlp_endpoint: Annotated[str, AfterValidator(web_address)] | None = setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        WATCH,
        "OpenTelemetry collector (OTLP over HTTP); no traces when left out.",
        "Set it to an address like http://localhost:4318.",
        None,
    )

    @property
    def local_workspace(self) -> bool:
        """Nobody gave a Slack token: the workspace on this machine plays Slack."""
        return self.slack_bot_token is None

    def chose(self, field: str) -> bool:
        """Was this field set by a person, rather than left at its default?"""
        return field in self.model_fields_set

    def telemetry_address(self) -> str:
        """Where telemetry is kept. With SQLite that is a file of its own: a million spans must not hold up a lease."""
        address = self.database_address()
        return (
            f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'telemetry.db'}"
            if address.startswith("sqlite")
            else address
        )

    def database_address(self) -> str:
        """An SQLAlchemy address with its async driver."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'signalbox.db'}"


class SettingsError(UsageError):
    """`problems` has one sentence per variable that is wrong, each with its fix."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the environment and `env_file`. Raises SettingsError."""
    try:
        settings = Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue] - pydantic-settings takes it at run time
    except ValidationError as invalid:
        raise SettingsError(
            tuple(_sentence(error["loc"], error["msg"], error["type"]) for error in invalid.errors())
        ) from None
    except OSError as unreadable:
        raise SettingsError(
            (f"{env_file} cannot be read: {unreadable.strerror}. Make it readable for this user.",)
        ) from None
    if missing := (*missing_for_slack(settings), *settings.missing_for_sources()):
        raise SettingsError(missing)
    return settings


def missing_for_slack(settings: Settings) -> list[str]:
    """What a real Slack connection still lacks, a sentence each."""
    if settings.local_workspace:
        given = settings.slack_app_token or settings.slack_signing_secret
        return (
            [f"SLACK_BOT_TOKEN is not set, though other Slack settings are. {fix_of('slack_bot_token')}"]
            if given
            else []
        )
    if settings.slack_mode is SlackMode.SOCKET and settings.slack_app_token is None:
        return [f"SLACK_APP_TOKEN is not set, and SLACK_MODE=socket needs it. {fix_of('slack_app_token')}"]
    if settings.slack_mode is SlackMode.HTTP and settings.slack_signing_secret is None:
        return [f"SLACK_SIGNING_SECRET is not set, and SLACK_MODE=http needs it. {fix_of('slack_signing_secret')}"]
    return []


def variable_of(field: str) -> str:
    return str(Settings.model_fields[field].validation_alias)


def fix_of(field: str) -> str:
    return str(_extra(field)["fix"])


def group_of(field: str) -> str:
    return str(_extra(field)["group"])


def _extra(field: str) -> dict[str, Any]:
    extra = Settings.model_fields[field].json_schema_extra
    return cast("dict[str, Any]", extra) if isinstance(extra, dict) else {}


def _sentence(where: tuple[int | str, ...], message: str, kind: str) -> str:
    """Pydantic's second half sentences say the same again in its own words."""
    field = next(field for field in Settings.model_fields if str(where[0]) in (field, variable_of(field)))
    ours = message.removeprefix("Value error, ")
    wrong = ours if kind == "value_error" else f"is wrong: {message[:1].lower()}{message[1:].partition(',')[0]}"
    return f"{variable_of(field)} {wrong}. {fix_of(field)}"
