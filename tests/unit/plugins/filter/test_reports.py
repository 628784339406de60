# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of the two reports, on results made by hand. What real ones look like is in tests/integration."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.filter import gate_report as gate_filter
from ansible_collections.batchops.azure.plugins.filter import job_prep_report as prep_filter
from ansible_collections.batchops.azure.plugins.filter.gate_report import gate_report
from ansible_collections.batchops.azure.plugins.filter.job_prep_report import job_prep_report

POOLS = {"by_state": {"active": 3}, "succeeded": 1}
COUNTS = {"started": 0, "succeeded": 0}


def check(name: str, verdict: str, *reasons: str, **more: Any) -> dict[str, Any]:
    summary = {"total": 3, "succeeded": 3, "by_state": {"idle": 1, "completed": 3}}
    return {
        "name": name,
        "check": "nodes",
        "condition": "ready",
        "verdict": verdict,
        "reasons": list(reasons),
        "summary": summary,
        **more,
    }


def found(verdict: str, *checks: dict[str, Any], **more: Any) -> dict[str, Any]:
    reasons = [reason for one in checks for reason in one["reasons"]]
    return {"changed": False, "verdict": verdict, "checks": list(checks), "reasons": reasons, **more}


def failure(sentence: str, **more: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("task_id", "node_id", "stderr_tail", "stdout_tail", "tail_error"))
    return {**nothing, "sentence": sentence, **more}


def headline(report: dict[str, Any]) -> str:
    first: str = report["message"].splitlines()[0]
    return first


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        (["satisfied"], "The gate is open: its check is satisfied."),
        (["satisfied"] * 2, "The gate is open: both checks are satisfied."),
        (["satisfied"] * 3, "The gate is open: all 3 checks are satisfied."),
        (["pending"], "The gate is closed: its check is not satisfied yet."),
        (["pending", "satisfied"], "The gate is closed: 1 of 2 checks is not satisfied yet."),
        (["failed", "failed"], "The gate is closed: 2 of 2 checks can no longer be satisfied."),
        (
            ["failed", "pending", "satisfied"],
            "The gate is closed: 2 of 3 checks are not satisfied, and 1 of them can no longer be satisfied.",
        ),
    ],
)
def test_the_first_line_counts(verdicts: list[str], words: str) -> None:
    worst = next(verdict for verdict in ("failed", "pending", "satisfied") if verdict in verdicts)
    checks = [check(f"check {number}", verdict, f"why {number}") for number, verdict in enumerate(verdicts)]
    report = gate_report(found(worst, *checks))
    assert headline(report) == words
    assert report["open"] is (worst == "satisfied")


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ({"elapsed": 0.2, "polls": 1, "timed_out": False}, "yet."),
        ({"elapsed": 130.7, "polls": 9, "timed_out": False}, "yet (waited 02:10)."),
        ({"elapsed": 3725, "polls": 90, "timed_out": True}, "yet (timed out after 1:02:05)."),
    ],
)
def test_it_says_how_long_was_waited(ending: dict[str, Any], words: str) -> None:
    assert headline(gate_report(found("pending", check("a", "pending", "x"), **ending))).endswith(words)


def test_the_output_stands_beneath_the_reason_that_it_belongs_to() -> None:
    failures = [
        failure("first", node_id="tvm-1", stderr_tail="one\n  last of stderr \n\n", stdout_tail="more"),
        failure("second", task_id="t-2", stderr_tail=" \n", stdout_tail="last of\tstdout"),
        failure("second", task_id="t-3", tail_error="the node tvm-3 is gone, and its files with it"),
        failure("second", task_id="t-4", tail_error="not read: only the first 10 are"),
        failure("let pass", node_id="tvm-5", stderr_tail="x" * 500),
    ]
    result = found(
        "failed", check("a", "failed", "first", "second", "third"), failures=failures, tolerated=["let pass"]
    )
    assert gate_report(result)["message"].splitlines()[1:] == [
        "  first",
        "    stderr of tvm-1 ends with: last of stderr",
        "  second",
        "    stdout of t-2 ends with: last of stdout",
        "    no output of t-3: the node tvm-3 is gone, and its files with it",
        "  third",
        "  tolerated: let pass",
        "    stderr of tvm-5 ends with: " + "x" * 200,
    ]


