# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages that do not add up: an item that is listed again, as it was or otherwise, and words that nobody knows."""

from __future__ import annotations

from typing import Any

Items = list[Any]

_STATE_OF_A_NODE = "rebooting"
_WORD = "hibernating"


def listed_twice(items: Items) -> Items:
    """The first item of the page at its end as well, as where it moved to the next page while that was read."""
    return [*items, items[0]]


def listed_otherwise(items: Items) -> Items:
    """The first item of the page at its end as well, and something has happened to it in between."""
    return [*items, _each_execution(items[0], _begun_again, _STATE_OF_A_NODE)]


def unknown_words(items: Items) -> Items:
    """The first item has states that do not exist."""
    return [_each_execution(items[0], lambda info: {**info, "state": _WORD}, _WORD), *items[1:]]


def _begun_again(info: dict[str, Any]) -> dict[str, Any]:
    """A run that has ended runs again; one that runs has ended well."""
    if info.get("state") == "completed":
        return {"state": "running", "startTime": info.get("startTime")}
    return {**info, "state": "completed", "result": "success", "exitCode": 0}


def _each_execution(item: dict[str, Any], change: Any, state: str) -> dict[str, Any]:
    infos = {name: change(info) for name, info in item.items() if name.endswith("TaskExecutionInfo")}
    return {**item, **infos} if infos else {**item, "state": state}
