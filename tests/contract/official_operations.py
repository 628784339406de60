# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of a version as Microsoft describes them: paths, parameters, and the model of what is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from ansible_collections.batchops.azure.tests.contract.shared_data import official_description, parameters_of

Schema = dict[str, Any]

# 2025-06-01 lists requests and models. What the parameters mean stands in the description that its client is made from.
_NEWEST = "2025-06-01"
_NEWEST_PARAMETERS = "2024-07-01.20.0-typespec"


@dataclass(frozen=True)
class Operation:
    """A GET. `declared` has parameters by where they stand and by name, that of a header in lower case.

    `model` is one object of the answer.
    """

    template: str
    declared: dict[tuple[str, str], Schema]
    model: Schema
    definitions: dict[str, Schema]

    def matches(self, path: str) -> list[tuple[str, str]] | None:
        """Names and decoded values of the path's placeholders; None where it is another operation's path."""
        names = re.findall(r"{(\w+)}", self.template)
        match = re.fullmatch(re.sub(r"{\w+}", "([^/]+)", self.template), path)
        return list(zip(names, map(unquote, match.groups()))) if match else None

    def has_property(self, name: str) -> bool:
        """Whether the model has it; `executionInfo/result` is a property of a property."""
        schema = self.model
        for step in name.split("/"):
            properties = self._properties(schema)
            if step not in properties:
                return False
            schema = properties[step]
        return True

    def _properties(self, schema: Schema) -> dict[str, Schema]:
        schema = resolved(schema, self.definitions)
        inherited = [self._properties(base) for base in schema.get("allOf", ())]
        return {name: value for base in (*inherited, schema.get("properties", {})) for name, value in base.items()}


def resolved(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """The schema itself, or the one that it or its items refer to."""
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref")
    return resolved(definitions[reference.rpartition("/")[2]], definitions) if reference else schema


@cache
def operations(version: str) -> tuple[Operation, ...]:
    return _newest() if version == _NEWEST else _described(version)


def _described(version: str) -> tuple[Operation, ...]:
    description = official_description(version)
    definitions = description["definitions"]
    return tuple(
        Operation(
            template,
            {_place_of(parameter): parameter for parameter in _parameters(methods["get"], description)},
            _item_of(methods["get"]["responses"]["200"].get("schema", {}), definitions),
            definitions,
        )
        for template, methods in description["paths"].items()
        if "get" in methods
    )


def _place_of(parameter: Schema) -> tuple[str, str]:
    """The name of a header is the same in any case."""
    name = parameter["name"]
    return parameter["in"], name.lower() if parameter["in"] == "header" else name


def _parameters(operation: dict[str, Any], description: dict[str, Any]) -> list[Schema]:
    return [
        description["parameters"][parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter
        for parameter in operation["parameters"]
    ]


def _item_of(answer: Schema, definitions: dict[str, Schema]) -> Schema:
    """A list is described by its items; what is no object, such as a file, has no model."""
    schema = resolved(answer, definitions)
    items = schema.get("properties", {}).get("value", {}).get("items")
    return resolved(items, definitions) if items else schema


def _newest() -> tuple[Operation, ...]:
    """What Microsoft's client for 2025-06-01 was seen to send; it had every parameter set that it knows."""
    definitions = official_description(_NEWEST)["definitions"]
    sent = [
        seen["url"]
        for seen in official_description(_NEWEST)["x-get-operations"].values()
        if seen.get("method") == "GET"
    ]
    found = []
    for older in _described(_NEWEST_PARAMETERS):
        sample = re.sub(r"{\w+}", "V", older.template)
        url = next((url for url in sent if re.sub(r"V_\w+", "V", urlsplit(url).path) == sample), None)
        if url is None:
            continue
        names = parameters_of(url).keys()
        declared = {key: schema for key, schema in older.declared.items() if key[0] != "query" or key[1] in names}
        model = definitions.get(_MODELS.get(older.template, ""), {})
        found.append(Operation(older.template, declared, model, definitions))
    return tuple(found)


_MODELS = {
    "/jobs": "BatchJob",
    "/jobs/{jobId}": "BatchJob",
    "/jobs/{jobId}/tasks": "BatchTask",
    "/jobs/{jobId}/tasks/{taskId}": "BatchTask",
    "/jobs/{jobId}/tasks/{taskId}/subtasksinfo": "BatchSubtask",
    "/jobs/{jobId}/jobpreparationandreleasetaskstatus": "BatchJobPreparationAndReleaseTaskStatus",
    "/pools": "BatchPool",
    "/pools/{poolId}": "BatchPool",
    "/nodecounts": "BatchPoolNodeCounts",
    "/supportedimages": "BatchSupportedImage",
    "/pools/{poolId}/nodes": "BatchNode",
    "/pools/{poolId}/nodes/{nodeId}": "BatchNode",
}
