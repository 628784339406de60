# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import found_in
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.heat_map import Group, heat_map_of
from ansible_collections.batchops.azure.tests.support.drawn_facts import node, ran


def drawn(*nodes: dict[str, Any]) -> list[Group]:
    return heat_map_of(found_in([{"nodes": list(nodes)}]).nodes.values())


def test_broken_nodes_come_first_and_each_node_has_a_cell() -> None:
    states = ["idle", "idle", "running", "offline", "starting", "unusable", "starttaskfailed"]
    groups = drawn(*(node(f"tvm-{number}", state) for number, state in enumerate(states)))
    assert [(group.kind, group.words, group.size) for group in groups] == [
        ("bad", "start task failed", 1),
        ("bad", "unusable", 1),
        ("away", "offline", 1),
        ("coming", "starting", 1),
        ("busy", "running", 1),
        ("ready", "idle", 2),
    ]
    assert groups[-1].names == ["tvm-0", "tvm-1"]


def test_a_state_that_is_not_known_is_no_good_one() -> None:
    [unknown, idle] = drawn(node("tvm-1"), node("tvm-2", "dreaming"))
    assert (unknown.kind, unknown.words, idle.kind) == ("odd", "dreaming", "ready")


@pytest.mark.parametrize(
    ("more", "group"),
    [
        ({"start_task_info": ran(1, 2, "failure")}, ("bad", "idle, start task failed")),
        ({"scheduling_state": "disabled"}, ("away", "idle, scheduling disabled")),
        ({"state": None}, ("bad", "unknown")),
    ],
)
def test_an_idle_node_may_take_no_tasks(more: dict[str, Any], group: tuple[str, str]) -> None:
    [only] = drawn({**node("tvm-1"), **more})
    assert (only.kind, only.words) == group


def test_errors_of_nodes_are_told_once() -> None:
    error = {"code": "DiskFull", "message": "There is not enough disk space"}
    [group] = drawn(*(node(f"tvm-{number}", "unusable", errors=[error]) for number in range(3)))
    assert group.errors == ["DiskFull: There is not enough disk space (3 ×)"]


def test_names_of_very_many_are_left_out_but_not_those_of_broken_ones() -> None:
    nodes = [node(f"tvm-{number}", "unusable" if number < 3 else "idle") for number in range(3_000)]
    broken, idle = drawn(*nodes)
    assert (broken.names, idle.names, idle.size) == (["tvm-0", "tvm-1", "tvm-2"], [], 2_997)
    assert (len(idle.listed), idle.more) == (200, 2_797)
