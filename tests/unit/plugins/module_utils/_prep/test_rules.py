# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When preparation or release has failed, what is still missing, what is tolerated, and the one word for where a job stands."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Lasting, Offender
from ansible_collections.batchops.azure.plugins.module_utils._prep.rules import judge
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import PREP
from ansible_collections.batchops.azure.tests.support.preparing import (
    ACTIVE,
    BOTH,
    STATUS,
    bad,
    judged,
    ok,
    on,
    released,
    runs,
    scope,
    seen,
    where,
)
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    NEVER_STARTED,
    STARTED,
    SUCCESS,
    UPLOAD_FAILED,
    Wire,
    counts,
    job,
    node,
    pool,
    prepared,
    task,
    troubled,
)

ENDED = ["terminating", "completed", "deleting", "disabled"]


@pytest.mark.parametrize("condition", ["prepared", "released"])
@pytest.mark.parametrize("options", [{}, {"min_nodes": 1}, {"expected_nodes": ["a"]}, {"missing_ok": True}])
@pytest.mark.parametrize(
    "expression", [None, "length(nodes[?preparation.result != 'success']) == `0`", "summary.failed == `0`", "`true`"]
)
def test_an_empty_list_means_not_started_and_never_done(
    service: Loopback, condition: str, options: dict[str, Any], expression: str | None
) -> None:
    result = judged(service, condition=condition, expression=expression, **options)
    assert result["verdict"] == "pending"
    assert "has not started on" in result["reasons"][0]


@pytest.mark.parametrize("state", ENDED)
def test_an_empty_list_of_a_job_that_has_ended_is_hopeless_for_preparation(service: Loopback, state: str) -> None:
    result = judged(service, state=state)
    assert result["verdict"] == "failed"
    assert result["reasons"] == [f"job-1: preparation has not started on any node, and the job is {state}"]


@pytest.mark.parametrize(
    ("state", "verdict"), [("terminating", "pending"), ("disabled", "pending"), ("completed", "failed")]
)
def test_release_begins_only_when_the_job_ends(service: Loopback, state: str, verdict: str) -> None:
    assert judged(service, released("a", None), condition="released", state=state)["verdict"] == verdict


@pytest.mark.parametrize(
    ("info", "verdict"),
    [
        (SUCCESS, "satisfied"),
        ({**SUCCESS, "result": "Success"}, "satisfied"),
        ({**STARTED, "state": "completed", "exitCode": 0}, "satisfied"),
        (FAILURE, "failed"),
        ({**FAILURE, "result": "Failure"}, "failed"),
        (UPLOAD_FAILED, "failed"),
        (NEVER_STARTED, "failed"),
        ({"state": "completed"}, "failed"),
        (MYSTERY, "pending"),
        (STARTED, "pending"),
        ({"state": "hibernating"}, "pending"),
        ({}, "pending"),
        (None, "pending"),
    ],
    ids=str,
)
def test_an_entry_is_judged_by_its_result(service: Loopback, info: Wire | None, verdict: str) -> None:
    assert judged(service, prepared("a", info))["verdict"] == verdict
    assert judged(service, released("a", info), condition="released")["verdict"] == verdict


@pytest.mark.parametrize(
    ("info", "verdict"),
    [(SUCCESS, "satisfied"), (FAILURE, "failed"), (MYSTERY, "pending"), (STARTED, "pending")],
    ids=str,
)
def test_one_entry_is_enough_to_spoil_it(service: Loopback, info: Wire, verdict: str) -> None:
    assert judged(service, prepared("a", SUCCESS), prepared("b", info))["verdict"] == verdict


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (prepared("tvm-3", FAILURE), "tvm-3: preparation failed, exit code 1 (FailureExitCode)"),
        (prepared("tvm-3", UPLOAD_FAILED), "tvm-3: preparation failed, exit code 0 (FileUploadAccessDenied)"),
        (prepared("tvm-3", STARTED), "job-1: preparation is running on tvm-3"),
        (prepared("tvm-3", MYSTERY), "tvm-3: preparation ended with a result that is not known"),
    ],
)
def test_a_reason_names_the_node_and_what_is_wrong(service: Loopback, entry: Wire, reason: str) -> None:
    assert judged(service, prepared("a", SUCCESS), entry)["reasons"] == [reason]


