# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pieces that several bodies share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.images import Image
from ..model.timeline import Timeline
from .context import Context

UNLIMITED = "P10675199DT2H48M5.4775807S"


def virtual_machine(image: Image) -> dict[str, Any]:
    """Return the machines that a pool is made of."""
    return {"imageReference": dict(image.reference), "nodeAgentSKUId": image.node_agent}


def settings(environment: Mapping[str, str]) -> list[dict[str, str]] | None:
    """Return environment settings or metadata, or None when there are none."""
    return [{"name": name, "value": str(value)} for name, value in environment.items()] or None


def auto_user(scope: str = "pool") -> dict[str, Any]:
    """Return the identity that tasks run under."""
    return {"autoUser": {"scope": scope, "elevationLevel": "nonadmin"}}


def present(body: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what does not apply: the wire has no nulls."""
    return {key: value for key, value in body.items() if value is not None}


def state_history(context: Context, states: Timeline) -> tuple[str, str | None, str | None]:
    """Return when the present state began, the previous state and when that began."""
    before = states.before(context.now)
    since = context.time(states.since(context.now))
    return (since, before[0], context.time(before[1])) if before else (since, None, None)


def node_info(context: Context, pool: str, node: str, root: str) -> dict[str, Any]:
    """Return where a task runs, with its folder under the node's work items."""
    url = context.url("pools", pool, "nodes", node)
    return {
        "affinityId": f"TVM:{node}",
        "nodeUrl": url,
        "poolId": pool,
        "nodeId": node,
        "taskRootDirectory": root,
        "taskRootDirectoryUrl": f"{url}/files/{root}",
    }
