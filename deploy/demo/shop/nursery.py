"""Imported by the process that all services are forked from, and by nobody else: what it holds, they share.

Without this each would import the modules below for itself, for half a second and 10 MB (measured), and the garbage
collector would write to every page, which ends the sharing (see `gc.freeze` in the documentation of Python).
"""

import gc
from importlib import import_module

LATE = (
    "anyio._backends._asyncio",
    "httpcore",
    "pydantic.v1",
    "requests",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.h11_impl",
)
"""Modules that libraries load only when they are used."""

for name in ("shop.process", *LATE):
    import_module(name)
gc.collect()
gc.freeze()
