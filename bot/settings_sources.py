"""Where telemetry is read that is not sent here, and with which credentials. What is left out is not there."""

from __future__ import annotations

from pydantic import SecretStr

from bot.settings_groups import SOURCES, setting
from bot.settings_vendors import VendorSettings


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

    def missing_for_sources(self) -> list[str]:
        """What a source still lacks that was set up by half, a sentence each."""
        named = {"DATADOG_API_KEY": self.datadog_api_key, "DATADOG_APP_KEY": self.datadog_app_key}
        lacking = [name for name, key in named.items() if key is None]
        return [f"{name} is not set, and Datadog asks for both keys." for name in lacking if len(lacking) < len(named)]
