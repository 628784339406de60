# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On which node a failed task ran: one narrow list for each job, and nothing that cannot be read is an error."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.ran_on import with_nodes
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, Reset, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, JOBS, TASKS
from ansible_collections.batchops.azure.tests.support.wire import FAILURE, Wire, counts, job, task

LIST = "/jobs/job-1/tasks"
NODE = {"nodeInfo": {"poolId": "pool-1", "nodeId": "tvm-3", "taskRootDirectory": "workitems/x"}}
BAD = task("bad", info=FAILURE, **NODE)


def offender(task_id: str = "bad", job_id: str = "job-1", **more: Any) -> Offender:
    return Offender("task", **{"why": "exit code 1", "job_id": job_id, "task_id": task_id, "ran": True, **more})


def placed(service: Loopback, *offenders: Offender) -> list[tuple[str | None, str | None, str]]:
    client = connect(service.url)
    return [(found.pool_id, found.node_id, found.why) for found in with_nodes(client, list(offenders))]


def test_the_node_is_told_and_nothing_else_changes(service: Loopback) -> None:
    service.say(LIST, page(task("other", info=FAILURE), BAD))
    assert placed(service, offender()) == [("pool-1", "tvm-3", "exit code 1")]
    (asked,) = service.asked(LIST)
    assert asked.query["$filter"] == "executionInfo/result eq 'failure'"
    assert asked.query["$select"] == "id,nodeInfo,executionInfo"


def test_one_list_for_each_job_and_no_page_more_than_needed(service: Loopback) -> None:
    service.say(LIST, page(BAD, task("worse", info=FAILURE, **NODE), link=f"{service.url}{LIST}?$skiptoken=1"))
    service.say("/jobs/job-2/tasks", page(BAD))
    found = placed(service, offender(), offender("worse"), offender(job_id="job-2"))
    assert [node for _pool, node, _why in found] == ["tvm-3"] * 3
    assert len(service.asked(LIST)) == 1


def test_the_list_is_not_followed_for_ever(service: Loopback) -> None:
    service.say(LIST, *(page(link=f"{service.url}{LIST}?page={number}") for number in range(20)))
    assert placed(service, offender()) == [(None, None, "exit code 1")]
    assert len(service.asked(LIST)) == 5


def test_how_it_failed_is_read_where_that_is_not_known_yet(service: Loopback) -> None:
    service.say(LIST, page(BAD))
    assert placed(service, offender(why="")) == [("pool-1", "tvm-3", "exit code 1 (FailureExitCode)")]


@pytest.mark.parametrize(
    "answer",
    [
        Reset(),
        refusal(403, "Forbidden"),
        page(),
        page({"id": "bad", "nodeInfo": 5}),
        page({"id": "bad", "nodeInfo": {"nodeId": -1}}),
    ],
)
def test_what_cannot_be_read_stays_unknown(service: Loopback, answer: Any) -> None:
    service.say(LIST, answer)
    assert placed(service, offender()) == [(None, None, "exit code 1")]


def test_a_place_that_is_known_stays_where_the_list_tells_none(service: Loopback) -> None:
    service.say(LIST, page({"id": "bad"}))
    assert placed(service, offender(pool_id="pool-2", node_id="tvm-2")) == [("pool-2", "tvm-2", "exit code 1")]


def test_nothing_is_asked_about_what_never_ran_or_is_no_task(service: Loopback) -> None:
    others = [
        offender(ran=False),
        Offender("task", "x", job_id="job-1", ran=True),
        Offender("task", "x", task_id="bad", ran=True),
        Offender("preparation", "x", job_id="job-1", node_id="tvm-1", ran=True),
        Offender("subtask", "x", job_id="job-1", task_id="bad/1", node_id="tvm-1", ran=True),
    ]
    assert [node for _pool, node, _why in placed(service, *others)] == [None, None, None, "tvm-1", "tvm-1"]
    assert not service.paths


def say_account(service: Loopback) -> None:
    def tasks(request: Request) -> Answer:
        failed_only = "failure" in request.query.get("$filter", "")
        selected = request.query.get("$select", "id,nodeInfo,executionInfo,state").split(",")
        shown: list[Wire] = [{name: value for name, value in BAD.items() if name in selected}]
        return page(*shown, *(() if failed_only else [task("b", "active")]))

    service.say("/jobs/job-1", job())
    service.say("/jobs/job-1/taskcounts", counts(failed=1))
    service.say(LIST, tasks)


@pytest.mark.parametrize(
    ("module", "options"),
    [
        (TASKS, {"job_id": "job-1", "details": "summary"}),
        (JOBS, {"job_id": "job-1"}),
        (GATE, {"checks": [{"check": "tasks", "job_id": "job-1"}, {"check": "jobs", "job_id": "job-1"}]}),
    ],
    ids=["tasks", "jobs", "gate"],
)
def test_whoever_finds_a_failed_task_says_where_and_how(service: Loopback, module: Any, options: Any) -> None:
    """Jobs and tasks in one shape."""
    say_account(service)
    condition = {} if "checks" in options else {"condition": "succeeded"}
    (failure,) = ask(service, module, **condition, **options, diagnostics=True)["failures"]
    assert (failure["kind"], failure["task_id"], failure["job_id"]) == ("task", "bad", "job-1")
    assert (failure["pool_id"], failure["node_id"]) == ("pool-1", "tvm-3")
    assert failure["reason"] == "exit code 1 (FailureExitCode)"
