# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes that are listed twice: ids are counted, the later entry stands, and what is said differently is not believed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._mask import patterns
from ansible_collections.batchops.azure.plugins.module_utils._nodes.tally import NodeTally
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, NODES, PREP
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, SUCCESS, Wire, job, node, pool, prepared

LIST = "/pools/pool-1/nodes"
FAILED_START = {"startTaskInfo": {"state": "completed", **FAILURE}}


def listed(service: Loopback, *pages: list[Wire], of: Wire | None = None, **options: Any) -> dict[str, Any]:
    """What comes to the nodes of these pages."""
    service.say("/pools/pool-1", of or pool(2))
    links = [f"{service.url}{LIST}?$skiptoken={number}" for number in range(1, len(pages))]
    service.say(LIST, *(page(*nodes, link=link) for nodes, link in zip(pages, [*links, None])))
    return ask(service, NODES, pool_id="pool-1", **options)


def test_one_node_is_not_two(service: Loopback) -> None:
    result = listed(service, [node("a")], [node("a")], condition="ready", min_nodes=2)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["pool pool-1 has 2 of 2 nodes (steady): 1 of at least 2 nodes are ready"],
    )


@pytest.mark.parametrize("condition", ["ready", "idle"])
def test_a_pool_of_which_one_node_was_never_seen(service: Loopback, condition: str) -> None:
    assert listed(service, [node("a")], [node("a")], condition=condition)["verdict"] == "pending"


def test_the_summary_and_the_facts_are_about_nodes_and_not_about_entries(service: Loopback) -> None:
    pages = [node("a", runningTasksCount=1), node("b")], [node("a", "running", runningTasksCount=2)]
    result = listed(service, *pages)
    assert [(item["id"], item["state"]) for item in result["nodes"]] == [("a", "running"), ("b", "idle")]
    summary = result["summary"]
    assert (summary["total"], summary["by_state"], summary["succeeded"], summary["running_tasks"]) == (
        2,
        {"running": 1, "idle": 1},
        2,
        2,
    )


@pytest.mark.parametrize("first", [node("a", "unusable", runningTasksCount=2), node("a", runningTasksCount=2)], ids=str)
def test_nothing_is_kept_of_an_entry_that_was_replaced(service: Loopback, first: Wire) -> None:
    summary = listed(service, [first], [node("a", "rebooting")])["summary"]
    counts = summary["by_state"], summary["succeeded"], summary["failed_nodes"], summary["running_tasks"]
    assert counts == ({"rebooting": 1}, 0, [], 0)


def test_a_failed_node_is_counted_once(service: Loopback) -> None:
    pages = [node("a"), node("b", "unusable")], [node("b", "unusable"), node("c")]
    result = listed(service, *pages, of=pool(3), condition="ready", max_failed_nodes=1)
    assert (result["verdict"], result["summary"]["failed_nodes"]) == ("satisfied", ["b"])
    assert result["tolerated"] == ["b: is unusable"]


@pytest.mark.parametrize("condition", ["ready", "idle", "drained", "offline"])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("options", [{}, {"min_nodes": 1}, {"expected_nodes": ["b"]}, {"max_failed_nodes": 9}], ids=str)
@pytest.mark.parametrize(
    "other", [node("b", "hibernating"), node("b", "starttaskfailed", runningTasksCount=1)], ids=str
)
def test_what_is_said_differently_is_pending_whichever_came_later(
    service: Loopback, condition: str, turned: bool, options: dict[str, Any], other: Wire
) -> None:
    state = "offline" if condition == "offline" else "idle"
    entries = [node("b", state), other]
    first, second = reversed(entries) if turned else entries
    result = listed(service, [node("a", state), first], [second], condition=condition, **options)
    assert result["verdict"] == "pending"
    assert "b: is listed twice, in different states" in result["reasons"]


def test_what_is_judged_alike_may_differ(service: Loopback) -> None:
    """A node that has begun a task between two pages is as ready as before."""
    pages = [node("a"), node("b")], [node("b", "running", runningTasksCount=1)]
    assert listed(service, *pages, condition="ready")["verdict"] == "satisfied"
    assert listed(service, *pages, condition="idle")["verdict"] == "pending"


def test_a_third_entry_settles_nothing(service: Loopback) -> None:
    pages = [node("a"), node("b")], [node("b", "rebooting")], [node("b")]
    assert listed(service, *pages, condition="ready")["verdict"] == "pending"


def test_of_nodes_that_nobody_asked_about_anything_may_be_said(service: Loopback) -> None:
    pages = [node("a"), node("b")], [node("b", "rebooting")]
    assert listed(service, *pages, condition="ready", expected_nodes=["a"])["verdict"] == "satisfied"


def test_another_node_that_has_failed_is_a_failure_all_the_same(service: Loopback) -> None:
    pages = [node("a", **FAILED_START), node("b")], [node("b", "rebooting")]
    assert listed(service, *pages, condition="ready")["verdict"] == "failed"


def test_a_limit_counts_entries(service: Loopback) -> None:
    summary = listed(service, [node("a")], [node("a")], [node("b")], limit=2)["summary"]
    assert (summary["total"], summary["truncated"]) == (1, True)


def test_a_check_of_a_gate_counts_as_the_module_does(service: Loopback) -> None:
    listed(service, [node("a")], [node("a")])
    service.say(LIST, page(node("a"), node("a")))
    checks = [{"check": "nodes", "pool_id": "pool-1", "min_nodes": 2}]
    assert ask(service, GATE, checks=checks)["verdict"] == "pending"


