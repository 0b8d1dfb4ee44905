"""Container images: which of them somebody else makes."""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC_HOSTS = frozenset(
    ("docker.io", "docker.elastic.co", "mcr.microsoft.com", "public.ecr.aws", "quay.io", "registry.k8s.io")
)

VENDORS = frozenset(
    (
        "apache",
        "apicurio",
        "axllent",
        "bitnami",
        "bitnamilegacy",
        "confluentinc",
        "datadog",
        "debezium",
        "elastic",
        "envoyproxy",
        "grafana",
        "hashicorp",
        "jaegertracing",
        "library",
        "localstack",
        "minio",
        "otel",
        "prom",
        "provectuslabs",
        "temporalio",
        "testcontainers",
        "wiremock",
    )
)
"""Namespaces of public registries whose images are stores, brokers and tools."""

PRODUCTS = frozenset(
    (
        "adminer",
        "alpine",
        "busybox",
        "cassandra",
        "clickhouse-server",
        "consul",
        "couchdb",
        "elasticsearch",
        "envoy",
        "etcd",
        "fluentd",
        "grafana",
        "haproxy",
        "influxdb",
        "jaeger",
        "kafka",
        "keycloak",
        "kibana",
        "localstack",
        "loki",
        "mailcatcher",
        "mailhog",
        "mailpit",
        "mariadb",
        "memcached",
        "minio",
        "mongo",
        "mongodb",
        "mssql-server",
        "mysql",
        "nats",
        "neo4j",
        "nginx",
        "opensearch",
        "pgadmin4",
        "postgis",
        "postgres",
        "postgresql",
        "prometheus",
        "pulsar",
        "rabbitmq",
        "redis",
        "redpanda",
        "registry",
        "solr",
        "tempo",
        "traefik",
        "valkey",
        "vault",
        "wiremock",
        "zipkin",
        "zookeeper",
    )
)
"""Images that nobody deploys as a service of their own, wherever they are pulled from."""


@dataclass(frozen=True, slots=True)
class Image:
    """`ghcr.io/shop/cart:1.2` has the host `ghcr.io`, the namespace `shop` and the base `cart`."""

    host: str
    namespace: str
    base: str


def image_of(reference: str) -> Image | None:
    """None when nothing is named. A host that is a variable counts as a host of one's own."""
    path = reference.strip().partition("@")[0]
    if not path:
        return None
    first, slash, rest = path.partition("/")
    is_host = bool(slash) and ("." in first or ":" in first or "$" in first or first == "localhost")
    host, path = (first, rest) if is_host else ("", path)
    namespace, _, base = path.rpartition("/")
    return Image(host, namespace, base.partition(":")[0])


def is_product(image: Image) -> bool:
    """Whether it is a store, a broker or a tool of a known maker."""
    named = image.base.casefold() in PRODUCTS or image.namespace.casefold() in VENDORS
    return named or image.host == "registry.k8s.io"


def from_elsewhere(image: Image | None, own: frozenset[str] = frozenset()) -> str:
    """Why a service that merely pulls `image` is somebody else's, or `""`. `own`: namespaces known as one's own."""
    if image is None:
        return "it names neither an image nor a folder to build"
    if image.base.startswith("$"):
        return ""
    said = "/".join(part for part in (image.host, image.namespace, image.base) if part)
    if is_product(image):
        return f"the image {said} is somebody else's"
    if (image.host and image.host not in PUBLIC_HOSTS) or image.namespace in own:
        return ""
    return f"the image {said} comes from a public registry, and nothing here builds it"
