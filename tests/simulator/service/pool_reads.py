# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads of pools, of their nodes, and of the images that they can be created with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..model.pools import Pool
from ..wire.context import Context
from ..wire.counts import node_counts_body
from ..wire.image import SUPPORTED_IMAGE, ImageView
from ..wire.node import NODE, NodeView, remote_login_body
from ..wire.pool import POOL, PoolView
from ..wire.resource import Filterable, Property, Resource
from .answer import Answer
from .listing import Listing
from .request import Read


def get_pool(read: Read) -> Answer:
    """Pool - Get."""
    view = PoolView(read.context, read.pool())
    return read.one(POOL, view, view.modified_at())


def list_pools(read: Read) -> Answer:
    """Pool - List."""
    context = read.context
    return read.list(
        Listing(
            POOL,
            context.world.scenario.pools,
            exists=lambda pool: pool.exists(context.now),
            view=lambda pool: PoolView(context, pool),
        )
    )


def get_node(read: Read) -> Answer:
    """Compute Node - Get."""
    pool = read.pool()
    return read.one(NODE, NodeView(read.context, pool, read.node(pool)), None)


def list_nodes(read: Read) -> Answer:
    """Compute Node - List. A new pool first answers an empty list."""
    context, pool = read.context, read.pool()
    return read.list(
        Listing(
            NODE,
            pool.nodes,
            exists=lambda node: node.exists(context.now),
            view=lambda node: NodeView(context, pool, node),
            # Nodes know when they change, but not what runs on them.
            keep_as=None if context.world.has_jobs(pool) else ("nodes", pool.id),
        )
    )


def get_remote_login(read: Read) -> Answer:
    """Compute Node - Get Remote Login Settings."""
    body = remote_login_body(read.context, read.node(read.pool()))
    return read.element("remoteloginsettings", body)


@dataclass(frozen=True)
class _CountsView:
    """The node counts of one pool, seen as an object with properties."""

    context: Context
    pool: Pool
    extra: ClassVar[dict[str, object]] = {}

    def body(self) -> dict[str, object]:
        """Return the counts."""
        now = self.context.now
        nodes = [node for node in self.pool.nodes if node.exists(now)]
        states = ((node.dedicated, NodeView(self.context, self.pool, node).state()) for node in nodes)
        return node_counts_body(self.context, self.pool, states)


_NODE_COUNTS = Resource(
    metadata="poolnodecounts",
    properties=(
        Property("poolId", lambda view: view.pool.id),
        Property("dedicated", lambda view: view.body()["dedicated"]),
        Property("lowPriority", lambda view: view.body()["lowPriority"]),
    ),
    filters={"poolId": Filterable(("poolId",), "text")},
)


def list_node_counts(read: Read) -> Answer:
    """Account - List Pool Node Counts."""
    context = read.context
    return read.list(
        Listing(
            _NODE_COUNTS,
            context.world.scenario.pools,
            exists=lambda pool: pool.exists(context.now),
            view=lambda pool: _CountsView(context, pool),
        )
    )


def list_supported_images(read: Read) -> Answer:
    """Account - List Supported Images."""
    context = read.context
    return read.list(
        Listing(
            SUPPORTED_IMAGE,
            context.world.scenario.supported_images,
            exists=lambda image: True,
            view=lambda image: ImageView(context, image),
        )
    )
