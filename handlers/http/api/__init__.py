"""The HTTP API, for pipelines: /v1, its description and its page."""

from handlers.http.api.access import Api
from handlers.http.api.routes import install

__all__ = ["Api", "install"]
