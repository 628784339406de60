# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preparation status that lists a node twice, in several pools, or not by its id."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import (
    PREPARATION_INFO,
    ExecutionTally,
    PrepTally,
)
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    job,
    prepared,
    task,
)

STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
BOTH = {"jobPreparationTask": {"id": "prep"}, "jobReleaseTask": {"id": "release"}}
STRANGE = {"state": "hibernating"}


def listed(service: Loopback, *pages: list[Wire], state: str = "active", **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", job(state=state, **BOTH))
    links = [f"{service.url}{STATUS}?$skiptoken={number}" for number in range(1, len(pages))]
    service.say(STATUS, *(page(*entries, link=link) for entries, link in zip(pages, [*links, None])))
    return ask(service, PREP, **{"job_id": "job-1", "condition": "prepared", **options})


def elsewhere(entry: Wire) -> Wire:
    return {**entry, "poolId": "pool-2"}


class TestListedTwice:
    def test_one_node_is_not_two(self, service: Loopback) -> None:
        result = listed(service, [prepared("a", SUCCESS)], [prepared("a", SUCCESS)], min_nodes=2)
        assert (result["verdict"], result["reasons"]) == (
            "pending",
            ["job-1: preparation has succeeded on 1 of at least 2 nodes"],
        )
        summary = result["summary"]
        assert (summary["total"], summary["started"], summary["succeeded"], len(result["nodes"])) == (1, 1, 1, 1)

    def test_the_same_id_in_another_pool_is_another_node(self, service: Loopback) -> None:
        pages = [prepared("a", SUCCESS)], [elsewhere(prepared("a", SUCCESS))]
        result = listed(service, *pages, min_nodes=2)
        assert (result["verdict"], result["summary"]["total"]) == ("satisfied", 2)
        assert [item["pool_id"] for item in result["nodes"]] == ["pool-1", "pool-2"]

    def test_nodes_of_several_pools_are_named_with_their_pool(self, service: Loopback) -> None:
        result = listed(service, [prepared("a", SUCCESS), elsewhere(prepared("a", FAILURE))], diagnostics=True)
        assert result["reasons"] == ["pool-2/a: preparation failed, exit code 1 (FailureExitCode)"]
        assert result["summary"]["failed_nodes"] == ["pool-2/a"]
        assert [(one["pool_id"], one["node_id"]) for one in result["failures"]] == [("pool-2", "a")]

    @pytest.mark.parametrize("info", [FAILURE, STARTED], ids=["failed", "running"])
    def test_an_expected_node_is_expected_in_whatever_pool(self, service: Loopback, info: Wire) -> None:
        entries = [prepared("a", SUCCESS), elsewhere(prepared("a", info))]
        assert listed(service, entries, expected_nodes=["a"])["verdict"] != "satisfied"

    def test_a_failed_node_is_tolerated_once(self, service: Loopback) -> None:
        pages = [prepared("a", SUCCESS), prepared("b", FAILURE)], [prepared("b", FAILURE)]
        assert listed(service, *pages, max_failed_nodes=1)["verdict"] == "satisfied"

    @pytest.mark.parametrize("turned", [False, True])
    @pytest.mark.parametrize("other", [FAILURE, STARTED, MYSTERY, STRANGE, None], ids=str)
    @pytest.mark.parametrize(
        "options", [{}, {"min_nodes": 1}, {"expected_nodes": ["a", "b"]}, {"max_failed_nodes": 9}], ids=str
    )
    @pytest.mark.parametrize("state", ["active", "terminating", "completed"])
    def test_what_is_said_differently_is_pending_whichever_came_later(
        self, service: Loopback, turned: bool, other: Wire | None, options: dict[str, Any], state: str
    ) -> None:
        entries = [prepared("b", SUCCESS), prepared("b", other)]
        first, second = reversed(entries) if turned else entries
        result = listed(service, [prepared("a", SUCCESS), first], [second], state=state, **options)
        assert result["verdict"] == "pending"
        assert "b: preparation is listed twice, with different states" in result["reasons"]

    def test_the_fact_is_the_later_entry(self, service: Loopback) -> None:
        result = listed(service, [prepared("a", STARTED)], [prepared("a", SUCCESS)], condition=None)
        assert [item["preparation"]["result"] for item in result["nodes"]] == ["success"]
        assert (result["summary"]["by_state"], result["summary"]["running"]) == ({"running": 0, "completed": 1}, 0)

    def test_what_of_two_things_may_be_is_not_given_up(self, service: Loopback) -> None:
        """The pool has no node any more, but by one of the two entries everything is done."""
        service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
        assert listed(service, [prepared("a", FAILURE)], [prepared("a", SUCCESS)])["verdict"] == "pending"

    @pytest.mark.parametrize("condition", ["prepared", "released"])
    def test_a_success_with_the_information_about_a_failure_is_none(self, service: Loopback, condition: str) -> None:
        both = {**SUCCESS, "failureInfo": FAILURE["failureInfo"]}
        entry = prepared("a", both) if condition == "prepared" else prepared("a", SUCCESS, both)
        assert listed(service, [entry], condition=condition)["verdict"] == "pending"

    @pytest.mark.parametrize("name", ["nodeId", "poolId"])
    @pytest.mark.parametrize("value", [None, "", 7])
    @pytest.mark.parametrize("options", [{}, {"condition": None}, {"details": "summary"}], ids=str)
    def test_an_entry_without_an_id_is_no_answer(
        self, service: Loopback, name: str, value: Any, options: dict[str, Any]
    ) -> None:
        with pytest.raises(AnswerError, match=f"There is no {name} in an entry of the preparation status"):
            listed(service, [{**prepared("a", SUCCESS), name: value}], **options)


class TestOtherwiseWritten:
    """To the service, ids that differ in case only are one."""

    def test_one_node_is_not_two(self, service: Loopback) -> None:
        pages = [prepared("tvm-1", SUCCESS)], [prepared("TVM-1", SUCCESS)]
        result = listed(service, *pages, min_nodes=2)
        assert (result["verdict"], result["summary"]["total"], len(result["nodes"])) == ("pending", 1, 1)

    def test_what_is_said_differently_is_pending(self, service: Loopback) -> None:
        result = listed(service, [prepared("Tvm-1", SUCCESS), prepared("b", SUCCESS)], [prepared("tvm-1", STARTED)])
        assert (result["verdict"], result["reasons"]) == (
            "pending",
            ["Tvm-1: preparation is listed twice, with different states"],
        )

    @pytest.mark.parametrize("asked", ["tvm-1", "TVM-1"])
    @pytest.mark.parametrize("written", ["tvm-1", "TVM-1"])
    def test_an_expected_node_is_found(self, service: Loopback, asked: str, written: str) -> None:
        options = {"expected_nodes": [asked]}
        result = listed(service, [prepared(written, SUCCESS), prepared("b", FAILURE)], **options)
        assert result["verdict"] == "satisfied"
        result = listed(service, [prepared(written, FAILURE), prepared("b", SUCCESS)], diagnostics=True, **options)
        assert (result["verdict"], result["failures"][0]["node_id"]) == ("failed", written)
        assert result["reasons"][0].startswith(f"{written}: preparation failed")
        result = listed(service, [prepared("b", SUCCESS)], **options)
        assert (result["verdict"], asked in result["reasons"][0]) == ("pending", True)

    @pytest.mark.parametrize("on", ["tvm-1", "TVM-1"])
    @pytest.mark.parametrize("written", ["tvm-1", "TVM-1"])
    def test_the_node_of_a_task_is_found(self, service: Loopback, on: str, written: str) -> None:
        there = {"nodeId": on, "poolId": "POOL-1"}
        service.say("/jobs/job-1/tasks", page(task("t", "running", STARTED, nodeInfo=there)))
        result = listed(service, [prepared(written, SUCCESS)], expect_task_nodes=True)
        assert result["verdict"] == "satisfied"


def tally_of(*entries: Wire, times: bool = False) -> ExecutionTally:
    tally = PrepTally(times)
    tally.add(list(entries))
    return tally.preparation


NODE = ("pool-1", "a")
SINCE = SUCCESS["startTime"]


@pytest.mark.parametrize(
    ("entries", "times", "began"),
    [
        ([prepared("a", STARTED)], False, {NODE: SINCE}),
        ([prepared("a", FAILURE)], False, {NODE: SINCE}),
        # Of successes, which are most, only where it is asked for.
        ([prepared("a", SUCCESS)], False, {}),
        ([prepared("a", SUCCESS)], True, {NODE: SINCE}),
        ([prepared("a", None)], True, {}),
        ([prepared("a", STARTED), prepared("a", None)], True, {}),
        ([prepared("a", None), prepared("a", STARTED)], True, {NODE: SINCE}),
    ],
    ids=["runs", "failed", "success", "success and times", "not run", "runs, then not", "runs at last"],
)
def test_since_when_it_runs_or_ran(entries: list[Wire], times: bool, began: dict[Any, Any]) -> None:
    assert tally_of(*entries, times=times).began == began


def test_since_when_release_ran_is_never_asked_for() -> None:
    for tally in (PrepTally(), PrepTally(times=True)):
        tally.add([prepared("a", SUCCESS, SUCCESS)])
        assert tally.release.began == {}


@pytest.mark.parametrize(
    ("entries", "others"),
    [
        ([prepared("a", STARTED)], [NODE]),
        ([prepared("a", FAILURE)], [NODE]),
        ([prepared("a", MYSTERY)], [NODE]),
        ([prepared("a", SUCCESS)], []),
        # A spelling that is not the common one.
        ([prepared("a", {**SUCCESS, "result": "Success"})], []),
        ([prepared("a", None)], []),
        ([prepared("a", FAILURE), prepared("a", SUCCESS)], []),
        ([prepared("a", FAILURE), prepared("a", None)], []),
        ([prepared("a", SUCCESS), prepared("a", FAILURE)], [NODE]),
    ],
    ids=str,
)
def test_what_the_status_says_is_kept_of_what_did_not_succeed(entries: list[Wire], others: list[Any]) -> None:
    found = tally_of(*entries).others
    assert list(found) == others
    assert all(item == (entries[-1], entries[-1][PREPARATION_INFO]) for item in found.values())


def test_what_has_started_and_what_has_ended() -> None:
    tally = tally_of(
        prepared("a", SUCCESS),
        prepared("b", STARTED),
        prepared("c", None),
        prepared("d", FAILURE),
        prepared("e", MYSTERY),
        # By one entry at least.
        prepared("f", STARTED),
        prepared("f", None),
    )
    assert [node_id for _pool, node_id in tally.started] == ["a", "b", "d", "e", "f"]
    assert [node_id for _pool, node_id in tally.ended] == ["a", "d", "e"]
    assert {state: [node_id for _pool, node_id in nodes] for state, nodes in tally.by_outcome().items()} == {
        "succeeded": ["a"],
        "running": ["b"],
        None: ["c"],
        "failed": ["d"],
        "unknown": ["e"],
    }
    assert tally.summary() == {"started": 4, "running": 1, "succeeded": 1, "failed": 1, "failed_nodes": ["d"]}
    assert tally.by_state() == {"running": 1, "completed": 3}


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.parametrize(("first", "second"), [("Tvm-1", "TVM-1"), ("TVM-1", "tvm-1"), ("tvm-1", "TVM-1")])
def test_a_node_is_named_as_it_was_written_first(first: str, second: str, pages: int) -> None:
    tally = PrepTally()
    entries = [prepared(first, SUCCESS), prepared(second, SUCCESS), prepared("tvm-2", SUCCESS)]
    for page_of_it in [entries] if pages == 1 else [entries[:1], entries[1:]]:
        tally.add(page_of_it)
    assert [tally.preparation.id_of(node) for node in tally.preparation.states] == [first, "tvm-2"]


def test_a_node_is_named_as_it_was_asked_for() -> None:
    assert tally_of(prepared("TVM-1", SUCCESS)).name_of(("pool-1", "tvm-1"), "Tvm-1") == "Tvm-1"


@pytest.mark.parametrize("info", ["completed", ["completed"], 7], ids=str)
def test_what_is_said_of_a_task_in_another_shape_is_no_answer(info: Any) -> None:
    with pytest.raises(AnswerError, match=PREPARATION_INFO):
        tally_of({**prepared("a"), PREPARATION_INFO: info})
