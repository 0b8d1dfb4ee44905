"""Attributes of OTLP as text, and who sends according to them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any

import msgspec
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from bot.telemetry.values import Limits, Origin

UNNAMED = "unknown_service"
"""What OpenTelemetry's own libraries call a service that has no name."""

NAMES = (
    "service.name",
    *(f"k8s.{kind}.name" for kind in ("deployment", "statefulset", "daemonset", "cronjob")),
)
"""What watches containers from outside knows no service: then their workload names it (OpenTelemetry semantic
conventions, *Specify resource attributes using Kubernetes annotations*). A job does not, nor a container: each run of
a CronJob has a name of its own.
"""

ENVIRONMENT = ("deployment.environment.name", "deployment.environment")
"""The name of now, and the one before it (OpenTelemetry semantic conventions 1.27)."""

_REPLACED = "�"
_encode = msgspec.json.Encoder().encode


def text_of(value: AnyValue) -> str:
    """Lists and maps as JSON."""
    kind = value.WhichOneof("value")
    if kind == "string_value":
        return value.string_value
    if kind == "int_value":
        return str(value.int_value)
    if kind == "bool_value":
        return "true" if value.bool_value else "false"
    if kind == "double_value":
        return repr(value.double_value)
    return "" if kind is None else _encode(_plain(value)).decode()


def _plain(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_plain(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {each.key: _plain(each.value) for each in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, kind) if kind else None


def texts(found: Iterable[KeyValue], limits: Limits) -> dict[str, str]:
    """Cut where one is too long; what is too many is left out."""
    longest = limits.value
    return {each.key[: limits.name]: text_of(each.value)[:longest] for each in islice(found, limits.attributes)}


def packed(attributes: dict[str, str]) -> str:
    """As the tables keep them."""
    return _encode(attributes).decode() if attributes else ""


def clean(text: str, longest: int) -> str:
    """No longer than that, and without the one character that PostgreSQL takes in no text."""
    text = text[:longest]
    return text.replace("\0", _REPLACED) if "\0" in text else text


def stream_key(origin: Origin, instance: bytes, name: str, attributes: Mapping[str, str]) -> bytes:
    """The same for every point of one metric that counts from a beginning on. instance: whose it is, in bytes that tell
    one process from another.
    """
    told = blake2b(instance, digest_size=16)
    for part in (*origin, name, *(text for pair in sorted(attributes.items()) for text in pair)):
        told.update(part.encode("utf-8", "replace") + b"\0")
    return told.digest()


def origin_of(resource: Resource, limits: Limits) -> Origin:
    said = texts(resource.attributes, limits)
    environment = next((said[name] for name in ENVIRONMENT if said.get(name)), "")
    name = next((said[name] for name in NAMES if said.get(name)), UNNAMED)
    parts = (name, environment, said.get("service.version", ""))
    return Origin(*(clean(part, limits.name) for part in parts))
