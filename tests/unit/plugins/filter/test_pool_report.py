# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the overview of pools says of each, and in which order. What real results look like is in tests/integration."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.filter import pool_report as pool_filter
from ansible_collections.batchops.azure.plugins.filter.pool_report import pool_report

QUOTA = {"code": "AccountCoreQuotaReached", "message": "The specified account has reached core quota"}
STOPPED = {"code": "ResizeStopped", "message": "Somebody stopped it"}
TIMEOUT = {"code": "AllocationTimedout", "message": "It took too long"}


class AnsibleText(str):
    """Before 2.19, each text of a registered result is of such a class."""


def pool(name: str = "p", current: int | None = 2, target: int | None = 2, **more: Any) -> dict[str, Any]:
    sizes = {"current_dedicated_nodes": current, "target_dedicated_nodes": target}
    return {"id": name, "state": "active", "allocation_state": "steady", **sizes, **more}


def counted(**states: int) -> dict[str, Any]:
    return {"dedicated": {"total": 9, "idle": 0, **states}, "low_priority": {"total": 0, "preempted": 1}}


def report(*pools: dict[str, Any]) -> list[dict[str, Any]]:
    return pool_report({"pools": list(pools), "changed": False})


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (pool(), ""),
        (pool(current=0, target=0), ""),
        (pool(current=1, resize_errors=[QUOTA]), f"it stopped resizing, {QUOTA['code']}: {QUOTA['message']}"),
        (pool(current=1), "it has not as many nodes as it is to have, and is not being resized"),
        (pool(current=3), "it has not as many nodes as it is to have, and is not being resized"),
        (
            pool(current=3, resize_errors=[TIMEOUT]),
            "it has more nodes than it should have, AllocationTimedout: It took too long",
        ),
        (
            pool(current=3, resize_errors=[STOPPED]),
            "it stopped resizing, ResizeStopped: Somebody stopped it, and keeps more nodes than it should have",
        ),
        (pool(current=1, allocation_state="resizing"), "it is resizing"),
        (pool(current=1, allocation_state="unheard-of"), "it is unheard-of"),
        (pool(current=None), "the service does not tell how many nodes it has"),
        (pool(current=None, target=None), "the service does not tell how many nodes it has"),
        (pool(state="deleting", current=1, resize_errors=[QUOTA]), "it is being deleted"),
        (pool(state="upgrading"), ""),
        (pool(state="sleeping"), "it is not known what sleeping means"),
        (
            pool(enable_auto_scale=True, auto_scale_run={"error": TIMEOUT}),
            "its autoscale formula fails, AllocationTimedout: It took too long",
        ),
        (
            pool(current=1, enable_auto_scale=True, resize_errors=[QUOTA]),
            f"it could not get them so far, {QUOTA['code']}: {QUOTA['message']}",
        ),
        (pool(node_counts=counted(idle=1, start_task_failed=1)), "1 node start_task_failed"),
        (
            pool(node_counts=counted(start_task_failed=1, unusable=1)),
            "all of its nodes are broken, 1 node start_task_failed, 1 node unusable",
        ),
        (
            pool(node_counts=counted(unusable=2), image_support={"listed": False, "supported": None}),
            "all of its nodes are broken, 2 nodes unusable; its image is not among those that the service lists as supported",
        ),
        (
            pool(image_support={"supported": False, "batch_support_end_of_life": "2026-04-30T00:00:00Z"}),
            "the support of its image ends on 2026-04-30",
        ),
        (pool(image_support={"supported": None}, node_counts=None), ""),
        (
            pool(resize_errors=[TIMEOUT]),
            "an old error, since it has its nodes now: AllocationTimedout: It took too long",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_in_words(fact: dict[str, Any], words: str) -> None:
    [row] = report(fact)
    assert row["wrong"] == words


def test_texts_may_be_of_a_class_of_ansible() -> None:
    [row] = report(pool(AnsibleText("p"), state=AnsibleText("active"), allocation_state=AnsibleText("steady")))
    assert row["id"] == "p"
    assert row["wrong"] == ""


def test_the_worst_comes_first_and_the_rest_keeps_its_order() -> None:
    pools = [
        pool("well"),
        pool("old-error", resize_errors=[TIMEOUT]),
        pool("moving", current=1, allocation_state="resizing"),
        pool("may-come", current=1, enable_auto_scale=True, resize_errors=[TIMEOUT]),
        pool("too-many", current=6, target=4, resize_errors=[STOPPED]),
        pool("broken", node_counts=counted(idle=1, unusable=1)),
        pool("stuck", current=4, target=6, resize_errors=[QUOTA]),
        pool("all-broken", node_counts=counted(unusable=2)),
        pool("none-came", current=0, resize_errors=[QUOTA]),
        pool("well-too"),
    ]
    order = [
        "all-broken",
        "none-came",
        "stuck",
        "broken",
        "may-come",
        "too-many",
        "moving",
        "well",
        "old-error",
        "well-too",
    ]
    assert [row["id"] for row in report(*pools)] == order


def test_a_pool_with_several_troubles_stands_where_the_worst_of_them_does() -> None:
    some = counted(idle=1, unusable=1)
    both = pool("both", current=1, resize_errors=[QUOTA], node_counts=some)
    assert [row["id"] for row in report(pool("broken", node_counts=some), both)] == ["both", "broken"]


def test_a_row_has_the_numbers_too() -> None:
    [row] = report(pool(node_counts=counted(idle=2), current_low_priority_nodes=1, target_low_priority_nodes=1))
    assert row == {
        "id": "p",
        "state": "active",
        "allocation_state": "steady",
        "current_nodes": 3,
        "target_nodes": 3,
        "by_state": {"idle": 2, "preempted": 1},
        "wrong": "",
    }


def test_no_pools_are_no_rows() -> None:
    assert report() == []


def test_a_summary_is_no_empty_account() -> None:
    with pytest.raises(AnsibleFilterError, match="details=summary"):
        pool_report({"pools": [], "summary": {"total": 3}})


def test_nothing_that_a_terminal_obeys_is_in_it() -> None:
    hostile = {"code": "X", "message": "a\x1b[2Jb\nc"}
    [row] = report(pool(current=1, resize_errors=[hostile]))
    assert row["wrong"].isprintable()


@pytest.mark.parametrize(
    "given",
    [None, [], "pools", {"msg": "refused", "failed": True}, {"pools": None}, {"pools": [{"state": "active"}]}],
    ids=str,
)
def test_anything_but_a_result_is_refused(given: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="pool_report: needs"):
        pool_report(given)


@pytest.mark.parametrize("resize_errors", ["none", [1], {"code": "X"}])
def test_facts_that_no_module_gives_are_refused(resize_errors: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="pool_report: needs facts"):
        report(pool(resize_errors=resize_errors))


def test_it_is_found() -> None:
    assert pool_filter.FilterModule().filters() == {"pool_report": pool_report}