def test_null_is_as_good_as_absent(service: Loopback) -> None:
    nulls = {"jobPreparationTaskExecutionInfo": None, "jobReleaseTaskExecutionInfo": None}
    result = judged(service, {"poolId": "pool-1", "nodeId": "a", **nulls})
    assert (result["verdict"], result["summary"]["running"]) == ("pending", 0)
    assert result["reasons"] == ["job-1: preparation has not started on any node: the job has no task yet"]


def test_a_release_is_needed_wherever_preparation_has_run(service: Loopback) -> None:
    entries = released("a", SUCCESS), released("b", None), prepared("c", FAILURE)
    result = judged(service, *entries, condition="released", state="terminating")
    assert (result["verdict"], result["reasons"]) == ("pending", ["job-1: release has not started on b, c"])


@pytest.mark.parametrize("state", ["terminating", "disabled"])
def test_what_runs_in_a_job_that_is_ending_may_still_succeed(service: Loopback, state: str) -> None:
    assert judged(service, prepared("a", STARTED), state=state)["verdict"] == "pending"


@pytest.mark.parametrize("state", ["completed", "deleting"])
@pytest.mark.parametrize("condition", ["prepared", "released"])
def test_what_runs_in_a_job_that_is_over_never_ends(service: Loopback, condition: str, state: str) -> None:
    entry = prepared("a", STARTED) if condition == "prepared" else released("a", STARTED)
    result = judged(service, entry, condition=condition, state=state)
    assert result["verdict"] == "failed"
    assert result["reasons"][0].endswith(f" is running on a, and the job is {state}")


@pytest.mark.parametrize("state", ["active", *ENDED])
def test_what_has_succeeded_everywhere_is_satisfied_in_any_state(service: Loopback, state: str) -> None:
    assert judged(service, released("a", SUCCESS), state=state)["verdict"] == "satisfied"
    assert judged(service, released("a", SUCCESS), state=state, condition="released")["verdict"] == "satisfied"


@pytest.mark.parametrize(
    ("code", "verdict"), [("PoolNotFound", "failed"), ("JobTerminationAwaitingNodeProcessing", "pending")]
)
def test_a_scheduling_error_is_the_end_unless_it_is_progress(service: Loopback, code: str, verdict: str) -> None:
    service.say("/jobs/job-1", troubled(code, "terminating", **BOTH))
    service.say(STATUS, page(released("a", STARTED)))
    assert ask(service, PREP, job_id="job-1", condition="released")["verdict"] == verdict


OK, RUNS, BAD = prepared("a", SUCCESS), prepared("b", STARTED), prepared("c", FAILURE)


@pytest.mark.parametrize(
    ("entries", "options", "verdict"),
    [
        ([OK], {"min_nodes": 1}, "satisfied"),
        ([OK], {"min_nodes": 2}, "pending"),
        ([OK, RUNS], {"min_nodes": 1}, "satisfied"),
        ([OK, RUNS], {"min_nodes": 2}, "pending"),
        ([OK, BAD], {"min_nodes": 1}, "failed"),
        ([OK], {"expected_nodes": ["a"]}, "satisfied"),
        ([OK, RUNS], {"expected_nodes": ["a"]}, "satisfied"),
        ([OK, BAD], {"expected_nodes": ["a"]}, "satisfied"),
        ([OK, RUNS], {"expected_nodes": ["a", "b"]}, "pending"),
        ([OK], {"expected_nodes": ["a", "z"]}, "pending"),
        ([OK, BAD], {"expected_nodes": ["a", "c"]}, "failed"),
        ([OK, RUNS], {"expected_nodes": ["z"]}, "pending"),
        ([OK], {"expected_nodes": ["a"], "min_nodes": 2}, "pending"),
        ([OK, RUNS], {"expected_nodes": ["a", "b"], "min_nodes": 1}, "pending"),
    ],
)
def test_at_least_so_many_and_the_expected_nodes_are_needed(
    service: Loopback, entries: list[Wire], options: dict[str, Any], verdict: str
) -> None:
    assert judged(service, *entries, **options)["verdict"] == verdict


def test_only_where_it_is_expected_a_release_is_needed(service: Loopback) -> None:
    entries = released("a", SUCCESS), released("b", None)
    result = judged(service, *entries, condition="released", state="terminating", expected_nodes=["a"])
    assert result["verdict"] == "satisfied"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("active", "job-1: preparation has succeeded on 1 of at least 3 nodes"),
        ("terminating", "job-1: preparation has succeeded on 1 of at least 3 nodes, and the job is terminating"),
    ],
)
def test_too_few_nodes_are_told_in_numbers(service: Loopback, state: str, reason: str) -> None:
    result = judged(service, OK, RUNS, min_nodes=3, state=state)
    assert set(result["reasons"]) == {"job-1: preparation is running on b", reason}


