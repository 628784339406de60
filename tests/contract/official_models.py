# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Microsoft's descriptions say about the properties of all versions taken together, by the property's name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from ansible_collections.batchops.azure.tests.contract.shared_data import official_description, official_versions


def properties() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Version, model, name and schema of every property; what refers to a named type is given as that type."""
    for version in official_versions():
        definitions = official_description(version)["definitions"]
        for model, definition in definitions.items():
            for name, schema in definition.get("properties", {}).items():
                if not name.startswith("odata."):
                    yield version, model, name, {**_referred(schema, definitions), **schema}


def _referred(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    return dict(definitions.get(schema.get("$ref", "").rpartition("/")[2], {}))


@cache
def enumerated() -> dict[str, frozenset[str]]:
    """Names whose values are one of a few words, and all words documented for them."""
    words: dict[str, set[str]] = {}
    for _version, _model, name, schema in properties():
        if "enum" in schema:
            words.setdefault(name, set()).update(schema["enum"])
    return {name: frozenset(found) for name, found in words.items()}


@cache
def user_keyed() -> frozenset[str]:
    """Objects without properties of their own: their keys are the user's."""
    return frozenset(
        name
        for _version, _model, name, schema in properties()
        if schema.get("type") == "object" and not schema.get("properties") and not schema.get("allOf")
    )


@cache
def secret() -> frozenset[str]:
    """What is marked as a secret or described as a password."""
    return frozenset(
        name
        for _version, _model, name, schema in properties()
        if schema.get("x-ms-secret") or schema.get("format") == "password"
    )


@cache
def free_text() -> frozenset[tuple[str, str]]:
    """Model and name of strings that are not one of a few words, not a time and not a secret."""
    return frozenset(
        (model, name)
        for _version, model, name, schema in properties()
        if schema.get("type") == "string" and not schema.keys() & {"enum", "format", "x-ms-secret"}
    )
