# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts the nodes on which a job preparation or job release task has run."""

from __future__ import annotations

from collections.abc import Container, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._account import execution
from ansible_collections.batchops.azure.plugins.module_utils._base.json import id_of, part

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._account.node import Node
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Summary

# What an entry of the status says of the two tasks.
PREPARATION_INFO, RELEASE_INFO = "jobPreparationTaskExecutionInfo", "jobReleaseTaskExecutionInfo"
_ENTRY = "an entry of the preparation status"


def node_of(item: Mapping[str, Any]) -> Node:
    """Which node an entry of the status is about. One that does not say so cannot be counted."""
    pool_id, node_id = item.get("poolId"), item.get("nodeId")
    if pool_id.__class__ is str and node_id.__class__ is str and pool_id and node_id:
        return pool_id.lower(), node_id.lower()  # type: ignore[union-attr]
    return id_of(item, _ENTRY, "poolId").lower(), id_of(item, _ENTRY, "nodeId").lower()


class NodeNames:
    """How the nodes of a status are called."""

    def __init__(self) -> None:
        # Ids as they were written first, of pages in which one is not in lower case.
        self._written: dict[Node, str] = {}
        self._pools: set[str] = set()

    def add(self, page: list[dict[str, Any]], nodes: list[Node], before: Container[Node]) -> None:
        """A page of the status and the nodes that it is about; those that were listed `before` have their names."""
        self._pools.update(map(itemgetter(0), nodes))
        written = [item["nodeId"] for item in page]
        if written != [node_id for _pool_id, node_id in nodes]:
            for node, node_id in zip(nodes, written):
                if node not in before:
                    self._written.setdefault(node, node_id)

    def id_of(self, node: Node) -> str:
        return self._written.get(node, node[1])

    def name_of(self, node: Node, asked: str | None = None) -> str:
        """Its id, or as it was `asked` for; with its pool where nodes of several pools are listed."""
        node_id = asked or self.id_of(node)
        return f"{node[0]}/{node_id}" if len(self._pools) > 1 else node_id


class ExecutionTally:
    """How one kind of task, preparation or release, has gone on the nodes where it ran."""

    def __init__(self, name: str, names: NodeNames, times: bool = False) -> None:
        """`times` keeps when it began on every node."""
        self.name = name
        self.id_of, self.name_of = names.id_of, names.name_of
        # By node, how it went there; None where the node is listed and it has not run. The later of two entries stands.
        self.states: dict[Node, str | None] = {}
        # Nodes that are listed again, with something else.
        self.disputed: set[Node] = set()
        # By node where it did not succeed, the whole item of the status and what it says of this task.
        self.others: dict[Node, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
        self._times = times
        # Since when it runs or ran, as the service writes it.
        self.began: dict[Node, Any] = {}

    def add(self, page: list[dict[str, Any]], nodes: list[Node], name: str) -> None:
        """A page of the status, the nodes that it is about, and the name of the property that holds this kind of task."""
        states = self.states
        for item, node in zip(page, nodes):
            info = item.get(name)
            # The common cases of a large pool, in as few steps as Python allows.
            if info is None:
                state = None
            elif (
                info.__class__ is dict
                and info.get("result") == "success"
                and info.get("state") == "completed"
                and "failureInfo" not in info
            ):
                state = execution.SUCCEEDED
                if self._times:
                    self.began[node] = info.get("startTime")
            else:
                (self._add_again if node in states else self._add_other)(node, item, name)
                continue
            if states.setdefault(node, state) != state:
                self._add_again(node, item, name)

    def _add_other(self, node: Node, item: Mapping[str, Any], name: str) -> None:
        info = part(item, name)
        self.states[node] = state = execution.outcome_on_node(info) if item.get(name) is not None else None
        if state is not None:
            self.began[node] = info.get("startTime")
        if state not in (None, execution.SUCCEEDED):
            self.others[node] = (item, info)

    def _add_again(self, node: Node, item: Mapping[str, Any], name: str) -> None:
        before = self.states[node]
        self.others.pop(node, None)
        self.began.pop(node, None)
        self._add_other(node, item, name)
        if self.states[node] != before:
            self.disputed.add(node)

    def forget(self, node: Node) -> None:
        """What was said of the node, of which a later list is asked."""
        self.states.pop(node, None)
        self.others.pop(node, None)
        self.began.pop(node, None)
        self.disputed.discard(node)

    def by_outcome(self) -> dict[str | None, list[Node]]:
        """The nodes by how it went, without those of which two things are said."""
        found: dict[str | None, list[Node]] = {}
        for node, state in self.states.items():
            if node not in self.disputed:
                found.setdefault(state, []).append(node)
        return found

    @property
    def started(self) -> list[Node]:
        """The nodes on which it runs or has run, by one entry at least."""
        return [node for node, found in self.states.items() if found is not None or node in self.disputed]

    @property
    def ended(self) -> list[Node]:
        return [node for node in self.started if self.states[node] not in (None, execution.RUNNING)]

    def count(self, state: str) -> int:
        """How many nodes are in that state by their latest entry."""
        return list(self.states.values()).count(state)

    def by_state(self) -> dict[str, int]:
        """By the states of the service, and `unknown` where there is one that it did not have before."""
        running = self.count(execution.RUNNING)
        known = ("running", "completed")
        unknown = sum(str(info.get("state")).lower() not in known for _item, info in self.others.values())
        completed = len(self.states) - self.count_unstarted() - running - unknown
        return {"running": running, "completed": completed, **({"unknown": unknown} if unknown else {})}

    def count_unstarted(self) -> int:
        return list(self.states.values()).count(None)

    def summary(self) -> Summary:
        failed = self.count(execution.FAILED)
        return {
            "started": len(self.states) - self.count_unstarted(),
            "running": self.count(execution.RUNNING),
            "succeeded": self.count(execution.SUCCEEDED),
            "failed": failed,
            "failed_nodes": [self.name_of(node) for node, found in self.states.items() if found == execution.FAILED]
            if failed
            else [],
        }


class PrepTally:
    """Both kinds of tasks of one job, page by page."""

    def __init__(self, times: bool = False) -> None:
        """`times` keeps when preparation began on every node."""
        self._names = NodeNames()
        self.preparation = ExecutionTally("preparation", self._names, times)
        self.release = ExecutionTally("release", self._names)
        self.listed = 0
        self.pages = 0
        self.truncated = False
        # Whether the service would not list the status, because the job had neither task.
        self.refused = False

    def add(self, page: list[dict[str, Any]]) -> None:
        self.listed += len(page)
        self.pages += 1
        nodes = [node_of(item) for item in page]
        self._names.add(page, nodes, self.preparation.states)
        self.preparation.add(page, nodes, PREPARATION_INFO)
        self.release.add(page, nodes, RELEASE_INFO)

    def forget(self, page: list[dict[str, Any]]) -> None:
        """What was said of the nodes of the page before they were listed again."""
        for node in map(node_of, page):
            self.preparation.forget(node)
            self.release.forget(node)

    def summary(self) -> Summary:
        return {
            **self.preparation.summary(),
            "by_state": self.preparation.by_state(),
            "release": self.release.summary(),
            "truncated": self.truncated,
        }
