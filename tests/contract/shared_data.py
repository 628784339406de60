# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds what the real service answered and how it is described. It lies beside the project and is no part of it.

Where it is absent every function gives an empty answer, so that a test file can be collected;
its tests carry the mark `needs_shared`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest

ABSENT = "../shared is absent: the recordings of the real service are not part of the project"

# The description from which Microsoft generates its clients; it names the examples of 2025-06-01.
_EXAMPLES_NAMED_BY = {"2025-06-01": "2024-07-01.20.0-typespec"}


@dataclass(frozen=True, repr=False)
class Exchange:
    """One request and what was answered. `source` says where it comes from; `body` is None where there was none."""

    method: str
    url: str
    path_template: str
    api_version: str
    status: int
    headers: Mapping[str, str]
    body: Any
    source: str

    def __repr__(self) -> str:
        """Short, because pytest prints it: a failure names the exchange rather than its body."""
        return f"{self.method} {self.url} ({self.status}, {self.source})"

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(unquote(segment) for segment in self.path.split("/")[1:])

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects of a list, or the one object; none where the answer was a refusal or no object at all."""
        if self.status != 200 or not isinstance(self.body, dict):
            return []
        value = self.body.get("value")
        return value if isinstance(value, list) else [self.body]

    @property
    def is_list(self) -> bool:
        return isinstance(self.body, dict) and isinstance(self.body.get("value"), list)


def target_of(url: str) -> str:
    """What of a URL stands on the request line: path and query, byte for byte."""
    return "/" + url.split("/", 3)[3]


def parameters_of(url: str) -> dict[str, str]:
    """The decoded query of a URL or of a request line's target."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


@cache
def shared_root() -> Path | None:
    """The folder `shared` beside the project's real root, or the one that BATCHOPS_SHARED names."""
    named = os.environ.get("BATCHOPS_SHARED")
    # Imports go through a link in site-packages: the folder lies beside the real place.
    root = Path(named) if named else Path(__file__).resolve().parents[3] / "shared"
    if (root / "azure-batch").is_dir():
        return root
    if named:
        raise FileNotFoundError(f"BATCHOPS_SHARED is {named}, and there is no azure-batch in it")
    return None


needs_shared = pytest.mark.skipif(shared_root() is None, reason=ABSENT)


def each(exchanges: Iterable[Exchange]) -> pytest.MarkDecorator:
    """One test for each, as its argument `exchange`."""
    played = [pytest.param(exchange, id=f"{exchange.source} {target_of(exchange.url)}") for exchange in exchanges]
    return pytest.mark.parametrize("exchange", played or [pytest.param(None, marks=needs_shared)])


@cache
def recorded_exchanges() -> tuple[Exchange, ...]:
    """What the real service answered between 2016 and 2026."""
    root = shared_root()
    if root is None:
        return ()
    with (root / "azure-batch" / "recorded" / "traffic.jsonl").open(encoding="utf-8") as lines:
        return tuple(_recorded(json.loads(line)) for line in lines)


def answered_with_objects() -> list[Exchange]:
    return [exchange for exchange in recorded_exchanges() if exchange.status == 200 and exchange.body is not None]


def refused() -> list[Exchange]:
    return [exchange for exchange in recorded_exchanges() if exchange.status != 200 and exchange.body]


def answered_without_a_body() -> list[Exchange]:
    """What HEAD asked for. It has nothing that could be lost."""
    return [exchange for exchange in recorded_exchanges() if exchange.body is None]


@cache
def official_examples() -> tuple[Exchange, ...]:
    """The examples in Microsoft's descriptions, as exchanges that have not taken place."""
    root = shared_root()
    if root is None:
        return ()
    return tuple(
        _exemplified(path, status)
        for path in sorted((root / "azure-batch" / "examples").glob("*/*.json"))
        for status in json.loads(path.read_text(encoding="utf-8"))["responses"]
    )


@cache
def official_versions() -> tuple[str, ...]:
    """The names of the descriptions that are there."""
    root = shared_root()
    folders = (root / "azure-batch" / "openapi").iterdir() if root else ()
    return tuple(sorted(folder.name for folder in folders if folder.is_dir()))


@cache
def official_description(version: str) -> dict[str, Any]:
    """Swagger 2.0 of that version; for 2025-06-01 a list of models and requests taken from Microsoft's client."""
    root = shared_root()
    if root is None:
        return {}
    (description,) = (root / "azure-batch" / "openapi" / version).glob("*.json")
    return dict(json.loads(description.read_text(encoding="utf-8")))


def _recorded(line: dict[str, Any]) -> Exchange:
    return Exchange(
        line["method"],
        line["url"],
        line["path_template"],
        line["api_version"],
        line["status"],
        line["response_headers"],
        line["body"],
        line["source"],
    )


def _exemplified(path: Path, status: str) -> Exchange:
    example = json.loads(path.read_text(encoding="utf-8"))
    version = path.parent.name
    answer = example["responses"][status]
    parameters = example.get("parameters") or {}
    template = _templates(_EXAMPLES_NAMED_BY.get(version, version))[path.name]
    url = f"https://{parameters.get('batchUrl', 'account.region.batch.azure.com')}{_filled(template, parameters)}"
    headers = {"Content-Type": "application/json;odata=minimalmetadata", "request-id": f"{version}-{path.stem}"}
    return Exchange(
        "GET",
        f"{url}?api-version={version}",
        template,
        version,
        int(status),
        {**headers, **{name: str(value) for name, value in answer.items() if name != "body"}},
        answer.get("body"),
        f"examples/{version}/{path.name}",
    )


@cache
def _templates(version: str) -> dict[str, str]:
    """The path that each example of a description belongs to, by the example's file name."""
    return {
        example["$ref"].rsplit("/", 1)[-1]: path
        for path, methods in official_description(version)["paths"].items()
        for example in (methods.get("get") or {}).get("x-ms-examples", {}).values()
    }


def _filled(template: str, parameters: Mapping[str, Any]) -> str:
    """Two examples come without parameters; there a placeholder's own name stands in, as in most others."""
    segments = template.split("/")
    return "/".join(
        quote(str(parameters.get(segment[1:-1], segment[1:-1])), safe="") if segment.startswith("{") else segment
        for segment in segments
    )