def test_what_runs_in_a_job_that_is_ending_may_still_make_up_the_number(service: Loopback) -> None:
    assert judged(service, OK, RUNS, min_nodes=2, state="terminating")["verdict"] == "pending"


@pytest.mark.parametrize(("others", "options"), [([], {}), ([OK], {"min_nodes": 2})], ids=["one", "two"])
@pytest.mark.parametrize(
    "doubtful", [[prepared("b", MYSTERY)], [prepared("b", SUCCESS), prepared("b", STARTED)]], ids=["unknown", "twice"]
)
@pytest.mark.parametrize("state", ENDED)
def test_what_is_not_known_of_a_job_that_has_ended_may_make_up_the_number(
    service: Loopback, others: list[Wire], options: dict[str, Any], doubtful: list[Wire], state: str
) -> None:
    assert judged(service, *others, *doubtful, state=state, **options)["verdict"] == "pending"


@pytest.mark.parametrize("options", [{"min_nodes": 2}, {"expected_nodes": ["a", "z"]}])
@pytest.mark.parametrize("state", ENDED)
def test_nodes_that_lack_in_a_job_that_has_ended_never_come(
    service: Loopback, options: dict[str, Any], state: str
) -> None:
    assert judged(service, OK, state=state, **options)["verdict"] == "failed"


class TestRetried:
    """A failed preparation sends its task to another node: that is told, and it is a failure all the same."""

    def test_the_node_that_began_after_the_failure_is_named(self, service: Loopback) -> None:
        result = judged(service, bad("a"), runs("b", "2025-01-17T00:00:10Z"), tasks=on("b"))
        assert (*seen(result), result["reasons"][0]) == (
            "failed",
            "retried",
            "a: preparation failed, exit code 1 (FailureExitCode); its task was retried on another node, b",
        )

    @pytest.mark.parametrize(
        ("ended", "began", "retried"),
        [
            ("2025-01-17T00:00:09Z", "2025-01-17T00:00:09.5Z", True),
            ("2025-01-17T00:00:09.5Z", "2025-01-17T00:00:09Z", False),
            ("2025-01-17T00:00:09.25Z", "2025-01-17T00:00:09.2500001Z", True),
            ("2025-01-17T00:00:09Z", "2025-01-17T00:00:09Z", True),
            ("2025-01-17T00:00:09Z", "2025-01-17T00:00:08.9999999Z", False),
        ],
    )
    def test_times_with_and_without_a_fraction_are_compared(
        self, service: Loopback, ended: str, began: str, retried: bool
    ) -> None:
        result = judged(service, bad("a", ended), runs("b", began), tasks=on("b"))
        assert seen(result) == ("failed", "retried" if retried else "failed")

    @pytest.mark.parametrize(
        ("failed", "other"),
        [
            (prepared("a", {**FAILURE, "endTime": None}), runs("b", "2025-01-17T00:00:10Z")),
            (prepared("a", FAILURE), runs("b", "2025-01-17T00:00:10Z")),
            (bad("a"), prepared("b", {**STARTED, "startTime": None})),
            # No task is there.
            (bad("a"), runs("c", "2025-01-17T00:00:10Z")),
        ],
        ids=["no end", "no end at all", "no beginning", "another node"],
    )
    def test_where_times_do_not_tell_nothing_is_said_to_be_a_retry(
        self, service: Loopback, failed: Wire, other: Wire
    ) -> None:
        result = judged(service, failed, other, tasks=on("b"))
        assert result["reasons"][0].endswith("(FailureExitCode); it no longer has a task of the job")
        assert seen(result) == ("failed", "failed")

    def test_a_node_that_was_prepared_before_is_no_retry(self, service: Loopback) -> None:
        result = judged(service, bad("a"), ok("b"), tasks=on("b"))
        assert result["reasons"][0].endswith("(FailureExitCode); it no longer has a task of the job")
        assert seen(result) == ("failed", "failed")

    def test_a_failure_whose_task_is_still_there_is_plain(self, service: Loopback) -> None:
        result = judged(service, bad("a"), tasks=on("a"))
        assert result["reasons"][0] == "a: preparation failed, exit code 1 (FailureExitCode)"

    def test_nor_is_another_that_began_later(self, service: Loopback) -> None:
        result = judged(service, bad("a"), runs("b", "2025-01-17T00:00:10Z"), tasks=on("a", "b"))
        assert result["reasons"][0] == "a: preparation failed, exit code 1 (FailureExitCode)"
        assert seen(result) == ("failed", "failed")

    def test_without_task_nodes_nothing_is_said_of_retries(self, service: Loopback) -> None:
        result = judged(service, bad("a"), runs("b", "2025-01-17T00:00:10Z"))
        assert (*seen(result), result["reasons"][0]) == (
            "failed",
            "failed",
            "a: preparation failed, exit code 1 (FailureExitCode)",
        )

    def test_a_tolerated_one_is_no_longer_what_there_is_to_know(self, service: Loopback) -> None:
        result = judged(service, bad("a"), runs("b", "2025-01-17T00:00:10Z"), tasks=on("b"), max_failed_nodes=1)
        assert seen(result) == ("pending", "running")
        assert result["tolerated"] == [
            "a: preparation failed, exit code 1 (FailureExitCode); its task was retried on another node, b"
        ]

    def test_words_of_the_service_are_no_retry(self, service: Loopback) -> None:
        words = {"failureInfo": {"code": "X", "message": "was retried on another node"}, "exitCode": None}
        result = judged(service, prepared("a", {**FAILURE, **words}), tasks=on("a"))
        assert seen(result) == ("failed", "failed")


