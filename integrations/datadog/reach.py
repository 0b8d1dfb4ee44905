"""Where Datadog is and who asks. Its sites differ in host names (docs.datadoghq.com/getting_started/site)."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from integrations.kit.source import Source

US1 = "datadoghq.com"
WITH_APP = frozenset({US1, "datadoghq.eu", "ddog-gov.com"})
"""Sites whose pages are at app.SITE; those of the others (us3, us5, ap1, ...) are at the site itself."""

REMEDY = (
    "Check DATADOG_API_KEY, DATADOG_APP_KEY and DATADOG_SITE: the application key needs logs_read_data, "
    "logs_read_index_data, apm_read, timeseries_query and events_read."
)


@dataclass(frozen=True, slots=True)
class Keys:
    api: SecretStr
    app: SecretStr

    def headers(self) -> dict[str, str]:
        return {"DD-API-KEY": self.api.get_secret_value(), "DD-APPLICATION-KEY": self.app.get_secret_value()}


def reach(http: httpx.AsyncClient, keys: Keys, *, site: str = US1, base_url: str = "") -> Source:
    """base_url: instead of the site's own, such as a proxy's."""
    root = base_url or f"https://api.{site}"
    return Source(http, name="Datadog", base_url=root, credentials=keys.headers(), remedy=REMEDY)


def pages_of(site: str) -> str:
    """The address at which people of this site look at Datadog, unless their organization has one of its own."""
    return f"https://app.{site}" if site in WITH_APP else f"https://{site}"
