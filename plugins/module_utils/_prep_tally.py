# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts the nodes on which a job preparation or job release task has run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils import _execution
from ansible_collections.batchops.azure.plugins.module_utils._answer import part

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._look import Summary


class ExecutionTally:
    """How one kind of task, preparation or release, has gone on the nodes where it ran."""

    def __init__(self, name: str, times: bool = False) -> None:
        """`times` keeps when it began on every node."""
        self.name = name
        self.running: list[str] = []
        self.succeeded: list[str] = []
        self.unknown: list[str] = []
        # By node, the whole item of the status and what it says of this task.
        self.failed: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
        self._times = times
        # Since when it runs or ran, as the service writes it; and until when, where it did not succeed.
        self.began: dict[str, Any] = {}
        self.ended: dict[str, Any] = {}

    def add(self, nodes: list[dict[str, Any]], name: str) -> None:
        """`nodes` are a page of the status, `name` is the property that holds this kind of task."""
        for item in nodes:
            info = item.get(name)
            if info is None:
                continue
            node_id = str(item.get("nodeId"))
            # The common case of a large pool, in as few steps as Python allows.
            if info.__class__ is dict and info.get("result") == "success" and info.get("state") == "completed":
                self.succeeded.append(node_id)
                if self._times:
                    self.began[node_id] = info.get("startTime")
            else:
                self._add_other(node_id, item, part(item, name))

    def _add_other(self, node_id: str, item: Mapping[str, Any], info: Mapping[str, Any]) -> None:
        self.began[node_id] = info.get("startTime")
        self.ended[node_id] = info.get("endTime")
        how = _execution.outcome(info, info.get("state"))
        if how == _execution.FAILED:
            self.failed[node_id] = (item, info)
        else:
            {_execution.RUNNING: self.running, _execution.SUCCEEDED: self.succeeded, _execution.UNKNOWN: self.unknown}[
                how
            ].append(node_id)

    @property
    def started(self) -> list[str]:
        return [*self.running, *self.succeeded, *self.unknown, *self.failed]

    @property
    def total(self) -> int:
        return len(self.running) + len(self.succeeded) + len(self.unknown) + len(self.failed)

    def summary(self) -> Summary:
        return {
            "started": self.total,
            "running": len(self.running),
            "succeeded": len(self.succeeded),
            "failed": len(self.failed),
            "failed_nodes": list(self.failed),
        }