class TestTolerated:
    @pytest.mark.parametrize(
        ("entries", "options", "verdict"),
        [
            ([ok("a"), bad("b")], {"max_failed_nodes": 1}, "satisfied"),
            ([ok("a"), bad("b"), bad("c")], {"max_failed_nodes": 1}, "failed"),
            ([ok("a"), bad("b"), bad("c")], {"max_failed_nodes": 2}, "satisfied"),
            ([ok("a"), bad("b"), runs("c")], {"max_failed_nodes": 1}, "pending"),
            # One must have succeeded, whatever is tolerated.
            ([bad("a")], {"max_failed_nodes": 1}, "pending"),
            ([bad("a")], {"max_failed_nodes": 9, "expected_nodes": ["a"]}, "pending"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 9, "expected_nodes": ["a"]}, "pending"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 9, "expected_nodes": ["a", "b"]}, "satisfied"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 9, "expected_nodes": ["a", "b", "c"]}, "pending"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 1, "min_nodes": 1}, "satisfied"),
            ([bad("a"), ok("b")], {"max_failed_nodes": 1, "min_nodes": 2}, "pending"),
            ([bad("a"), ok("b"), runs("c")], {"max_failed_nodes": 1, "min_nodes": 1}, "satisfied"),
            ([bad("a"), ok("b"), runs("c")], {"max_failed_nodes": 1, "expected_nodes": ["a", "c"]}, "pending"),
            # Nobody asked about b.
            ([ok("a"), bad("b"), bad("c")], {"max_failed_nodes": 1, "expected_nodes": ["a", "c"]}, "satisfied"),
        ],
    )
    def test_so_many_failed_nodes_are_let_pass(
        self, service: Loopback, entries: list[Wire], options: dict[str, Any], verdict: str
    ) -> None:
        assert judged(service, *entries, **options)["verdict"] == verdict

    def test_what_was_let_pass_is_told(self, service: Loopback) -> None:
        result = judged(service, ok("a"), bad("b"), max_failed_nodes=1, diagnostics=True)
        assert result["tolerated"] == ["b: preparation failed, exit code 1 (FailureExitCode)"]
        assert result["reasons"] == []
        assert [failure["node_id"] for failure in result["failures"]] == ["b"]

    def test_a_node_on_which_it_will_never_start_is_accused(self, service: Loopback) -> None:
        result = judged(service, ok("a"), state="completed", expected_nodes=["a", "b"], diagnostics=True)
        assert result["verdict"] == "failed"
        assert [(failure["kind"], failure["node_id"]) for failure in result["failures"]] == [("preparation", "b")]

    def test_nothing_tolerated_is_not_told(self, service: Loopback) -> None:
        assert "tolerated" not in judged(service, ok("a"), max_failed_nodes=1)

    def test_the_number_holds_for_each_job(self, service: Loopback) -> None:
        for job_id in ("job-1", "job-2"):
            service.say(f"/jobs/{job_id}", job(job_id, **BOTH))
            service.say(f"/jobs/{job_id}/jobpreparationandreleasetaskstatus", page(ok("a"), bad("b")))
        result = ask(service, PREP, job_ids=["job-1", "job-2"], condition="prepared", max_failed_nodes=1)
        assert (result["verdict"], len(result["tolerated"])) == ("satisfied", 2)
        assert result["tolerated"][1] == "job-2/b: preparation failed, exit code 1 (FailureExitCode)"


