# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the name of a property says: how the fact is called, and what its value is."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._mask.places import SECRETS, STRICT_PLACES

# Spelled in capitals by the service where a plain conversion would tear a word apart (read_i_ops, v_net).
_SPELLING = (("IOps", "Iops"), ("GiB", "Gib"), ("VNet", "Vnet"), ("vTpm", "vtpm"), ("IPs", "Ips"))

# Renamed in 2020-09-01.12.0, older versions answer under the old name; and a word that looks like two.
_RENAMED = {"maxTasksPerNode": "task_slots_per_node", "eTag": "etag"}

# Values that were capitalised by one rollout of the service and lower case by another.
_ENUMS = (
    "state previousState result previousResult category schedulingState allocationState onAllTasksComplete onTaskFailure"
    " nodeFillType elevationLevel scope jobAction dependencyAction uploadCondition caching policy storeLocation"
)

# Lists of names and values in which a name tells that its value is a credential. Metadata is the user's own and is not judged by name.
_NAMED_SECRETS = "environmentSettings commonEnvironmentSettings details"

# What a user has to be able to read and to compare, whatever words it is made of.
_OWN_IDENTIFIERS = "id url taskId taskUrl taskRootDirectory taskRootDirectoryUrl"
_IDENTIFIERS = f"{_OWN_IDENTIFIERS} jobId poolId nodeId affinityId nodeUrl"

# Objects whose keys belong to the user.
_USER_KEYED = "resourceTags tags settings"

_BETWEEN_WORDS = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])")


@cache
def snake_case(name: str) -> str:
    """`stateTransitionTime` becomes `state_transition_time`."""
    if name in _RENAMED:
        return _RENAMED[name]
    for spelled, plain in _SPELLING:
        name = name.replace(spelled, plain)
    return _BETWEEN_WORDS.sub("_", name).lower()


def _facts(names: str) -> frozenset[str]:
    """By their names in facts, so that facts can be masked after they were made."""
    return frozenset(map(snake_case, names.split()))


_PLACES = {snake_case(name): place for name, place in STRICT_PLACES.items()}
_SECRET_FACTS = frozenset(map(snake_case, SECRETS))
_ENUM_FACTS, _IDENTIFIER_FACTS, _OWN_FACTS = _facts(_ENUMS), _facts(_IDENTIFIERS), _facts(_OWN_IDENTIFIERS)
_USER_KEYED_FACTS, _NAMED_FACTS = _facts(_USER_KEYED), _facts(_NAMED_SECRETS)


# The name of all that is about the answer, and no fact.
ENVELOPE = ""


class Property(NamedTuple):
    """`fact` is the name, `place` one in which `strict` masks, and `own` an identifier that no other object of a list has."""

    fact: str
    secret: bool
    place: str | None
    enum: bool
    identifier: bool
    own: bool
    time: bool
    user_keyed: bool
    named_secrets: bool


@cache
def property_of(name: str) -> Property:
    fact = ENVELOPE if name.startswith("odata.") else snake_case(name)
    return Property(
        fact,
        fact in _SECRET_FACTS,
        _PLACES.get(fact),
        fact in _ENUM_FACTS,
        fact in _IDENTIFIER_FACTS,
        fact in _OWN_FACTS,
        fact.endswith("_time") or fact == "last_modified",
        fact in _USER_KEYED_FACTS,
        fact in _NAMED_FACTS,
    )
