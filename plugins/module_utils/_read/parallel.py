# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads many things at once, or one that may be absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
    from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# Codes of an object that is not there. An absent parent is an error whatever the options say.
ABSENT = {
    "job": "JobNotFound",
    "job schedule": "JobScheduleNotFound",
    "task": "TaskNotFound",
    "pool": "PoolNotFound",
    "node": "NodeNotFound",
}


def read_concurrently(client: Client, ids: Iterable[Item], read: Callable[[Item], Answer]) -> list[Answer]:
    """Reads all of them at once, as far as connections allow. Answers come in the order of `ids`, and so does the first error."""
    ids = list(ids)
    if len(ids) < 2:
        return [read(item) for item in ids]
    # Seven milliseconds to import: only where there is more than one thing to read.
    from ansible_collections.batchops.azure.plugins.module_utils._read.threads import read_in_threads

    return read_in_threads(min(client.max_connections, len(ids)), ids, read)


def read_parents(
    client: Client, options: ReadOptions, parents: tuple[str, ...], read: Callable[[str], Snapshot]
) -> Snapshot:
    """What `read` finds in the one job or pool that is asked for; in several of them side by side, as one."""
    if not options.several:
        return read(parents[0])
    # Only for those who use it: what a module pulls in is compiled at every task.
    from ansible_collections.batchops.azure.plugins.module_utils._read.merge import merge

    return merge(dict(zip(parents, read_concurrently(client, parents, read))))


def none_if_missing(kind: str, missing_ok: bool, read: Callable[[], Item]) -> Item | None:
    """What `read` returns, or None where the object itself is absent and the user said that this is fine."""
    try:
        return read()
    except ServiceError as error:
        if missing_ok and error.status == 404 and error.code == ABSENT[kind]:
            return None
        raise
