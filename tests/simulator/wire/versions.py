# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The api-versions that the simulator serves, and what they have to do with each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Their names sort in the order of their age.
VERSIONS = (
    "2019-08-01.10.0",
    "2020-03-01.11.0",
    "2020-09-01.12.0",
    "2021-06-01.14.0",
    "2022-01-01.15.0",
    "2022-10-01.16.0",
    "2023-05-01.17.0",
    "2023-11-01.18.0",
    "2024-02-01.19.0",
    "2024-07-01.20.0",
    "2025-06-01",
)
SLOTS = "2020-09-01.12.0"
PARALLEL_TASKS = "2021-06-01.14.0"
PREEMPTION = "2022-01-01.15.0"
COMMUNICATION_MODE = "2022-10-01.16.0"
RESOURCE_TAGS = "2023-05-01.17.0"
OS_UPGRADE = "2024-02-01.19.0"
DEALLOCATION = "2024-07-01.20.0"
GALLERIES = "2024-07-01.20.0"
LAST_WITH_CERTIFICATES = "2024-07-01.20.0"
LAST_WITH_CLOUD_SERVICES = "2024-02-01.19.0"
NEWEST = "2025-06-01"

# Node states that an older version has no word for, and the nearest word that it has.
_OLDER_NODE_STATE = {
    "upgradingos": (OS_UPGRADE, "reimaging"),
    "deallocated": (DEALLOCATION, "offline"),
    "deallocating": (DEALLOCATION, "leavingpool"),
}


def node_state(state: str, version: str) -> str:
    """Return the state of a node in the words of a version."""
    since, older = _OLDER_NODE_STATE.get(state, ("", state))
    return state if version >= since else older


def within(version: str, since: str | None, until: str | None) -> bool:
    """Tell whether a version lies between the first and the last one that know something."""
    return (since is None or version >= since) and (until is None or version <= until)


def trim(value: Any, version: str, limits: Mapping[str, tuple[str | None, str | None]]) -> Any:
    """Drop the nested properties that a version does not know, wherever they stand in the value."""
    if isinstance(value, dict):
        return {
            key: trim(inner, version, limits)
            for key, inner in value.items()
            if key not in limits or within(version, *limits[key])
        }
    if isinstance(value, list):
        return [trim(inner, version, limits) for inner in value]
    return value
