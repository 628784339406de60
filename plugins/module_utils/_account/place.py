# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a task or subtask ran. Read only of what failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part


class Place(NamedTuple):
    """None where the service does not say it. `directory` is a folder on the node."""

    pool_id: str | None
    node_id: str | None
    directory: str | None


def place_of(item: Mapping[str, Any]) -> Place:
    """Raises AnswerError for what is no text: nothing is asked for there."""
    node = part(item, "nodeInfo")
    return Place(*(_text(node, name) for name in ("poolId", "nodeId", "taskRootDirectory")))


def _text(node: Mapping[str, Any], name: str) -> str | None:
    value = node.get(name)
    if value is not None and not isinstance(value, str):
        raise AnswerError(f"{name} of a task's node is not a text")
    return value or None
