# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition reads and remembers beside the status, and what job and status say differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.job import JobState
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._prep.condition import PrepCondition
from ansible_collections.batchops.azure.plugins.module_utils._prep.tally import PrepTally
from ansible_collections.batchops.azure.tests.support.asking import ask, question
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, PREP
from ansible_collections.batchops.azure.tests.support.preparing import BOTH, STATUS, judged, ok, runs, seen
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    job,
    pool,
    prepared,
    task,
)

ENDED = ["terminating", "completed", "deleting", "disabled"]


@pytest.mark.parametrize("state", ["active", *ENDED])
@pytest.mark.parametrize("missing_ok", [True, False])
def test_an_empty_list_satisfies_no_expression_in_any_state(service: Loopback, state: str, missing_ok: bool) -> None:
    service.say("/jobs/job-1", job(state=state, **BOTH))
    service.say(STATUS, page())
    expression = "length(nodes[?preparation.result != 'success']) == `0`"
    result = ask(service, PREP, job_id="job-1", expression=expression, missing_ok=missing_ok)
    assert (result["verdict"], result["summary"]["total"]) == ("pending", 0)


@pytest.mark.parametrize("code", ["JobPreparationTaskOrReleaseTaskNotSpecified", "JobPreparationTaskNotSpecified"])
@pytest.mark.parametrize("condition", ["prepared", "released"])
@pytest.mark.parametrize(("missing_ok", "verdict"), [(True, "satisfied"), (False, "failed")])
def test_a_job_without_the_task_is_a_fact_and_fine_only_where_it_may_lack(
    service: Loopback, code: str, condition: str, missing_ok: bool, verdict: str
) -> None:
    service.say("/jobs/job-1", job())
    service.say(STATUS, refusal(409, code))
    result = ask(service, PREP, job_id="job-1", condition=condition, missing_ok=missing_ok)
    assert (result["verdict"], result["nodes"]) == (verdict, [])
    assert result["summary"]["expected"] == (0 if missing_ok else None)
    assert (result["summary"]["has_prep_task"], result["summary"]["has_release_task"]) == (False, False)


def test_a_job_without_a_task_satisfies_no_expression(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(STATUS, refusal(409, "JobPreparationTaskOrReleaseTaskNotSpecified"))
    options = {"expression": "length(nodes) == `0`", "missing_ok": True}
    assert ask(service, PREP, job_id="job-1", **options)["verdict"] == "pending"


class TestRestarted:
    """A preparation that runs where it had ended: the node was rebooted or reimaged."""

    @pytest.mark.parametrize("first", [ok("a"), prepared("a", MYSTERY)])
    def test_it_is_told_by_a_wait_that_saw_it_end(
        self, service: Loopback, scripted: Callable[..., ScriptedClock], first: Wire
    ) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, page(first), page(runs("a")))
        result = ask(
            service,
            PREP,
            job_id="job-1",
            condition="prepared",
            min_nodes=2,
            wait=True,
            wait_timeout=20,
            clock=scripted(15, (4, 5)),
        )
        assert seen(result) == ("pending", "restarted")
        assert result["reasons"][0] == "job-1: preparation is running again, after a reboot or reimage, on a"

    def test_one_look_cannot_know(self, service: Loopback) -> None:
        assert seen(judged(service, runs("a"))) == ("pending", "running")

    def test_others_that_run_for_the_first_time_are_told_apart(
        self, service: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, page(ok("a")), page(runs("a"), runs("b")), page(ok("a"), ok("b")))
        given = {"condition": "prepared", "min_nodes": 2, "wait": True}
        result = ask(service, PREP, job_id="job-1", clock=scripted(15, 15), **given)
        assert (*seen(result), result["polls"]) == ("satisfied", "succeeded", 3)


NEITHER = "JobPreparationTaskOrReleaseTaskNotSpecified"
STRANGE = {"state": "hibernating"}


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


class TestDigest:
    """What a wait sees of a job about whose nodes nothing can be judged. Without it one such job would be like another."""

    def digest(
        self,
        service: Loopback,
        *entries: Wire,
        job_id: str = "job-1",
        state: str | None = "active",
        missing_ok: bool = True,
    ) -> int:
        options = question(PREP.arguments, job_id=job_id, condition="prepared", missing_ok=missing_ok)
        tally = PrepTally()
        tally.add(list(entries))
        found = JobState(job_id, state) if state else None
        return PrepCondition(connect(service.url), options).judge(job_id, found, None, tally, read_again=list).digest

    @pytest.mark.parametrize("missing_ok", [True, False])
    def test_the_state_of_a_job_without_the_task(self, service: Loopback, missing_ok: bool) -> None:
        seen = self.digest(service, missing_ok=missing_ok)
        assert seen != self.digest(service, state="terminating", missing_ok=missing_ok)
        assert seen != self.digest(service, job_id="job-2", missing_ok=missing_ok)
        assert seen == self.digest(service, missing_ok=missing_ok)

    def test_which_job_is_absent(self, service: Loopback) -> None:
        assert self.digest(service, state=None) != self.digest(service, job_id="job-2", state=None)

    def test_what_job_and_status_say_differently(self, service: Loopback) -> None:
        assert self.digest(service, ok("a")) != self.digest(service, ok("b"))
        assert self.digest(service, ok("a")) == self.digest(service, ok("a"))


