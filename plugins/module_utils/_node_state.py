# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of compute nodes, as far as they decide whether a node can run tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import objects, part
from ansible_collections.batchops.azure.plugins.module_utils._redact import said

BROKEN = frozenset(("starttaskfailed", "unusable"))
WORKING = frozenset(("idle", "running"))

# What a summary says of a pool that was not read, because nothing was judged.


def state_of(node: Mapping[str, Any]) -> str:
    return str(node.get("state") or "unknown").lower()


def why_broken(node: Mapping[str, Any]) -> str | None:
    """Why the node cannot run tasks and will not by itself; None where it can or may."""
    state, start = state_of(node), part(node, "startTaskInfo")
    if start and state in WORKING | BROKEN and _execution.outcome(start, start.get("state")) == _execution.FAILED:
        return f"start task failed, {_execution.why(start)}"
    if state not in BROKEN:
        return None
    errors = said("; ".join(f"{error.get('code')}: {error.get('message')}" for error in objects(node, "errors")))
    return f"is {state}" + (f" ({errors})" if errors else "")
