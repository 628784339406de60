# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every recorded list of files leads to the files that it names, however their names are written."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.output import Execution, tails
from ansible_collections.batchops.azure.tests.contract.play import client_of
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    each,
    needs_shared,
    recorded_exchanges,
)

pytestmark = needs_shared

_LISTS = [exchange for exchange in recorded_exchanges() if exchange.path_template.endswith("/files")]
_OF_TASKS = [exchange for exchange in _LISTS if exchange.path_template.startswith("/jobs/")]
# Those that name files: the others were not asked for all that is below the root.
_OF_NODES = [
    exchange
    for exchange in _LISTS
    if exchange.path_template.startswith("/pools/")
    and any(item["name"].endswith("stderr.txt") for item in exchange.items)
]


def test_lists_of_both_kinds_were_recorded() -> None:
    assert (len(_LISTS), len(_OF_TASKS), len(_OF_NODES)) == (20, 9, 5)


@each(_OF_TASKS)
def test_the_output_of_a_task_is_found(server: ReplayServer, exchange: Exchange) -> None:
    _jobs, job_id, _tasks, task_id, _files = exchange.segments
    _read(server, exchange, Execution(job_id, task_id, None, None, None), "")


@each(_OF_NODES)
@pytest.mark.parametrize("separator", ["/", "\\"])
def test_the_output_in_a_folder_of_a_node_is_found(server: ReplayServer, exchange: Exchange, separator: str) -> None:
    """The preparation status says the folder with one separator, and the list may name it with the other."""
    (name,) = (item["name"] for item in exchange.items if item["name"].endswith("stderr.txt"))
    folder = name.replace("\\", "/").rpartition("/")[0]
    _pools, pool_id, _nodes, node_id, _files = exchange.segments
    directory = folder.replace("/", separator)
    _read(server, exchange, Execution(None, None, pool_id, node_id, directory), f"{folder}/")


def _read(server: ReplayServer, exchange: Exchange, execution: Execution, folder: str) -> None:
    sizes = {
        name: int(item["properties"]["contentLength"])
        for item in exchange.items
        for name in ("stderr.txt", "stdout.txt")
        if item["name"].replace("\\", "/") == folder + name
    }
    server.replay(exchange)
    for name, size in sizes.items():
        server.put(f"{exchange.path}/{folder}{name}", "x" * size)
    (tail,) = tails(client_of(server, exchange.api_version), [execution], redact="strict")
    found = {name: tail[f"{name.removesuffix('.txt')}_tail"] for name in ("stderr.txt", "stdout.txt")}
    assert found == {name: "x" * sizes[name] if name in sizes else None for name in found}
    assert sizes and tail["tail_error"] == (None if len(sizes) == 2 else tail["tail_error"])
    assert ("stdout.txt is not there" in str(tail["tail_error"])) == ("stdout.txt" not in sizes)
    assert not server.strays
