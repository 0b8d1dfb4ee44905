"""Helm charts and Kubernetes workloads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname
from typing import Any

from bot.catalog.drafting.images import from_elsewhere, image_of, is_product
from bot.catalog.drafting.sources import Clue, Source, SourceFile
from bot.catalog.drafting.texts import items, text, yaml_documents

WORKLOADS = frozenset(("Deployment", "StatefulSet", "DaemonSet", "Rollout"))
MENTIONS_A_WORKLOAD = re.compile(rf"^kind:\s*[\"']?(?:{'|'.join(sorted(WORKLOADS))})\b", re.MULTILINE)

_OF_A_CHART = re.compile(r"[-_.](?:helm|chart|charts)$|^(?:helm|chart)[-_.]", re.IGNORECASE)


def read_chart(source: SourceFile) -> Iterator[Clue]:
    """What a Chart.yaml packages. Raises NotUnderstood."""
    for chart in yaml_documents(source):
        name = _OF_A_CHART.sub("", text(chart, "name"))
        is_library = text(chart, "type") == "library"
        local = [each for each in items(chart, "dependencies") if text(each, "repository").startswith("file:")]
        yield Clue(
            file=source.path,
            folder=dirname(source.path),
            source=Source.CHART,
            name=name,
            placed=False,
            runs="a Helm chart",
            stays_out="the Helm chart is a library" if is_library else "",
            gathers="a Helm chart of other charts" if local else "",
            description=text(chart, "description"),
        )


def read_workloads(source: SourceFile) -> Iterator[Clue]:
    """One clue for each workload of a manifest. Raises NotUnderstood."""
    for document in yaml_documents(source, only=MENTIONS_A_WORKLOAD):
        kind = text(document, "kind")
        if kind not in WORKLOADS:
            continue
        image = image_of(_image(document))
        yield Clue(
            file=source.path,
            folder=dirname(source.path),
            source=Source.DEPLOYMENT,
            name=text(document, "metadata", "name"),
            placed=False,
            runs=f"a Kubernetes {kind}",
            stays_out=from_elsewhere(image) if image and is_product(image) else "",
            image=image.base if image else "",
        )


def _image(document: Any) -> str:
    """That of the first container: what stands beside it serves it."""
    containers = items(document, "spec", "template", "spec", "containers")
    return text(containers[0], "image") if containers else ""
