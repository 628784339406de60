# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preparation status that does not add up: entries listed twice, and a job that says something else."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, PREP
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    job,
    node,
    pool,
    prepared,
    task,
)

STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
BOTH = {"jobPreparationTask": {"id": "prep"}, "jobReleaseTask": {"id": "release"}}
NEITHER = "JobPreparationTaskOrReleaseTaskNotSpecified"
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

    @pytest.mark.parametrize("name", ["nodeId", "poolId"])
    @pytest.mark.parametrize("value", [None, "", 7])
    @pytest.mark.parametrize("options", [{}, {"condition": None}, {"details": "summary"}], ids=str)
    def test_an_entry_without_an_id_is_no_answer(
        self, service: Loopback, name: str, value: Any, options: dict[str, Any]
    ) -> None:
        with pytest.raises(AnswerError, match=f"There is no {name} in an entry of the preparation status"):
            listed(service, [{**prepared("a", SUCCESS), name: value}], **options)


class TestAgainstTheEvidence:
    """With `missing_ok` a job without the task passes, if job and status agree that it has none."""

    def judged(self, service: Loopback, what: Wire, *status: Answer, condition: str = "prepared") -> dict[str, Any]:
        service.say("/jobs/job-1", what)
        service.say(STATUS, *status)
        options = {"job_id": "job-1", "condition": condition, "missing_ok": True}
        result = ask(service, PREP, **options)
        checks = [{"check": "preparation", **options}]
        assert ask(service, GATE, checks=checks)["verdict"] == result["verdict"]
        return result

    @pytest.mark.parametrize("condition", ["prepared", "released"])
    @pytest.mark.parametrize("status", [page(), refusal(409, NEITHER)])
    def test_both_say_that_there_is_none(self, service: Loopback, condition: str, status: Answer) -> None:
        assert self.judged(service, job(), status, condition=condition)["verdict"] == "satisfied"

    @pytest.mark.parametrize("what", [{}, {"id": "job-1"}, {"state": "active"}, job("job-2")], ids=str)
    @pytest.mark.parametrize("status", [page(), refusal(409, NEITHER)])
    @pytest.mark.parametrize("options", [{}, {"condition": "prepared"}], ids=str)
    def test_an_object_that_is_no_job_says_nothing(
        self, service: Loopback, what: Wire, status: Answer, options: dict[str, Any]
    ) -> None:
        service.say("/jobs/job-1", what)
        service.say(STATUS, status)
        with pytest.raises(AnswerError):
            ask(service, PREP, job_id="job-1", missing_ok=True, **options)

    @pytest.mark.parametrize("info", [SUCCESS, FAILURE, STARTED, MYSTERY, STRANGE], ids=str)
    def test_the_status_lists_a_task_that_the_job_does_not_have(self, service: Loopback, info: Wire) -> None:
        result = self.judged(service, job(), page(prepared("a", info)))
        assert (result["verdict"], result["reasons"]) == (
            "pending",
            ["job-1: the job has no job preparation task, and its status lists one on a"],
        )
        released = self.judged(service, job(), page(prepared("a", None, info)), condition="released")
        assert released["reasons"] == ["job-1: the job has no job release task, and its status lists one on a"]

    @pytest.mark.parametrize("missing_ok", [True, False])
    @pytest.mark.parametrize(
        "which", [BOTH, {"jobPreparationTask": {}}, {"jobReleaseTask": {"id": "release"}}], ids=str
    )
    def test_the_job_has_a_task_and_the_status_says_that_it_has_none(
        self, service: Loopback, missing_ok: bool, which: Wire
    ) -> None:
        service.say("/jobs/job-1", job(**which))
        service.say(STATUS, refusal(409, NEITHER))
        result = ask(service, PREP, job_id="job-1", condition="prepared", missing_ok=missing_ok)
        assert (result["verdict"], result["reasons"]) == (
            "pending",
            ["job-1: the job has a job preparation or release task, and its status says that it has neither"],
        )

    def test_a_status_that_breaks_off_with_there_is_none(self, service: Loopback) -> None:
        service.say("/jobs/job-1", job())
        service.say(
            STATUS, page(prepared("a", None), link=f"{service.url}{STATUS}?$skiptoken=1"), refusal(409, NEITHER)
        )
        assert ask(service, PREP, job_id="job-1", condition="prepared", missing_ok=True)["verdict"] == "pending"

    def test_they_agree_later(self, service: Loopback, scripted: Any) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, refusal(409, NEITHER), page(prepared("a", SUCCESS)))
        given = {"job_id": "job-1", "condition": "prepared", "missing_ok": True, "wait": True}
        assert ask(service, PREP, clock=scripted(15), **given)["verdict"] == "satisfied"


class TestNotKnown:
    @pytest.mark.parametrize(
        ("info", "words"),
        [
            ({"state": "completed", "result": "Cancelled"}, "ended with a result that is not known"),
            (STRANGE, "is in a state that is not known"),
            ({"state": "hibernating", "result": "success"}, "is in a state that is not known"),
            ({"state": "zombie) (completed", "result": "success"}, "is in a state that is not known"),
            ({"result": "success"}, "is in a state that is not known"),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("state", ["active", "completed"])
    def test_an_unknown_word_is_pending(self, service: Loopback, info: Wire, words: str, state: str) -> None:
        entry = {"poolId": "pool-1", "nodeId": "b", "jobPreparationTaskExecutionInfo": info}
        result = listed(service, [prepared("a", SUCCESS), entry], state=state)
        assert (result["verdict"], result["reasons"]) == ("pending", [f"b: preparation {words}"])

    def test_an_unknown_state_is_counted_as_such(self, service: Loopback) -> None:
        entries = [prepared("a", SUCCESS), prepared("b", STARTED), prepared("c", STRANGE)]
        summary = listed(service, entries, condition=None)["summary"]
        assert summary["by_state"] == {"running": 1, "completed": 1, "unknown": 1}
        assert (summary["started"], summary["succeeded"]) == (3, 1)

    def test_tasks_without_a_node_leave_open_where_to_prepare(self, service: Loopback) -> None:
        tasks = [task("t1", "running", STARTED, nodeInfo={"nodeId": "a"}), task("t2", "running", STARTED)]
        service.say("/jobs/job-1/tasks", page(*tasks))
        result = listed(service, [prepared("a", SUCCESS)], expect_task_nodes=True)
        assert (result["verdict"], result["reasons"]) == (
            "pending",
            ["job-1: where preparation is needed is not known yet: the service does not name the node of t2"],
        )

    def test_only_tasks_without_a_node(self, service: Loopback) -> None:
        service.say("/pools/pool-1", pool(1))
        service.say("/pools/pool-1/nodes", page(node("a")))
        service.say("/jobs/job-1/tasks", page(task("t2", "running", STARTED)))
        assert listed(service, [prepared("a", SUCCESS)], expect_task_nodes=True)["verdict"] == "pending"