class TestSituation:
    @pytest.mark.parametrize(
        ("entries", "state", "options", "verdict", "situation"),
        [
            ([], "active", {}, "pending", "no_task_on_a_node"),
            ([], "completed", {}, "failed", "job_ended"),
            ([], "disabled", {}, "failed", "job_ended"),
            ([runs("a")], "completed", {}, "failed", "job_ended"),
            ([ok("a")], "completed", {"min_nodes": 2}, "failed", "job_ended"),
            ([bad("a")], "completed", {}, "failed", "failed"),
            # A failure that nobody asked about, or that is tolerated, is not why.
            ([bad("b")], "completed", {"expected_nodes": ["a"]}, "failed", "job_ended"),
            ([bad("b")], "completed", {"max_failed_nodes": 1}, "failed", "job_ended"),
            ([bad("b"), runs("a")], "active", {"max_failed_nodes": 1}, "pending", "running"),
            ([ok("a")], "active", {"min_nodes": 2}, "pending", "not_started"),
        ],
    )
    def test_the_first_word_that_holds(
        self,
        service: Loopback,
        entries: list[Wire],
        state: str,
        options: dict[str, Any],
        verdict: str,
        situation: str,
    ) -> None:
        service.say("/jobs/job-1/taskcounts", counts(active=3))
        assert seen(judged(service, *entries, state=state, **options)) == (verdict, situation)

    def test_tasks_that_run_while_nothing_prepares_yet(self, service: Loopback) -> None:
        service.say("/jobs/job-1/taskcounts", counts(running=1))
        result = judged(service)
        assert (*seen(result), result["reasons"]) == (
            "pending",
            "not_started",
            ["job-1: preparation has not started on any node"],
        )

    def test_no_node_can_take_a_task(self, service: Loopback) -> None:
        start_failed = {"startTaskInfo": {"state": "completed", **FAILURE}}
        service.say(
            "/pools/pool-1/nodes",
            lambda request: page(
                *([] if "$filter" in request.query else [node("a", "starttaskfailed", **start_failed)])
            ),
        )
        assert seen(judged(service)) == ("failed", "no_node")

    def test_it_is_not_known_without_a_condition(self, service: Loopback) -> None:
        service.say("/jobs/job-1", job(**BOTH))
        service.say(STATUS, page(ok("a")))
        summary = ask(service, PREP, job_id="job-1")["summary"]
        assert (summary["situation"], summary["expected"]) == (None, None)

    def test_release_has_one_too(self, service: Loopback) -> None:
        given = {"condition": "released", "state": "terminating"}
        assert seen(judged(service, prepared("a", SUCCESS, STARTED), **given)) == ("pending", "running")
        assert seen(judged(service, prepared("a", SUCCESS), **given)) == ("pending", "not_started")
        assert seen(judged(service, prepared("a", SUCCESS, SUCCESS), **given)) == ("satisfied", "succeeded")
        assert seen(judged(service, prepared("a", SUCCESS, FAILURE), **given)) == ("failed", "failed")


STRANGE = {"state": "hibernating"}


def listed(service: Loopback, *pages: list[Wire], state: str = "active", **options: Any) -> dict[str, Any]:
    service.say("/jobs/job-1", job(state=state, **BOTH))
    links = [f"{service.url}{STATUS}?$skiptoken={number}" for number in range(1, len(pages))]
    service.say(STATUS, *(page(*entries, link=link) for entries, link in zip(pages, [*links, None])))
    return ask(service, PREP, **{"job_id": "job-1", "condition": "prepared", **options})


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


