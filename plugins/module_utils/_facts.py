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

from ansible_collections.batchops.azure.plugins.module_utils._redact import (
    MASK,
    SECRET_PROPERTIES,
    has_signature,
    is_secret_name,
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
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


class _Property(NamedTuple):
    """What the name of a property says about its value. `fact` is empty for what belongs to the envelope."""

    fact: str
    secret: bool
    enum: bool
    identifier: bool
    user_keyed: bool
    named_secrets: bool


@cache
def _property(name: str) -> _Property:
    return _Property(
        "" if name.startswith("odata.") else snake_case(name),
        name in SECRET_PROPERTIES,
        name in _ENUMS,
        name in _IDENTIFIERS,
        name in _USER_KEYED,
        name in _NAMED_SECRETS,
    )


class Facts:
    """Makes facts; `redact` decides whether secrets are masked in them."""

    def __init__(self, redact: bool = True) -> None:
        self._redact = redact

    def of(self, wire: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of one object. `odata.` annotations are the envelope's and are left out."""
        facts = {}
        for name, value in wire.items():
            known = _property(name)
            if known.fact:
                facts[known.fact] = self._value(known, value)
        return facts

    def _value(self, known: _Property, value: Any) -> Any:
        if self._redact and known.secret and value is not None:
            return MASK
        if isinstance(value, str):
            return self._text(known, value)
        if isinstance(value, dict):
            return self._user_keyed(value) if known.user_keyed else self.of(value)
        if isinstance(value, list):
            items = [self._value(known, item) for item in value]
            return _mask_named(items) if self._redact and known.named_secrets else items
        return value

    def _text(self, known: _Property, value: str) -> str:
        if known.enum:
            return value.lower()
        # A signature never belongs into an identifier; a word like "token" may.
        if not self._redact or (known.identifier and not has_signature(value)):
            return value
        return mask_text(value)

    def _user_keyed(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: MASK if self._redact and is_secret_name(key) else self._user_keyed(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._user_keyed(item) for item in value]
        return mask_text(value) if self._redact and isinstance(value, str) else value


def _mask_named(items: list[Any]) -> list[Any]:
    for item in items:
        if isinstance(item, dict) and item.get("value") and is_secret_name(str(item.get("name"))):
            item["value"] = MASK
    return items