def test_a_closed_check_that_the_list_of_reasons_had_no_room_for_is_told_all_the_same() -> None:
    result = found("pending", check("nodes of p", "pending", "a"), check("tasks of j", "pending", "b"))
    result["reasons"] = ["tvm-1: is rebooting [nodes of p]", "and 80 more"]
    assert gate_report(result)["message"].splitlines()[1:] == [
        "  tvm-1: is rebooting [nodes of p]",
        "  and 80 more",
        "  b [tasks of j]",
    ]


NIGHTLY = {"id": "nightly", "recent_job": "nightly:job-2", "next_run_time": "2026-02-01T02:00:00Z"}


@pytest.mark.parametrize(
    ("verdict", "schedule", "words"),
    [
        ("satisfied", NIGHTLY, "  c: all 3 jobs succeeded: nightly:job-2, and the next run is at 2026-02-01T02:00:00Z"),
        ("satisfied", {**NIGHTLY, "next_run_time": None}, "  c: all 3 jobs succeeded: nightly:job-2"),
        ("failed", NIGHTLY, "  c: nightly:job-2, and the next run is at 2026-02-01T02:00:00Z"),
        ("pending", {**NIGHTLY, "recent_job": None}, "  why"),
    ],
    ids=str,
)
def test_of_a_schedule_it_is_told_which_job_was_judged(verdict: str, schedule: dict[str, Any], words: str) -> None:
    summary = {"total": 3, "succeeded": 3, "by_state": {"completed": 3}, "job_schedule": schedule}
    more = {"check": "jobs", "condition": "succeeded", "summary": summary}
    judged = check("c", verdict, *([] if verdict == "satisfied" else ["why"]), **more)
    assert gate_report(found(verdict, judged))["message"].splitlines()[-1] == words


def test_a_reason_is_one_line_whatever_the_service_says() -> None:
    message = gate_report(found("failed", check("a", "failed", "bad\n\x1b[31m  news")))["message"]
    assert message.splitlines()[1:] == ["  bad ?[31m news"]


def test_nothing_that_a_terminal_obeys_is_in_a_report_whoever_wrote_it() -> None:
    escape = "j\x1b[31m\u202e\nb"
    assert (
        job_prep_report({"msg": escape}, [escape])["message"]
        == "Preparation of j?[31m??b could not be judged.\n  j?[31m? b"
    )
    assert job_prep_report({"msg": escape}, [escape])["reasons"] == ["j?[31m? b"]
    several = {**prep("failed", None), "by_job": {name: prep("", "failed")["summary"] for name in ("a", escape)}}
    assert job_prep_report(several, ["a", escape])["message"].splitlines()[2] == "  j?[31m??b has failed"


def test_of_a_url_the_query_is_left_out() -> None:
    sentence = (
        "PoolNotFound (404): No. - https://a.b.batch.azure.com/pools/p?api-version=2025-06-01&$select=id [nodes of p]"
    )
    assert gate_report({"msg": sentence})["message"].splitlines()[1:] == [
        "  PoolNotFound (404): No. - https://a.b.batch.azure.com/pools/p [nodes of p]"
    ]
    assert gate_report({"msg": sentence})["reasons"] == [sentence]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "all 3 nodes ready"),
        ({"condition": "idle"}, "1 of 3 nodes idle"),
        ({"condition": "drained"}, "all 3 nodes drained"),
        ({"check": "jobs", "condition": "completed"}, "all 3 jobs completed"),
        ({"check": "pools", "condition": "sound", "summary": {**POOLS, "total": 3}}, "all 3 pools sound"),
        ({"check": "pools", "condition": "resized", "summary": {**POOLS, "total": 1}}, "1 pool resized"),
        (
            {"check": "pools", "condition": "image_reached", "summary": {**POOLS, "total": 1}},
            "1 pool with the image reached",
        ),
        (
            {"check": "tasks", "condition": "succeeded", "summary": {"total": 1, "succeeded": 1, "by_state": {}}},
            "1 task succeeded",
        ),
        (
            {"check": "preparation", "condition": "prepared", "summary": {"started": 9, "succeeded": 8}},
            "8 nodes prepared",
        ),
        ({"check": "preparation", "condition": "prepared", "summary": COUNTS}, "nothing to be prepared"),
        (
            {"check": "preparation", "condition": "released", "summary": {"release": {"started": 1, "succeeded": 1}}},
            "1 node released",
        ),
    ],
)
def test_an_open_gate_says_what_is_so(more: dict[str, Any], words: str) -> None:
    assert gate_report(found("satisfied", check("a", "satisfied", **more)))["message"].splitlines()[1:] == [
        f"  a: {words}"
    ]


