# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools as a scenario describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .autoscale import AutoScale, read_autoscale
from .images import Image, read_image
from .members import Maker, Members, read_members
from .nodes import Node, read_nodes
from .reader import Reader
from .timeline import NEVER, Timeline, read_timeline

POOL_STATES = ("active", "deleting")
ALLOCATION_STATES = ("steady", "resizing", "stopping")


@dataclass(frozen=True)
class StartTask:
    """The start task of a pool."""

    command_line: str
    wait_for_success: bool
    max_retries: int
    environment: Mapping[str, str]
    resource_files: list[Any]


@dataclass(frozen=True)
class ResizeError:
    """Why a pool has not the size it should have, shown for some time."""

    at: float
    until: float
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Pool:
    """One pool with its nodes."""

    id: str
    display_name: str | None
    vm_size: str
    image: Image
    created_at: float
    removed_at: float
    states: Timeline
    allocation: Timeline
    target_dedicated: Timeline
    target_low_priority: Timeline
    slots_per_node: int
    inter_node_communication: bool
    start_task: StartTask | None
    autoscale: AutoScale | None
    resize_errors: tuple[ResizeError, ...]
    metadata: Mapping[str, str]
    nodes: Members[Node]
    extra: Mapping[str, Any]

    def exists(self, now: float) -> bool:
        """Tell whether the service knows the pool at this time."""
        return self.created_at <= now < self.removed_at


def read_pools(scenario: Reader) -> Members[Pool]:
    """Read all pools of a scenario."""
    return read_members(scenario, "pools", _parse_pool)


def _parse_pool(reader: Reader, count: int) -> Maker[Pool]:
    start_task = _read_start_task(reader.section("start_task"))
    nodes = read_nodes(reader, start_task is not None)
    created = reader.number("created_at", min((0, *(node.appears_at for node in nodes))))
    allocation = read_timeline(reader, "allocation", "state", ALLOCATION_STATES) or _allocation(nodes, created)
    values: dict[str, Any] = {
        "display_name": reader.text("display_name"),
        "vm_size": reader.text("vm_size", "standard_d2s_v3"),
        "image": read_image(reader.section("image")),
        "created_at": created,
        "removed_at": reader.number("removed_at", NEVER),
        "states": read_timeline(reader, "states", "state", POOL_STATES) or Timeline([(created, "active")]),
        "allocation": allocation,
        "target_dedicated": _read_target(reader, "target_dedicated_nodes", nodes, True),
        "target_low_priority": _read_target(reader, "target_low_priority_nodes", nodes, False),
        "slots_per_node": reader.integer("slots_per_node", 1),
        "inter_node_communication": reader.boolean("inter_node_communication", False),
        "start_task": start_task,
        "autoscale": read_autoscale(reader.section("autoscale")),
        "resize_errors": tuple(_read_resize_error(section, allocation) for section in reader.sections("resize_errors")),
        "metadata": reader.mapping("metadata"),
        "nodes": nodes,
        "extra": reader.mapping("wire"),
    }
    return lambda index, identifier: Pool(id=identifier, **values)


def _allocation(nodes: Members[Node], created: float) -> Timeline:
    """A pool resizes until its last node has appeared."""
    last = max((node.appears_at for node in nodes), default=created)
    return Timeline([(created, "resizing"), (last, "steady")] if last > created else [(created, "steady")])


def _read_target(reader: Reader, key: str, nodes: Members[Node], dedicated: bool) -> Timeline:
    own = sum(1 for node in nodes if node.dedicated is dedicated and node.removed_at == NEVER)
    return read_timeline(reader, key, "value", None) or Timeline([(0.0, own)])


def _read_start_task(reader: Reader | None) -> StartTask | None:
    if reader is None:
        return None
    task = StartTask(
        command_line=reader.text("command_line", '/bin/bash -c "echo start"'),
        wait_for_success=reader.boolean("wait_for_success", True),
        max_retries=reader.integer("max_retries", 0),
        environment=reader.mapping("environment"),
        resource_files=reader.items("resource_files"),
    )
    reader.finish()
    return task


def _read_resize_error(reader: Reader, allocation: Timeline) -> ResizeError:
    """An error stays until the next resize begins, whatever becomes of the nodes before that."""
    code = reader.required_text("code")
    body: dict[str, Any] = {"code": code, "message": reader.text("message", code)}
    values = reader.items("values")
    if values:
        body["values"] = values
    at = reader.number("at", 0)
    until = reader.number("until", allocation.next_time_of("resizing", at))
    error = ResizeError(at, until, body)
    reader.finish()
    return error
