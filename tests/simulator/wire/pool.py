# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.pools import Pool
from . import parts
from .context import Context
from .node import start_task_body
from .resource import Filterable, Property, Resource
from .statistics import pool_statistics
from .versions import (
    COMMUNICATION_MODE,
    GALLERIES,
    LAST_WITH_CERTIFICATES,
    LAST_WITH_CLOUD_SERVICES,
    NEWEST,
    OS_UPGRADE,
    PARALLEL_TASKS,
    RESOURCE_TAGS,
    SLOTS,
)

_LAST_WITHOUT_SLOTS = "2020-03-01.11.0"
# Nested properties that came or went with a version, for what a scenario adds by hand.
_LIMITS: Mapping[str, tuple[str | None, str | None]] = {
    "identityReference": (PARALLEL_TASKS, None),
    "nodePlacementConfiguration": (PARALLEL_TASKS, None),
    "osDisk": (PARALLEL_TASKS, None),
    "extensions": (PARALLEL_TASKS, None),
    "enableAcceleratedNetworking": (RESOURCE_TAGS, None),
    "securityProfile": ("2023-11-01.18.0", None),
    "jobDefaultOrder": (NEWEST, None),
    "diskEncryptionConfiguration": (SLOTS, None),
    "publicIPAddressConfiguration": (SLOTS, None),
    "sharedGalleryImageId": (GALLERIES, None),
    "communityGalleryImageId": (GALLERIES, None),
    "publicIPs": (None, _LAST_WITHOUT_SLOTS),
}


class PoolView:
    """One pool at one moment."""

    __slots__ = ("context", "pool")

    def __init__(self, context: Context, pool: Pool) -> None:
        self.context = context
        self.pool = pool

    @property
    def extra(self) -> Mapping[str, Any]:
        """Return what the scenario adds by hand."""
        return self.pool.extra

    def current(self, dedicated: bool) -> int:
        """Return how many nodes of a kind the pool has."""
        return self.context.world.current_nodes(self.pool, dedicated, self.context.now)

    def modified_at(self) -> float:
        """Return when the pool was last modified."""
        return self.pool.states.since(self.context.now)


def _resize_errors(view: PoolView) -> list[Any] | None:
    now = view.context.now
    return [dict(error.body) for error in view.pool.resize_errors if error.at <= now < error.until] or None


def _autoscale_run(view: PoolView) -> dict[str, Any] | None:
    autoscale = view.pool.autoscale
    run = autoscale.run(view.context.now) if autoscale else None
    if run is None:
        return None
    results = f"$TargetDedicatedNodes={_target(view, True)};$TargetLowPriorityNodes={_target(view, False)}"
    body = {"timestamp": view.context.time(run.at), "results": run.results or results}
    return {**body, "error": dict(run.error)} if run.error else body


def _target(view: PoolView, dedicated: bool) -> int:
    target = view.pool.target_dedicated if dedicated else view.pool.target_low_priority
    return int(target.at(view.context.now))


def _autoscale(name: str) -> Any:
    return lambda view: getattr(view.pool.autoscale, name) if view.pool.autoscale else None


POOL = Resource(
    metadata="pools",
    limits=_LIMITS,
    properties=(
        Property("id", lambda view: view.pool.id),
        Property("displayName", lambda view: view.pool.display_name),
        Property("url", lambda view: view.context.url("pools", view.pool.id)),
        Property("eTag", lambda view: view.context.etag(view.modified_at())),
        Property("lastModified", lambda view: view.context.time(view.modified_at())),
        Property("creationTime", lambda view: view.context.time(view.pool.created_at)),
        Property("state", lambda view: view.pool.states.at(view.context.now)),
        Property("stateTransitionTime", lambda view: view.context.time(view.pool.states.since(view.context.now))),
        Property("allocationState", lambda view: view.pool.allocation.at(view.context.now)),
        Property(
            "allocationStateTransitionTime",
            lambda view: view.context.time(view.pool.allocation.since(view.context.now)),
        ),
        Property("vmSize", lambda view: view.pool.vm_size),
        Property("cloudServiceConfiguration", until=LAST_WITH_CLOUD_SERVICES),
        Property("virtualMachineConfiguration", lambda view: parts.virtual_machine(view.pool.image)),
        # A pool that sizes itself has no time-out for resizes of its own.
        Property("resizeTimeout", lambda view: None if view.pool.autoscale else "PT15M"),
        Property("resizeErrors", _resize_errors),
        Property("currentDedicatedNodes", lambda view: view.current(True)),
        Property("currentLowPriorityNodes", lambda view: view.current(False)),
        Property("targetDedicatedNodes", lambda view: _target(view, True)),
        Property("targetLowPriorityNodes", lambda view: _target(view, False)),
        Property("enableAutoScale", lambda view: view.pool.autoscale is not None),
        Property("autoScaleFormula", _autoscale("formula")),
        Property("autoScaleEvaluationInterval", _autoscale("interval")),
        Property("autoScaleRun", _autoscale_run),
        Property("enableInterNodeCommunication", lambda view: view.pool.inter_node_communication),
        Property("networkConfiguration"),
        Property("startTask", lambda view: start_task_body(view.pool.start_task)),
        Property("certificateReferences", lambda view: [], until=LAST_WITH_CERTIFICATES),
        Property("applicationPackageReferences"),
        Property("applicationLicenses", until=LAST_WITH_CLOUD_SERVICES),
        Property("maxTasksPerNode", lambda view: view.pool.slots_per_node, until=_LAST_WITHOUT_SLOTS),
        Property("taskSlotsPerNode", lambda view: view.pool.slots_per_node, since=SLOTS),
        Property("taskSchedulingPolicy", lambda view: {"nodeFillType": "Spread", "jobDefaultOrder": "none"}),
        Property("userAccounts"),
        Property("metadata", lambda view: parts.settings(view.pool.metadata)),
        Property("stats", pool_statistics),
        Property("mountConfiguration"),
        Property("identity", since=SLOTS),
        Property("resourceTags", since=RESOURCE_TAGS, until=LAST_WITH_CERTIFICATES),
        Property(
            "targetNodeCommunicationMode",
            lambda view: "simplified",
            since=COMMUNICATION_MODE,
            until=LAST_WITH_CERTIFICATES,
        ),
        Property("currentNodeCommunicationMode", since=COMMUNICATION_MODE, until=LAST_WITH_CERTIFICATES),
        Property("upgradePolicy", since=OS_UPGRADE),
    ),
    filters={
        "id": Filterable(("id",), "text"),
        "state": Filterable(("state",), "text"),
        "stateTransitionTime": Filterable(("stateTransitionTime",), "time"),
        "creationTime": Filterable(("creationTime",), "time"),
        "lastModified": Filterable(("lastModified",), "time"),
        "allocationState": Filterable(("allocationState",), "text"),
        "allocationStateTransitionTime": Filterable(("allocationStateTransitionTime",), "time"),
        "enableAutoScale": Filterable(("enableAutoScale",), "truth"),
        "vmSize": Filterable(("vmSize",), "text"),
    },
)