@pytest.mark.parametrize(
    "result",
    [
        {"msg": "no", "failed": True},
        {"msg": "no", "unreachable": True, "changed": False},
        # What a failed task might hold without a verdict.
        {"msg": "no", "checks": [check("a", "satisfied")]},
        {"msg": "no", "verdict": ""},
    ],
)
def test_what_was_not_judged_is_closed(result: dict[str, Any]) -> None:
    report = gate_report(result)
    assert (report["open"], report["verdict"], report["reasons"], report["checks"]) == (False, "failed", ["no"], [])
    assert report["message"] == "The gate is closed: its checks could not be judged.\n  no"


FINE, LATE = check("a", "satisfied"), check("b", "pending", "why")
DENIED = "the verdict is satisfied, and yet"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"checks": []}, f"{DENIED} nothing was checked"),
        ({"checks": None}, f"{DENIED} nothing was checked"),
        ({"checks": "all"}, f"{DENIED} nothing was checked"),
        ({"checks": [FINE, LATE]}, f"{DENIED} not every check is"),
        ({"checks": [FINE, {}]}, f"{DENIED} not every check is"),
        ({"checks": [FINE, "satisfied"]}, f"{DENIED} not every check is"),
        ({"failed": True}, f"{DENIED} the result also says failed"),
        ({"unreachable": True}, f"{DENIED} the result also says unreachable"),
        ({"skipped": True}, f"{DENIED} the result also says skipped"),
        ({"failure": {"code": "TimedOut"}}, f"{DENIED} the result also says failure"),
        ({"timed_out": True, "elapsed": 9}, f"{DENIED} the result also says timed_out"),
        ({"stalled": True, "elapsed": 9, "msg": "Stalled"}, "Stalled"),
        ({"failed": True, "skipped": True}, f"{DENIED} the result also says failed, skipped"),
    ],
    ids=str,
)
def test_a_satisfied_verdict_that_the_rest_denies_is_closed(more: dict[str, Any], why: str) -> None:
    report = gate_report({**found("satisfied", FINE), **more})
    assert (report["open"], report["verdict"], report["reasons"], report["checks"]) == (False, "failed", [why], [])
    assert headline(report) == "The gate is closed: its checks could not be judged."
    if "checks" not in more:
        prepared = job_prep_report({**prep("satisfied", "succeeded", 1), **more}, ["j"])
        assert (prepared["satisfied"], prepared["verdict"], prepared["reasons"]) == (False, "failed", [why])
        assert headline(prepared) == "Preparation of j could not be judged."


def test_a_satisfied_verdict_alone_is_closed_and_nothing_false_denies_it() -> None:
    assert gate_report({"verdict": "satisfied"})["reasons"] == [f"{DENIED} nothing was checked"]
    said = {"failed": False, "failed_when_result": False, "skipped": False, "timed_out": False, "failure": None}
    assert gate_report({**found("satisfied", FINE), **said})["open"] is True


@pytest.mark.parametrize("result", [{}, {"skipped": True}])
def test_no_result_is_closed_too(result: dict[str, Any]) -> None:
    assert gate_report(result)["open"] is False
    assert job_prep_report(result, [])["satisfied"] is False


def test_a_verdict_that_is_not_known_is_closed() -> None:
    assert gate_report(found("splendid", check("a", "splendid", "x")))["open"] is False