def test_release_does_not_ask_where_tasks_are(service: Loopback) -> None:
    """What must be released is what was prepared."""
    result = judged(service, prepared("a", SUCCESS, SUCCESS), condition="released", expect_task_nodes=True)
    assert (result["verdict"], service.paths) == ("satisfied", ["/jobs/job-1", STATUS])


def test_an_absent_job_has_no_tasks_to_ask_for(service: Loopback) -> None:
    service.say("/jobs/job-1", refusal(404, "JobNotFound"))
    result = ask(service, PREP, job_id="job-1", condition="prepared", expect_task_nodes=True, missing_ok=True)
    assert (result["verdict"], service.paths) == ("pending", ["/jobs/job-1"])


def test_the_nodes_of_a_pool_are_read_only_to_forget_some(service: Loopback) -> None:
    judged(service, ok("a"))
    service.say("/jobs/job-2", {"id": "job-2", "state": "active", **BOTH})
    service.say("/jobs/job-2/jobpreparationandreleasetaskstatus", page(ok("a")))
    options = {"condition": "prepared", "ignore_removed_nodes": True}
    # It is in no pool yet, so that nothing can have left it.
    assert ask(service, PREP, job_id="job-2", **options)["verdict"] == "satisfied"
    assert not [path for path in service.paths if path.startswith("/pools")]


@pytest.mark.parametrize(
    ("entries", "options"),
    [
        ([runs("a")], {}),
        ([ok("a"), prepared("b", None)], {"min_nodes": 2}),
        ([], {"state": "terminating"}),
        ([], {"condition": "released"}),
        ([], {"tasks": [task("t", "running", STARTED)]}),
        ([], {"tasks": [task("t", "running", STARTED, nodeInfo={"nodeId": "a"})]}),
    ],
    ids=["it runs", "it has run", "job is ending", "release", "unplaced task", "task on a node"],
)
def test_the_counts_of_tasks_are_read_only_where_they_may_say_why_nothing_started(
    service: Loopback, entries: list[Wire], options: dict[str, Any]
) -> None:
    service.say("/pools/pool-1", pool(1))
    service.say("/pools/pool-1/nodes", page({"id": "a"}))
    judged(service, *entries, **options)
    assert "/jobs/job-1/taskcounts" not in service.paths


@pytest.mark.parametrize("later", [[ok("a")], [runs("a")], [prepared("a", FAILURE), ok("a")]], ids=str)
def test_what_has_begun_while_the_pool_was_read_is_not_given_up(service: Loopback, later: list[Wire]) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    service.say("/jobs/job-1", job(**BOTH))
    service.say(STATUS, page(), page(*later))
    assert ask(service, PREP, job_id="job-1", condition="prepared")["verdict"] == "pending"


@pytest.mark.parametrize(
    ("entries", "options", "verdict"),
    [
        # Where one runs the pool has a node, also where nobody asked about that one.
        ([runs("b")], {"expected_nodes": ["a"]}, "pending"),
        # A task is on a node that the service does not name.
        ([], {"tasks": [task("t", "running", STARTED)]}, "pending"),
        # Release starts where preparation has been, and not where a task waits for a node.
        ([prepared("a", SUCCESS)], {"condition": "released"}, "pending"),
        ([ok("a")], {}, "satisfied"),
        ([ok("a")], {"wait": True, "fail_fast": False}, "satisfied"),
        ([prepared("a", FAILURE)], {}, "failed"),
    ],
    ids=["runs", "unplaced", "release", "satisfied", "satisfied in a wait", "failed"],
)
def test_whether_the_pool_has_a_node_is_asked_only_where_one_is_waited_for(
    service: Loopback, entries: list[Wire], options: dict[str, Any], verdict: str
) -> None:
    service.say("/pools/pool-1", refusal(404, "PoolNotFound"))
    assert judged(service, *entries, **options)["verdict"] == verdict
    assert "/pools/pool-1" not in service.paths


def test_what_is_still_to_start_is_asked_only_where_all_failures_are_wanted(service: Loopback) -> None:
    service.say("/pools/pool-1", pool(1))
    service.say("/pools/pool-1/nodes", page({"id": "a"}))
    assert judged(service, ok("a"), min_nodes=2)["verdict"] == "pending"
    assert "/jobs/job-1/tasks" not in service.paths


@pytest.mark.parametrize(("asked", "polls"), [(["a", "c"], 1), (["a", "b", "c"], 3)])
def test_two_things_that_are_said_of_a_node_are_waited_for_where_somebody_asked(
    service: Loopback, scripted: Callable[..., ScriptedClock], asked: list[str], polls: int
) -> None:
    service.say("/jobs/job-1", job(**BOTH))
    service.say("/jobs/job-1/tasks", page())
    twice = page(ok("a"), prepared("c", FAILURE), ok("b"), runs("b"))
    service.say(STATUS, twice, twice, page(ok("a"), prepared("c", FAILURE), ok("b")))
    options = {"condition": "prepared", "expected_nodes": asked, "wait": True, "fail_fast": False}
    result = ask(service, PREP, clock=scripted(*[15] * (polls - 1)), job_id="job-1", **options)
    assert (result["verdict"], result["polls"]) == ("failed", polls)
