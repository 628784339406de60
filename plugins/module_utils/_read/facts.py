# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns what the service sent into facts: snake_case, one shape for all api-versions, secrets masked.

Nothing is lost: a property that is not known here passes through under its snake_case name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._mask.places import LEAVES, SECRETS, STRICT_PLACES, VALUES
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import (
    MASK,
    NONE,
    STRICT,
    is_secret_name,
    mask_signature,
    mask_strictly,
    mask_text,
)

# Spelled in capitals by the service where a plain conversion would tear a word apart (read_i_ops, v_net).
_SPELLING = (("IOps", "Iops"), ("GiB", "Gib"), ("VNet", "Vnet"), ("vTpm", "vtpm"), ("IPs", "Ips"))

# Renamed in 2020-09-01.12.0, older versions answer under the old name; and a word that looks like two.
_RENAMED = {"maxTasksPerNode": "task_slots_per_node", "eTag": "etag"}

# Values that were capitalised by one rollout of the service and lower case by another.
_ENUMS = frozenset(
    "state previousState result previousResult category schedulingState allocationState onAllTasksComplete onTaskFailure"
    " nodeFillType elevationLevel scope jobAction dependencyAction uploadCondition caching policy storeLocation".split()
)

# Lists of names and values in which a name tells that its value is a credential. Metadata is the user's own and is not judged by name.
_NAMED_SECRETS = frozenset(("environmentSettings", "commonEnvironmentSettings", "details"))

# What a user has to be able to read and to compare, whatever words it is made of.
_IDENTIFIERS = frozenset(
    ("id", "jobId", "taskId", "poolId", "nodeId", "affinityId", "url", "nodeUrl", "taskUrl", "taskRootDirectoryUrl")
)

# Objects whose keys belong to the user.
_USER_KEYED = frozenset(("resourceTags", "tags", "settings"))


@cache
def snake_case(name: str) -> str:
    """`stateTransitionTime` becomes `state_transition_time`."""
    if name in _RENAMED:
        return _RENAMED[name]
    for spelled, plain in _SPELLING:
        name = name.replace(spelled, plain)
    return re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


# By their names in facts, so that facts can be masked after they were made.
_PLACES = {snake_case(name): place for name, place in STRICT_PLACES.items()}
_SECRET_FACTS, _USER_KEYED_FACTS = frozenset(map(snake_case, SECRETS)), frozenset(map(snake_case, _USER_KEYED))
_NAMED_FACTS, _ENUM_FACTS = frozenset(map(snake_case, _NAMED_SECRETS)), frozenset(map(snake_case, _ENUMS))
_IDENTIFIER_FACTS = frozenset(map(snake_case, _IDENTIFIERS))

# No secret is this short and looks like a time or a duration.
_LONGEST_TIME = 32


class Property(NamedTuple):
    """What the name of a property says about its value. `fact` is empty for what belongs to the envelope."""

    fact: str
    secret: bool
    place: str | None
    enum: bool
    identifier: bool
    time: bool
    user_keyed: bool
    named_secrets: bool


@cache
def _property(name: str) -> Property:
    fact = "" if name.startswith("odata.") else snake_case(name)
    return Property(
        fact,
        fact in _SECRET_FACTS,
        _PLACES.get(fact),
        fact in _ENUM_FACTS,
        fact in _IDENTIFIER_FACTS,
        fact.endswith("_time") or fact == "last_modified",
        fact in _USER_KEYED_FACTS,
        fact in _NAMED_FACTS,
    )


class Facts:
    """Makes facts; `redact` decides what is masked in them: by the place and by looks, by looks only, or nothing."""

    def __init__(self, redact: str = STRICT) -> None:
        self._strict = redact == STRICT
        # Whatever is not exactly the word for it masks.
        self._masks = redact != NONE

    def of(self, wire: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of one object. `odata.` annotations are the envelope's and are left out. Facts of facts are the same, masked."""
        facts = {}
        for name, value in wire.items():
            known = _property(name)
            if known.fact:
                facts[known.fact] = self._value(known, value)
        return facts

    def _value(self, known: Property, value: Any) -> Any:
        if self._masks and known.secret and value is not None:
            return MASK
        if self._strict and known.place:
            return self._in_place(known, known.place, value)
        return self._shaped(known, value)

    def _in_place(self, known: Property, place: str, value: Any) -> Any:
        from ansible_collections.batchops.azure.plugins.module_utils._mask.by_place import mask_place, without_values

        if place == VALUES:
            value = self._shaped(known, without_values(value))
        elif place == LEAVES:
            value = self._shaped(known, value)
        return mask_place(place, value)

    def _shaped(self, known: Property, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(known, value)
        if isinstance(value, dict):
            return self._user_keyed(value) if known.user_keyed else self.of(value)
        if isinstance(value, list):
            items = [self._shaped(known, item) for item in value]
            named = self._masks and known.named_secrets and not (self._strict and known.place)
            return self._mask_named(items) if named else items
        return value

    def _text(self, known: Property, value: str) -> str:
        if known.enum:
            return value.lower()
        if not self._masks or (self._strict and known.place) or (known.time and len(value) < _LONGEST_TIME):
            return value
        # A signature never belongs into an identifier; a word like "token" may.
        return mask_signature(value) if known.identifier else self._free(value)

    def _free(self, value: str) -> str:
        return mask_strictly(value) if self._strict else mask_text(value)

    def _user_keyed(self, value: Any) -> Any:
        if isinstance(value, dict):
            # A name stays readable, but for what is no name: a URL with its signature, or a value behind it.
            return {
                mask_text(key) if self._masks else key: MASK
                if self._masks and self._is_secret(key)
                else self._user_keyed(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._user_keyed(item) for item in value]
        return self._free(value) if self._masks and isinstance(value, str) else value

    def _mask_named(self, items: list[Any]) -> list[Any]:
        for item in items:
            if isinstance(item, dict) and item.get("value") and self._is_secret(str(item.get("name"))):
                item["value"] = MASK
        return items

    def _is_secret(self, name: str) -> bool:
        return is_secret_name(name)