@pytest.mark.parametrize("given", ["text", None, [1]])
def test_anything_but_a_result_is_refused(given: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^gate_report: "):
        gate_report(given)
    with pytest.raises(AnsibleFilterError, match=r"^job_prep_report: "):
        job_prep_report(given, ["j"])


def prep(verdict: str, situation: str | None, succeeded: int = 0, **more: Any) -> dict[str, Any]:
    summary = {"situation": situation, "missing": [], "started": succeeded, "succeeded": succeeded, "release": COUNTS}
    return {"verdict": verdict, "reasons": [], "summary": {**summary, **more}}


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (prep("satisfied", "succeeded", 1), "Preparation of j has succeeded on 1 node."),
        (prep("satisfied", None), "Preparation of j has nothing to do, the job has no job preparation task."),
        (prep("failed", None), "Preparation of j cannot be judged, the job has no job preparation task."),
        (prep("pending", None, missing=["j"]), "Preparation of j cannot be judged, there is no such job."),
        (prep("pending", "not_started"), "Preparation of j has not started on any node."),
        (
            prep("pending", "not_started", 2),
            "Preparation of j has not started on every node that needs it; it has succeeded on 2 nodes.",
        ),
        (
            prep("failed", "job_ended"),
            "Preparation of j can no longer succeed, because the job has ended.",
        ),
        (prep("pending", "puzzling"), "Preparation of j is in the situation puzzling."),
    ],
)
def test_where_a_job_stands(result: dict[str, Any], words: str) -> None:
    assert job_prep_report(result, ["j"])["message"] == words


@pytest.mark.parametrize(
    "more",
    [
        {"summary": None},
        {"summary": {}},
        {"summary": {"total": 3, "by_state": {}}},
        {"summary": {**prep("", None)["summary"], "release": None}},
        {"by_job": {"a": prep("", None)["summary"], "b": {}}},
        {"by_job": ["a"]},
    ],
    ids=str,
)
@pytest.mark.parametrize("verdict", ["satisfied", "pending", "failed"])
@pytest.mark.parametrize("condition", ["prepared", "released"])
def test_a_verdict_without_its_summary_is_no_judgement(more: dict[str, Any], verdict: str, condition: str) -> None:
    report = job_prep_report({**prep(verdict, "succeeded", 1), **more}, ["j"], condition)
    assert (report["satisfied"], report["verdict"], report["reasons"]) == (
        False,
        "failed",
        ["the verdict has no summary"],
    )
    assert (report["summary"], report["by_job"], report["situation"]) == ({}, {}, None)
    assert headline(report).endswith(" of j could not be judged.")


def test_without_ids_of_jobs_it_is_told_all_the_same() -> None:
    assert job_prep_report(prep("satisfied", "succeeded", 1), [])["message"] == "Preparation has succeeded on 1 node."
    assert job_prep_report({"verdict": "satisfied"}, [])["message"].startswith("Preparation could not be judged.")


def test_of_several_jobs_each_is_told() -> None:
    done, missing = prep("", "succeeded", 2)["summary"], prep("", None)["summary"]
    result = {**prep("satisfied", None), "by_job": {"a": done, "b": missing}}
    assert job_prep_report(result, ["a", "b"])["message"].splitlines() == [
        "Preparation has succeeded in 1 job.",
        "  a has succeeded on 2 nodes",
        "  b has nothing to do, the job has no job preparation task",
    ]
    assert headline(job_prep_report({**result, "verdict": "failed"}, ["a", "b"])) == (
        "Preparation has not succeeded in 1 of 2 jobs."
    )


def test_a_job_that_may_lack_the_task_has_neither_succeeded_nor_failed() -> None:
    """`expected` is 0 where missing_ok lets it pass, also beside a job that has failed."""
    done, failed = prep("", "succeeded", 2)["summary"], prep("", "failed")["summary"]
    without = prep("", None, expected=0)["summary"]
    result = {**prep("failed", None), "by_job": {"a": done, "b": without, "c": failed}}
    assert job_prep_report(result, ["a", "b", "c"])["message"].splitlines() == [
        "Preparation has not succeeded in 1 of 2 jobs.",
        "  a has succeeded on 2 nodes",
        "  b has nothing to do, the job has no job preparation task",
        "  c has failed",
    ]
    nothing = {**prep("satisfied", None), "by_job": {"a": without, "b": without}}
    assert headline(job_prep_report(nothing, ["a", "b"])) == "Preparation has nothing to do in any of 2 jobs."


def test_they_are_found() -> None:
    assert gate_filter.FilterModule().filters() == {"gate_report": gate_report}
    assert prep_filter.FilterModule().filters() == {"job_prep_report": job_prep_report}
