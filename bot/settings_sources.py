"""Where telemetry is read that is not sent here, and with which credentials. What is left out is not there."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from bot.settings_checks import web_root
from bot.settings_groups import SOURCES, setting
from bot.settings_vendors import VendorSettings

_LABEL = r"^[a-zA-Z_][a-zA-Z0-9_]*$"


class SourceSettings(VendorSettings):
    """Who knows what services do, besides what they send here."""

    datadog_api_key: SecretStr | None = setting(
        "DATADOG_API_KEY",
        SOURCES,
        "Datadog: API key; DATADOG_APP_KEY goes with it.",
        "Copy an API key of your organization's settings in Datadog.",
        None,
    )
    datadog_app_key: SecretStr | None = setting(
        "DATADOG_APP_KEY",
        SOURCES,
        "Datadog: application key with timeseries_query.",
        "Create an application key in your organization's settings in Datadog.",
        None,
    )
    datadog_site: str = setting(
        "DATADOG_SITE",
        SOURCES,
        "Datadog: the site your organization is on.",
        "Set it to a name like datadoghq.com, datadoghq.eu or us3.datadoghq.com.",
        "datadoghq.com",
        pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$",
    )
    datadog_operation: str = setting(
        "DATADOG_OPERATION",
        SOURCES,
        "Datadog: the operation that serves a request, as its trace metrics are named.",
        "Set it to a name like http.server.request or flask.request.",
        "http.server.request",
        pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$",
    )

    prometheus_url: Annotated[str, AfterValidator(web_root)] | None = setting(
        "SIGNALBOX_PROMETHEUS_URL",
        SOURCES,
        "Prometheus, or what speaks its API; goes before Datadog when both are set.",
        "Set it to an address like http://prometheus:9090.",
        None,
    )
    prometheus_token: SecretStr | None = setting(
        "SIGNALBOX_PROMETHEUS_TOKEN",
        SOURCES,
        "Its bearer token, where it asks for one.",
        "Set it to the token, or leave it out.",
        None,
    )
    prometheus_service_label: str = setting(
        "SIGNALBOX_PROMETHEUS_SERVICE_LABEL",
        SOURCES,
        "The label of http_server_request_duration_seconds that names a service.",
        "Set it to a label like service_name or job.",
        "service_name",
        pattern=_LABEL,
    )
    prometheus_environment_label: str = setting(
        "SIGNALBOX_PROMETHEUS_ENVIRONMENT_LABEL",
        SOURCES,
        "The label that names an environment.",
        "Set it to a label like deployment_environment_name or env.",
        "deployment_environment_name",
        pattern=_LABEL,
    )

    def missing_for_sources(self) -> list[str]:
        """What a source still lacks that was set up by half, a sentence each."""
        named = {"DATADOG_API_KEY": self.datadog_api_key, "DATADOG_APP_KEY": self.datadog_app_key}
        lacking = [name for name, key in named.items() if key is None]
        return [f"{name} is not set, and Datadog asks for both keys." for name in lacking if len(lacking) < len(named)]
