"""Where telemetry is read that is not sent here, and with which credentials. What is left out is not there."""

from __future__ import annotations

from pydantic import SecretStr

from bot.settings_groups import SOURCES, setting
from bot.settings_vendors import Root, VendorSettings

_LABEL = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
_NAME = r"^[A-Za-z0-9_-]{1,40}$"
_ADDRESS = "Set it to an address like {}."
_COPY = "Set it to the token, or leave it out."
_USER = "Set it to the user's name, or leave it out."
_TENANT = "Set it to the tenant's name, or leave it out."
_TENANTS = r"^[A-Za-z0-9!._*'()|-]{0,150}$"
_UID = "Copy it from the address of the data source's page in Grafana."


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
        "Datadog: application key with timeseries_query, logs_read_data, logs_read_index_data, apm_read, events_read.",
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

    datadog_environment_tag: str = setting(
        "DATADOG_ENVIRONMENT_TAG",
        SOURCES,
        "Datadog: the tag that names an environment.",
        "Set it to a tag like env.",
        "env",
        pattern=_LABEL,
    )
    datadog_pages_url: Root | None = setting(
        "DATADOG_PAGES_URL",
        SOURCES,
        "Datadog: where your organization looks at it; its site's usual address when left out.",
        _ADDRESS.format("https://acme.datadoghq.com"),
        None,
    )
    datadog_api_url: Root | None = setting(
        "DATADOG_API_URL",
        SOURCES,
        "Datadog: root of its API, and of its intake of events, where a proxy stands before them.",
        _ADDRESS.format("https://datadog-proxy.example.com"),
        None,
    )
    datadog_events: bool = setting(
        "DATADOG_EVENTS",
        SOURCES,
        "Datadog: mark there when a deployment begins, ends or turns out bad.",
        "Set it to true or false.",
        default=True,
    )

    prometheus_url: Root | None = setting(
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
        _COPY,
        None,
    )
    prometheus_service_label: str = setting(
        "SIGNALBOX_PROMETHEUS_SERVICE_LABEL",
        SOURCES,
        "The label that names a service, of its requests (http_server_request_duration_seconds) and of what it uses.",
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

    loki_url: Root | None = setting(
        "SIGNALBOX_LOKI_URL",
        SOURCES,
        "Loki: logs; goes before Datadog when both are set.",
        _ADDRESS.format("http://loki:3100"),
        None,
    )
    loki_token: SecretStr | None = setting("SIGNALBOX_LOKI_TOKEN", SOURCES, "Its token or password.", _COPY, None)
    loki_user: str = setting("SIGNALBOX_LOKI_USER", SOURCES, "Its user, where it asks for a password.", _USER, "")
    loki_tenant: str = setting(
        "SIGNALBOX_LOKI_TENANT", SOURCES, "Its tenant (X-Scope-OrgID).", _TENANT, "", pattern=_TENANTS
    )
    loki_service_label: str = setting(
        "SIGNALBOX_LOKI_SERVICE_LABEL",
        SOURCES,
        "The label that names a service.",
        "Set it to a label like service_name or app.",
        "service_name",
        pattern=_LABEL,
    )
    loki_environment_label: str = setting(
        "SIGNALBOX_LOKI_ENVIRONMENT_LABEL",
        SOURCES,
        "The label that names an environment.",
        "Set it to a label like deployment_environment_name or namespace.",
        "deployment_environment_name",
        pattern=_LABEL,
    )
    tempo_url: Root | None = setting(
        "SIGNALBOX_TEMPO_URL",
        SOURCES,
        "Tempo: traces; goes before Datadog when both are set.",
        _ADDRESS.format("http://tempo:3200"),
        None,
    )
    tempo_token: SecretStr | None = setting("SIGNALBOX_TEMPO_TOKEN", SOURCES, "Its token or password.", _COPY, None)
    tempo_user: str = setting("SIGNALBOX_TEMPO_USER", SOURCES, "Its user, where it asks for a password.", _USER, "")
    tempo_tenant: str = setting(
        "SIGNALBOX_TEMPO_TENANT", SOURCES, "Its tenant (X-Scope-OrgID).", _TENANT, "", pattern=_TENANTS
    )
    tempo_environment_attribute: str = setting(
        "SIGNALBOX_TEMPO_ENVIRONMENT_ATTRIBUTE",
        SOURCES,
        "The attribute of a resource that names an environment.",
        "Set it to an attribute like deployment.environment.name or deployment.environment.",
        "deployment.environment.name",
        pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$",
    )
    grafana_url: Root | None = setting(
        "SIGNALBOX_GRAFANA_URL",
        SOURCES,
        "Grafana: where links to logs of Loki and traces of Tempo lead; without it there are none.",
        _ADDRESS.format("https://grafana.example.com"),
        None,
    )
    grafana_loki: str = setting(
        "SIGNALBOX_GRAFANA_LOKI", SOURCES, "The uid of its data source for Loki.", _UID, "loki", pattern=_NAME
    )
    grafana_tempo: str = setting(
        "SIGNALBOX_GRAFANA_TEMPO", SOURCES, "The uid of its data source for Tempo.", _UID, "tempo", pattern=_NAME
    )

    def missing_for_sources(self) -> list[str]:
        """What a source still lacks that was set up by half, a sentence each."""
        named = {"DATADOG_API_KEY": self.datadog_api_key, "DATADOG_APP_KEY": self.datadog_app_key}
        lacking = [name for name, key in named.items() if key is None]
        half = [f"{name} is not set, and Datadog asks for both keys." for name in lacking if len(lacking) < len(named)]
        for name, address, token in (
            ("SIGNALBOX_LOKI", self.loki_url, self.loki_token),
            ("SIGNALBOX_TEMPO", self.tempo_url, self.tempo_token),
            ("SIGNALBOX_PROMETHEUS", self.prometheus_url, self.prometheus_token),
        ):
            if token is not None and address is None:
                half.append(f"{name}_URL is not set, though {name}_TOKEN is. Set it, or remove the token.")
        return half
