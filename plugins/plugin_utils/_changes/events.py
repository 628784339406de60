# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events: what differs between two looks, in the words of the schema beside the event source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.printable import on_one_line
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.seen import Key, Seen
from ansible_collections.batchops.azure.plugins.plugin_utils._node_hosts import default_name

Event = dict[str, Any]

_GONE = "is not listed any more"


def changes(before: Mapping[Key, Seen], after: Mapping[Key, Seen], now: str) -> Iterator[Event]:
    """One event for each object that is new, in another state, or not listed any more. `now` is when that was seen."""
    for key, seen in after.items():
        was = before.get(key)
        if was is None or was.to != seen.to:
            yield event(seen, was.to if was else None, seen.to, now)
    for key, seen in before.items():
        if key not in after:
            yield event(seen._replace(reason=_GONE, at=None), seen.to, None, now)


def event(seen: Seen, before: str | None, after: str | None, now: str) -> Event:
    """`now` stands where the service does not say since when it is so."""
    return {
        "batch": {
            "kind": seen.kind,
            "id": seen.id,
            "job_id": seen.job_id,
            "pool_id": seen.pool_id,
            "node_id": seen.node_id,
            "from": before,
            "to": after,
            "reason": on_one_line(seen.reason) if seen.reason else None,
            "at": seen.at or now,
        }
    }


def limited_to_host(told: Event) -> Event:
    """With the host that the inventory of this collection makes of the node. ansible-rulebook limits its actions to it."""
    batch = told["batch"]
    if not (batch["pool_id"] and batch["node_id"]):
        return told
    host = default_name({"batch_pool_id": batch["pool_id"], "batch_node_id": batch["node_id"]})
    return {**told, "meta": {"hosts": [host]}}