class TestAccused:
    """Whom a reason accuses: by the ids as the service writes them."""

    def accused(self, *entries: Wire, **more: Any) -> list[Offender]:
        judgement = judge(scope(*entries, **more))
        return [offender for reason in (*judgement.failed, *judgement.missing) for offender in reason.offenders]

    def test_a_node_that_failed_with_where_its_output_is(self) -> None:
        info = {**FAILURE, "taskRootDirectory": "workitems/job-1/jobpreparation"}
        entry = {**prepared("Tvm-1", info), "poolId": "Pool-1"}
        assert self.accused(entry)[0] == Offender(
            "preparation",
            "exit code 1 (FailureExitCode)",
            "job-1",
            pool_id="Pool-1",
            node_id="Tvm-1",
            directory="workitems/job-1/jobpreparation",
            ran=True,
        )
        for nowhere in (FAILURE, {**FAILURE, "taskRootDirectory": ""}):
            assert self.accused(prepared("Tvm-1", nowhere))[0].directory is None

    @pytest.mark.parametrize(
        ("entries", "more"),
        [
            ([{**prepared("a", STARTED), "poolId": "POOL-1"}], {}),
            ([{**prepared("a", MYSTERY), "poolId": "POOL-1"}], {}),
            ([{**prepared("a", info), "poolId": "POOL-1"} for info in (SUCCESS, STARTED)], {}),
            ([], {"must": ("a",)}),
        ],
        ids=["runs", "not known", "disputed", "not started"],
    )
    def test_a_node_by_the_pool_as_the_job_names_it(self, entries: list[Wire], more: dict[str, Any]) -> None:
        def pool_of_a(pool_id: str | None) -> str | None:
            accused = self.accused(*entries, of=ACTIVE._replace(pool_id=pool_id), **more)
            (node,) = (one for one in accused if one.node_id == "a")
            assert (node.kind, node.job_id) == ("preparation", "job-1")
            return node.pool_id

        assert pool_of_a("Pool-1") == "Pool-1"
        # Of another pool than that of the job it is known in lower case.
        assert (pool_of_a("new"), pool_of_a(None)) == ("pool-1", "pool-1")

    def test_the_job_in_its_pool_where_it_has_started_on_no_node(self) -> None:
        accused = self.accused()
        assert [(one.job_id, one.pool_id, one.node_id) for one in accused] == [("job-1", "pool-1", None)]

    def test_the_job_where_a_node_is_not_told(self) -> None:
        accused = self.accused(ok("a"), nodes=where("a", unplaced=("t1",)))
        assert [(one.kind, one.job_id, one.pool_id) for one in accused] == [("preparation", "job-1", None)]


@pytest.mark.parametrize(("release", "state"), [(False, "preparing"), (True, "releasing")])
def test_it_is_told_since_when_it_runs(release: bool, state: str) -> None:
    entry = prepared("a", SUCCESS, STARTED) if release else runs("a")
    lasting = judge(scope(entry, release=release)).missing[0].lasting
    assert lasting == (Lasting("a", state, STARTED["startTime"]),)


NONE_OF_ONE = "job-1: preparation has succeeded on 0 of at least 1 nodes"


@pytest.mark.parametrize(
    ("entries", "state", "options", "reasons"),
    [
        # While the job goes on, one may still succeed.
        ([bad("a")], "active", {}, [NONE_OF_ONE]),
        # Also where the only task is on the node that failed: it is needed there.
        ([bad("a")], "active", {"tasks": on("a")}, [NONE_OF_ONE]),
        ([runs("a")], "active", {}, ["job-1: preparation is running on a", NONE_OF_ONE]),
        ([runs("a")], "active", {"tasks": on("a")}, ["job-1: preparation is running on a", NONE_OF_ONE]),
        # Afterwards that none has succeeded follows from what is said already.
        ([bad("a")], "completed", {}, []),
        ([runs("a")], "completed", {}, ["job-1: preparation is running on a, and the job is completed"]),
        # Nothing else says it where the only node has left the pool.
        ([ok("a")], "completed", {"there": ("b",)}, [f"{NONE_OF_ONE}, and the job is completed"]),
        # Unless a number was asked for, or a failure is tolerated.
        ([bad("a")], "completed", {"min_nodes": 1}, [f"{NONE_OF_ONE}, and the job is completed"]),
        ([bad("a")], "completed", {"max_failed_nodes": 1}, [f"{NONE_OF_ONE}, and the job is completed"]),
    ],
)
def test_that_none_has_succeeded_is_said_where_nothing_else_says_why(
    service: Loopback, entries: list[Wire], state: str, options: dict[str, Any], reasons: list[str]
) -> None:
    result = judged(service, *entries, state=state, **options)
    assert [reason for reason in result["reasons"] if "preparation failed" not in reason] == reasons
    assert result["verdict"] != "satisfied"