@pytest.mark.parametrize("options", [{}, {"condition": "ready"}, {"details": "summary"}], ids=str)
@pytest.mark.parametrize("node_id", [None, "", 7, ["a"]])
def test_a_node_without_an_id_is_no_answer(service: Loopback, options: dict[str, Any], node_id: Any) -> None:
    with pytest.raises(AnswerError, match="There is no id in a node of the list"):
        listed(service, [node("a"), {**node("b"), "id": node_id}], **options)


@pytest.mark.parametrize("answer", [{}, {"state": "idle"}, node("other")])
def test_an_answer_about_another_node_is_none_about_this_one(service: Loopback, answer: Wire) -> None:
    service.say("/pools/pool-1", pool(1))
    service.say(f"{LIST}/a", answer)
    with pytest.raises(AnswerError, match=r"[Tt]he answer about node a"):
        ask(service, NODES, pool_id="pool-1", node_id="a", condition="ready", missing_ok=True)


def test_nodes_without_an_id_forget_no_failure(service: Loopback) -> None:
    service.say("/jobs/job-1", job(jobPreparationTask={"id": "prep"}))
    service.say("/jobs/job-1/jobpreparationandreleasetaskstatus", page(prepared("a", SUCCESS), prepared("b", FAILURE)))
    service.say(LIST, page(node("a"), {"state": "idle"}))
    with pytest.raises(AnswerError):
        ask(service, PREP, job_id="job-1", condition="prepared", ignore_removed_nodes=True)


def test_a_state_that_is_not_told_is_counted_as_unknown(service: Loopback) -> None:
    assert listed(service, [node("a"), {"id": "b"}])["summary"]["by_state"] == {"idle": 1, "unknown": 1}


class TestKept:
    """A tally keeps what a condition judges by, and only where there is one."""

    def test_without_a_condition_nothing_is_kept(self) -> None:
        tally = NodeTally()
        tally.add([node("a")])
        assert (tally.total, tally.entries) == (1, {})

    def test_of_a_node_what_is_judged(self) -> None:
        tally = NodeTally(lambda entry: {"state": entry["state"]})
        tally.add([{**node("a"), "vmSize": "standard_d2_v3"}])
        assert tally.entries == {"a": [{"state": "idle"}]}

    def test_every_entry_of_a_node_that_is_listed_again(self) -> None:
        tally = NodeTally(dict)
        tally.add([node("a"), node("b"), node("a", "unusable")])
        assert {node_id: [entry["state"] for entry in found] for node_id, found in tally.entries.items()} == {
            "b": ["idle"],
            "a": ["idle", "unusable"],
        }
        assert (tally.states, tally.summary()["failed_nodes"]) == ({"a": "unusable", "b": "idle"}, ["a"])


def test_to_count_broken_nodes_nobody_looks_for_secrets(service: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only in the words about those who are accused."""
    words: list[str] = []
    monkeypatch.setattr(patterns, "mask_known", lambda text, *_more: words.append(text) or "masked")
    failure = {"result": "failure", "failureInfo": {"code": "X", "message": "password=hunter2 of all"}}
    nodes = [
        node(f"tvm-{number}", "starttaskfailed", startTaskInfo={"state": "completed", **failure}) for number in range(9)
    ]
    assert listed(service, nodes, details="summary")["summary"]["failed"] == 9
    assert not words
    assert (
        listed(service, nodes, condition="ready", details="summary")["reasons"][0]
        == "tvm-0: start task failed, X: masked"
    )
    assert words == ["password=hunter2 of all"]


class TestOtherwiseWritten:
    """To the service, ids that differ in case only are one. It keeps the case, so lists can be mixed up nowhere but on the way."""

    @pytest.mark.parametrize("options", [{"condition": "ready", "min_nodes": 2}, {"condition": "ready"}], ids=str)
    def test_one_node_is_not_two(self, service: Loopback, options: dict[str, Any]) -> None:
        result = listed(service, [node("tvm-1")], [node("TVM-1")], **options)
        assert (result["verdict"], result["summary"]["total"], len(result["nodes"])) == ("pending", 1, 1)

    def test_what_is_said_differently_is_pending(self, service: Loopback) -> None:
        result = listed(service, [node("Tvm-1"), node("b")], [node("tvm-1", "rebooting")], condition="ready")
        assert (result["verdict"], result["reasons"]) == ("pending", ["Tvm-1: is listed twice, in different states"])

    @pytest.mark.parametrize("asked", ["tvm-1", "TVM-1"])
    @pytest.mark.parametrize("written", ["tvm-1", "TVM-1"])
    def test_an_expected_node_is_found(self, service: Loopback, asked: str, written: str) -> None:
        options = {"condition": "ready", "expected_nodes": [asked]}
        assert listed(service, [node(written), node("b", "unusable")], **options)["verdict"] == "satisfied"
        assert listed(service, [node(written, "unusable"), node("b")], **options)["verdict"] == "failed"
        result = listed(service, [node("b")], **options)
        assert (result["verdict"], asked in result["reasons"][0]) == ("pending", True)

    def test_a_named_node_answers_under_its_own_name(self, service: Loopback) -> None:
        service.say("/pools/pool-1", pool(2))
        service.say(f"{LIST}/TVM-1", node("tvm-1"))
        result = ask(service, NODES, pool_id="pool-1", node_ids=["TVM-1", "tvm-1"], condition="ready")
        assert (result["verdict"], [item["id"] for item in result["nodes"]]) == ("satisfied", ["tvm-1"])
