# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gate with several checks: it opens only if all are satisfied, judges all before it closes, and names every offender once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Lasting, Offender, Reason
from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import Check
from ansible_collections.batchops.azure.plugins.module_utils._gate.reader import GateReader
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._registry import RESOURCES
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, Request, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    FAILURE,
    MYSTERY,
    STARTED,
    SUCCESS,
    Wire,
    counts,
    job,
    node,
    pool,
    prepared,
    task,
)

STATUS = "/jobs/job-1/jobpreparationandreleasetaskstatus"
LIST = "/jobs/job-1/tasks"
NODES = "/pools/pool-1/nodes"
JOBS_CHECK, TASKS_CHECK, PREP_CHECK = ({"check": kind, "job_id": "job-1"} for kind in ("jobs", "tasks", "preparation"))
NODES_CHECK = {"check": "nodes", "pool_id": "pool-1"}
ALL = [JOBS_CHECK, TASKS_CHECK, PREP_CHECK, NODES_CHECK]
START_FAILED = {"startTaskInfo": {"state": "completed", **FAILURE}}


@pytest.fixture
def account(service: Loopback) -> Loopback:
    """A job that is done, and a pool of two healthy nodes."""
    service.say("/jobs/job-1", job(state="completed", jobPreparationTask={"id": "prep"}))
    service.say("/jobs/job-1/taskcounts", counts(succeeded=1))
    tasks_are(service, task(info=SUCCESS))
    service.say(STATUS, page(prepared("tvm-1", SUCCESS)))
    service.say("/pools/pool-1", pool(2))
    nodes_are(service, node("tvm-1"), node("tvm-2"))
    return service


def tasks_are(service: Loopback, *tasks: Wire) -> None:
    def answer(request: Request) -> Any:
        condition = request.query.get("$filter", "")
        if "failure" in condition:
            return page(*(item for item in tasks if item["executionInfo"].get("result") == "failure"))
        if "ne 'success'" in condition:
            return page(*(item for item in tasks if item["executionInfo"].get("result") != "success"))
        return page(*(item for item in tasks if "active" not in condition or item["state"] == "active"))

    service.say(LIST, answer)


def nodes_are(service: Loopback, *nodes: Wire) -> None:
    def answer(request: Request) -> Any:
        able = [item for item in nodes if item["state"] not in ("starttaskfailed", "unusable")]
        return page(*(able if "$filter" in request.query else nodes))

    service.say(NODES, answer)


def gate(service: Loopback, *checks: dict[str, Any], **options: Any) -> dict[str, Any]:
    return ask(service, GATE, checks=list(checks or ALL), **options)


def test_a_gate_is_open_when_all_checks_are_satisfied(account: Loopback) -> None:
    result = gate(account)
    assert (result["verdict"], result["reasons"], result["changed"]) == ("satisfied", [], False)
    assert result["summary"] == {
        "total": 4,
        "succeeded": 4,
        "pending": 0,
        "failed": 0,
        "missing": [],
        "truncated": False,
    }
    assert [(check["name"], check["check"], check["condition"], check["verdict"]) for check in result["checks"]] == [
        ("jobs of job-1", "jobs", "succeeded", "satisfied"),
        ("tasks of job-1", "tasks", "succeeded", "satisfied"),
        ("preparation of job-1", "preparation", "prepared", "satisfied"),
        ("nodes of pool-1", "nodes", "ready", "satisfied"),
    ]


SPOILERS: list[tuple[str, Callable[[Loopback], None], str, str]] = [
    ("jobs", lambda s: s.say("/jobs/job-1", job(jobPreparationTask={"id": "prep"})), "pending", "job-1: is active"),
    ("tasks", lambda s: tasks_are(s, task(info=FAILURE)), "failed", "task-1: failed, exit code 1"),
    ("preparation", lambda s: s.say(STATUS, page(prepared("tvm-1", FAILURE))), "failed", "tvm-1: preparation failed"),
    ("nodes", lambda s: nodes_are(s, node("tvm-1"), node("tvm-2", "rebooting")), "pending", "tvm-2: is rebooting"),
    ("nodes", lambda s: nodes_are(s, node("tvm-1"), node("tvm-2", "starttaskfailed")), "failed", "tvm-2: is starttask"),
    ("nodes", nodes_are, "pending", "pool pool-1 has 2 of 2 nodes (steady): no node was found"),
    ("preparation", lambda s: s.say(STATUS, page()), "failed", "job-1: preparation has not started on any node"),
]


@pytest.mark.parametrize(("which", "spoil", "verdict", "reason"), SPOILERS)
def test_one_check_is_enough_to_close_it(
    account: Loopback, which: str, spoil: Callable[[Loopback], None], verdict: str, reason: str
) -> None:
    spoil(account)
    result = gate(account)
    assert result["verdict"] == verdict
    assert [check["verdict"] for check in result["checks"] if check["check"] == which] == [verdict]
    assert result["reasons"][0].startswith(reason)
    assert f"{which} of " in result["reasons"][0].rpartition(" [")[2]


def test_all_checks_are_judged_before_it_fails(account: Loopback) -> None:
    tasks_are(account, task("bad", info=FAILURE))
    account.say(STATUS, page(prepared("tvm-1", FAILURE)))
    nodes_are(account, node("tvm-1"), node("tvm-2", "starttaskfailed", **START_FAILED))
    result = gate(account, wait=True)
    assert result["failed"]
    assert (result["polls"], result["summary"]["failed"]) == (1, 4)
    # Whatever blocks most comes first: a node, then a preparation, then a task.
    assert result["reasons"] == [
        "tvm-2: start task failed, exit code 1 (FailureExitCode) [nodes of pool-1]",
        "tvm-1: preparation failed, exit code 1 (FailureExitCode) [preparation of job-1]",
        "bad: failed, exit code 1 (FailureExitCode) [tasks of job-1, jobs of job-1]",
    ]
    assert result["msg"] == (
        "Stopped waiting after 0 s, what the gate asks for can no longer be satisfied: " + "; ".join(result["reasons"])
    )


def test_a_single_check_needs_no_name_behind_its_reasons(account: Loopback) -> None:
    tasks_are(account, task("bad", info=FAILURE))
    assert gate(account, TASKS_CHECK)["reasons"] == ["bad: failed, exit code 1 (FailureExitCode)"]
    nodes_are(account, node("tvm-1"), node("tvm-2", "rebooting"))
    assert gate(account, NODES_CHECK)["reasons"] == ["tvm-2: is rebooting"]


class TestOnce:
    """The same offender is named once, with all checks that it blocks."""

    def test_in_four_checks(self, account: Loopback) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "starttaskfailed", **START_FAILED))
        same = [{**NODES_CHECK, "name": f"check {number}"} for number in range(4)]
        assert gate(account, *same)["reasons"] == [
            "tvm-2: start task failed, exit code 1 (FailureExitCode) [check 0, check 1, check 2, check 3]"
        ]

    def test_in_a_check_that_fails_and_one_that_waits(self, account: Loopback) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "starttaskfailed", **START_FAILED))
        offline = {**NODES_CHECK, "name": "off", "condition": "offline"}
        result = gate(account, NODES_CHECK, offline)
        (about,) = (reason for reason in result["reasons"] if "tvm-2" in reason)
        assert about == "tvm-2: start task failed, exit code 1 (FailureExitCode) [nodes of pool-1, off]"
        assert result["verdict"] == "failed"

    def test_jobs_that_starve_on_the_same_nodes(self, service: Loopback) -> None:
        for number in range(5):
            service.say(f"/jobs/job-{number}", job(f"job-{number}"))
            service.say(f"/jobs/job-{number}/tasks", page(task(state="active")))
        nodes_are(service, node("tvm-1", "starttaskfailed", **START_FAILED))
        checks = [{"check": "tasks", "job_id": f"job-{number}"} for number in range(5)]
        result = gate(service, *checks, NODES_CHECK, diagnostics=True)
        assert result["reasons"][0] == (
            "tvm-1: start task failed, exit code 1 (FailureExitCode)"
            " [nodes of pool-1, tasks of job-0, tasks of job-1, tasks of job-2, tasks of job-3, tasks of job-4]"
        )
        assert [failure["node_id"] for failure in result["failures"]] == ["tvm-1"]
        # Without the check of the nodes, the sentence about one job covers all of them.
        assert gate(service, *checks)["reasons"][0] == (
            "job job-0: none of the nodes of pool pool-1 can take a task:"
            " tvm-1: start task failed, exit code 1 (FailureExitCode)"
            " [tasks of job-0, tasks of job-1, tasks of job-2, tasks of job-3, tasks of job-4]"
        )

    @pytest.mark.parametrize(("sentences", "more"), [(3, ""), (4, "; and 1 more"), (5, "; and 2 more")])
    def test_many_sentences_about_one_are_cut(self, account: Loopback, sentences: int, more: str) -> None:
        account.say("/pools/pool-1", pool(0, 9, "resizing"))
        nodes_are(account)
        names = [f"check {number}" for number in range(sentences)]
        checks = [{**NODES_CHECK, "name": name, "expected_nodes": [f"n{name[-1]}"]} for name in names]
        (reason,) = gate(account, *checks)["reasons"]
        assert reason.count("does not have n") == 3
        assert reason.endswith(f"does not have n2{more} [{', '.join(names)}]")

    def test_a_sentence_about_several_is_kept_where_it_names_one_more(self, account: Loopback) -> None:
        account.say("/jobs/job-1", job())
        tasks_are(account, task(state="active"))
        broken = [node(node_id, "starttaskfailed", **START_FAILED) for node_id in ("tvm-1", "tvm-2")]
        nodes_are(account, *broken)
        account.say(f"{NODES}/tvm-1", broken[0])
        result = gate(account, TASKS_CHECK, {**NODES_CHECK, "node_id": "tvm-1"}, diagnostics=True)
        assert "tvm-2: start task failed" in result["reasons"][0]
        assert sorted(failure["node_id"] for failure in result["failures"]) == ["tvm-1", "tvm-2"]

    def test_tolerated_nodes(self, account: Loopback) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "starttaskfailed", **START_FAILED))
        checks = [{**NODES_CHECK, "name": name, "max_failed_nodes": 1} for name in "ab"]
        result = gate(account, *checks, diagnostics=True)
        assert (result["verdict"], result["tolerated"]) == (
            "satisfied",
            ["tvm-2: start task failed, exit code 1 (FailureExitCode)"],
        )
        assert [failure["kind"] for failure in result["failures"]] == ["start_task"]
        assert [check["tolerated"] for check in result["checks"]] == [result["tolerated"]] * 2

    def test_a_failure_that_one_tolerates_and_another_does_not(self, account: Loopback) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "starttaskfailed", **START_FAILED))
        result = gate(account, {**NODES_CHECK, "name": "lax", "max_failed_nodes": 1}, {**NODES_CHECK, "name": "strict"})
        assert (result["verdict"], result["reasons"]) == (
            "failed",
            ["tvm-2: start task failed, exit code 1 (FailureExitCode) [strict]"],
        )


class TestRefusals:
    """A refusal fails only the check that it is about; the others are still judged."""

    @pytest.mark.parametrize(
        ("status", "code"),
        [(404, "JobNotFound"), (403, "AuthorizationPermissionMismatch"), (400, "InvalidQueryParameterValue")],
    )
    def test_of_one_check(self, account: Loopback, status: int, code: str) -> None:
        account.say(STATUS, refusal(status, code, "No."))
        result = gate(account)
        assert (result["verdict"], result["summary"]["succeeded"]) == ("failed", 3)
        (closed,) = (check for check in result["checks"] if check["verdict"] == "failed")
        assert (closed["name"], closed["failure"]["code"]) == ("preparation of job-1", code)
        assert (closed["summary"], closed["tolerated"]) == ({}, [])
        about = "job job-1: " if status == 404 else ""
        assert result["reasons"][0].startswith(f"{code} ({status}): {about}No. - ")
        assert result["reasons"][0].endswith("[preparation of job-1]")
        assert all("failure" not in check for check in result["checks"] if check is not closed)

    @pytest.mark.parametrize("checks", [[NODES_CHECK], [NODES_CHECK, {**NODES_CHECK, "name": "again"}]])
    def test_of_all_that_is_asked_for_lack_of_rights_is_an_error(
        self, account: Loopback, checks: list[dict[str, Any]]
    ) -> None:
        account.say("/pools/pool-1", refusal(403, "AuthorizationPermissionMismatch"))
        with pytest.raises(ServiceError, match="AuthorizationPermissionMismatch"):
            gate(account, *checks)

    def test_of_all_for_different_reasons_are_all_told(self, account: Loopback) -> None:
        account.say("/pools/pool-1", refusal(403, "AuthorizationPermissionMismatch"))
        account.say("/jobs/job-1", refusal(404, "JobNotFound"))
        result = gate(account, NODES_CHECK, TASKS_CHECK)
        assert (result["verdict"], result["summary"]["failed"]) == ("failed", 2)
        assert [reason.partition(" ")[0] for reason in result["reasons"]] == [
            "AuthorizationPermissionMismatch",
            "JobNotFound",
        ]

    def test_of_who_is_not_known_is_an_error(self, account: Loopback) -> None:
        account.say("/pools/pool-1", refusal(401, "AuthenticationFailed"))
        with pytest.raises(ServiceError, match="AuthenticationFailed"):
            gate(account)

    def test_that_may_pass_is_an_error_of_the_first_look(self, account: Loopback) -> None:
        account.say("/pools/pool-1", refusal(503, "ServerBusy"))
        with pytest.raises(ServiceError, match="ServerBusy"):
            gate(account)

    def test_that_may_pass_is_survived_by_a_wait(
        self, account: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "rebooting"))
        account.say("/pools/pool-1", pool(2), refusal(503, "ServerBusy"), pool(2, 2, "resizing"))
        account.say(NODES, page(node("tvm-1"), node("tvm-2", "rebooting")), page(node("tvm-1"), node("tvm-2")))
        account.say("/pools/pool-1", pool(2), refusal(503, "ServerBusy"), pool(2))
        result = gate(account, wait=True, clock=scripted(15, 15))
        assert (result["verdict"], result["polls"], result["transient_errors"]) == ("satisfied", 3, 1)

    @pytest.mark.parametrize("answer", [{"value": "x"}, {"value": [7]}])
    def test_an_answer_that_is_none_is_an_error(self, account: Loopback, answer: dict[str, Any]) -> None:
        account.say(STATUS, answer)
        with pytest.raises(AnswerError):
            gate(account)

    def test_a_pool_that_disappears_during_a_wait_closes_it(
        self, account: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "rebooting"))
        account.say("/pools/pool-1", pool(2), refusal(404, "PoolNotFound", "There is no such pool."))
        result = gate(account, wait=True, clock=scripted(15))
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)
        assert result["reasons"][0].startswith("PoolNotFound (404): pool pool-1: There is no such pool. - ")

    def test_a_job_that_may_be_missing_is_waited_for(self, account: Loopback) -> None:
        account.say("/jobs/job-1", refusal(404, "JobNotFound"))
        result = gate(account, {**JOBS_CHECK, "missing_ok": True}, NODES_CHECK)
        assert (result["verdict"], result["reasons"]) == ("pending", ["job-1: no such job [jobs of job-1]"])


def refused(status: int, code: str) -> ServiceError:
    told = {"status": status, "code": code, "message": "No.", "values": [], "request_id": None, "url": "https://…"}
    return ServiceError(told)


def together(*judged: Judgement | ServiceError | None) -> Judgement:
    """What a gate makes of checks that come to these; None is one that judges nothing. They are called a, b and so on."""

    def check(name: str, found: Judgement | ServiceError | None) -> Check:
        class Judged:
            kind, parent = "nodes", "pool"

            def __init__(self, *_given: object) -> None:
                pass

            def read(self) -> Snapshot:
                if isinstance(found, ServiceError):
                    raise found
                return Snapshot(judgement=found)

        return Check(name, RESOURCES["nodes"]._replace(reader=Judged), ReadOptions(condition="ready"))

    options = ReadOptions(checks=tuple(check(name, found) for name, found in zip("abcd", judged)))
    judgement = GateReader(connect("http://nobody.invalid"), Facts("strict"), options).read().judgement
    assert judgement is not None
    return judgement


class TestTogether:
    """Without a service: one judgement of several."""

    ONE, OTHER, THIRD = (Offender("node", "is broken", pool_id="p", node_id=name) for name in ("n1", "n2", "n3"))

    def test_a_check_that_judges_nothing_is_not_satisfied(self) -> None:
        found = together(Judgement(), None)
        assert (found.verdict, [reason.sentence for reason in found.failed]) == (
            "failed",
            ["the check judged nothing [b]"],
        )

    def test_a_sentence_about_two_of_whom_both_are_told_is_not_told_again(self) -> None:
        both = Judgement(failed=[Reason("n1, n2: are broken", self.ONE, self.OTHER)])
        each = [Judgement(failed=[Reason(f"{one.node_id}: is broken", one)]) for one in (self.ONE, self.OTHER)]
        assert [reason.sentence for reason in together(both, *each).failed] == [
            "n1: is broken [b, a]",
            "n2: is broken [c, a]",
        ]

    def test_each_of_whom_a_sentence_alone_tells_is_accused_by_it_once(self) -> None:
        one = Judgement(failed=[Reason("n2: is broken", self.OTHER)])
        all_three = Judgement(failed=[Reason("all are broken", self.ONE, self.OTHER, self.THIRD)])
        found = together(one, all_three).failed
        assert [(reason.sentence, reason.offenders) for reason in found] == [
            ("n2: is broken [a, b]", (self.OTHER,)),
            ("all are broken [b]", (self.ONE, self.THIRD)),
        ]

    def test_what_blocks_most_in_any_check_says_where_it_stands(self) -> None:
        """The check that knows what a task blocks need not be the first that accuses it."""
        few, many = (Offender("task", "failed", job_id="j", task_id="t", blocks=blocks) for blocks in (0, 2))
        other = Offender("task", "failed", job_id="j", task_id="u", blocks=1)
        checks = [Judgement(failed=[Reason(str(one.task_id), one)]) for one in (few, other, many)]
        assert [reason.sentence for reason in together(*checks).failed] == ["t [a, c]", "u [b]"]

    def test_who_is_not_known_is_another_one_for_each_sentence_and_comes_first(self) -> None:
        node_first = Judgement(missing=[Reason("n1: is broken", self.ONE)])
        found = together(node_first, Judgement(missing=[Reason("no job")]), Judgement(missing=[Reason("no task")]))
        assert [reason.sentence for reason in found.missing] == ["no job [b]", "no task [c]", "n1: is broken [a]"]

    def test_since_when_it_lasts_is_told_of_one_sentence_and_of_no_more(self) -> None:
        """With the number of those that it is about: not all of them need say since when."""
        told = Reason("n1: starts", self.ONE, lasting=[Lasting("n1", "starting", "11:13")], total=7, tail=", so far")
        (alone,) = together(Judgement(missing=[told]), Judgement()).missing
        assert (alone.lasting, alone.total, alone.tail) == (told.lasting, 7, ", so far [a]")
        (twice,) = together(Judgement(missing=[told]), Judgement(missing=[told])).missing
        assert (twice.lasting, twice.total, twice.tail) == (told.lasting, 7, ", so far [a, b]")
        (more,) = together(Judgement(missing=[told]), Judgement(missing=[Reason("n1: waits", self.ONE)])).missing
        assert (more.sentence, more.lasting, more.total) == ("n1: starts; n1: waits [a, b]", (), 0)

    @pytest.mark.parametrize(("settled", "going_on"), [([True, True], False), ([True, False], True)])
    def test_it_goes_on_while_one_check_does(self, settled: list[bool], going_on: bool) -> None:
        failed = [Judgement(failed=[Reason("no")], going_on=not one) for one in settled]
        assert together(*failed).going_on is going_on

    @pytest.mark.parametrize(
        ("first", "then"),
        [
            (Judgement(digest=1), Judgement(digest=2)),
            (Judgement(), refused(404, "JobNotFound")),
            (refused(403, "Forbidden"), refused(404, "Forbidden")),
            (refused(403, "Forbidden"), refused(403, "AccountIsDisabled")),
        ],
        ids=["judgements", "refused then", "another status", "another code"],
    )
    def test_a_change_in_any_check_is_one_of_the_gate(
        self, first: Judgement | ServiceError, then: Judgement | ServiceError
    ) -> None:
        other = Judgement(digest=7)
        assert together(first, other).digest == together(first, other).digest
        assert len({together(*judged).digest for judged in ((first, other), (then, other), (other, first))}) == 3


class TestWaiting:
    def test_all_checks_must_hold_at_the_same_look(
        self, account: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        well, ill = page(node("tvm-1"), node("tvm-2")), page(node("tvm-1"), node("tvm-2", "rebooting"))
        account.say(NODES, well, ill, well)
        account.say(STATUS, page(prepared("tvm-1", STARTED)), page(prepared("tvm-1", SUCCESS)))
        account.say("/jobs/job-1", job(jobPreparationTask={"id": "prep"}))
        result = gate(account, PREP_CHECK, NODES_CHECK, wait=True, clock=scripted(15, 15))
        assert (result["verdict"], result["polls"]) == ("satisfied", 3)

    def test_a_restart_is_remembered_over_looks(
        self, account: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "rebooting"))
        account.say("/jobs/job-1", job(jobPreparationTask={"id": "prep"}))
        account.say(STATUS, page(prepared("tvm-1", SUCCESS)), page(prepared("tvm-1", STARTED)))
        given = {"wait": True, "wait_timeout": 20, "clock": scripted(15, (4, 5))}
        result = gate(account, PREP_CHECK, NODES_CHECK, **given)
        assert result["checks"][0]["summary"]["situation"] == "restarted"
        assert result["msg"].startswith("Timed out after 20 s, what the gate asks for is not satisfied yet: ")

    def test_without_fail_fast_it_waits_until_nothing_is_missing(
        self, account: Loopback, scripted: Callable[..., ScriptedClock]
    ) -> None:
        tasks_are(account, task(info=FAILURE))
        account.say(NODES, page(node("tvm-1"), node("tvm-2", "rebooting")), page(node("tvm-1"), node("tvm-2")))
        given = {"wait": True, "fail_fast": False, "clock": scripted(15)}
        result = gate(account, TASKS_CHECK, NODES_CHECK, **given)
        assert (result["verdict"], result["polls"], result["timed_out"]) == ("failed", 2, False)
        assert [check["verdict"] for check in result["checks"]] == ["failed", "satisfied"]

    def test_in_check_mode_it_looks_once(self, account: Loopback) -> None:
        nodes_are(account, node("tvm-1"), node("tvm-2", "rebooting"))
        result = gate(account, wait=True, check_mode=True)
        assert result["verdict"] == "pending"
        assert "polls" not in result


def test_a_task_whose_result_is_not_known_is_one_finding_of_its_job_and_its_tasks(account: Loopback) -> None:
    tasks_are(account, task(info=MYSTERY))
    result = gate(account, JOBS_CHECK, TASKS_CHECK)
    assert (result["verdict"], len(result["reasons"])) == ("pending", 1)
    assert "task-1 (" in result["reasons"][0]


def test_independent_checks_are_read_side_by_side(account: Loopback) -> None:
    account.gather = 4
    gate(account)
    assert account.most_at_once > 1


def test_nothing_but_get_is_sent_and_one_connection_each_at_most(account: Loopback) -> None:
    gate(account)
    assert {request.method for request in account.requests} == {"GET"}


def test_a_query_is_about_the_whole_result(account: Loopback) -> None:
    assert gate(account, query="checks[?verdict=='satisfied'].name | length(@)")["query_result"] == 4


def test_a_result_is_made_of_plain_strings(account: Loopback) -> None:
    """Ansible stores no subclasses."""
    tasks_are(account, task("bad", info=FAILURE))
    result = gate(account, wait=True, diagnostics=True)
    assert {type(reason) for reason in result["reasons"]} == {str}
    assert {type(reason) for check in result["checks"] for reason in check["reasons"]} == {str}
    assert {type(value) for failure in result["failures"] for value in failure.values()} <= {str, int, type(None)}


def test_secrets_in_the_words_of_the_service_are_masked(account: Loopback) -> None:
    account.say(STATUS, refusal(404, "JobNotFound", "https://a.example.com/x?sig=hunter2 was not found"))
    result = gate(account)
    assert "hunter2" not in str(result)


def test_nodes_that_are_named_together_are_not_compared_with_one_another(
    account: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pool may have thousands of nodes that start at once: comparing each with each would take longer than a wait."""
    compared, equal = [], Offender.__eq__
    monkeypatch.setattr(Offender, "__eq__", lambda one, other: compared.append(one) or equal(one, other))
    account.say("/pools/pool-1", pool(60))
    nodes_are(account, *(node(f"tvm-{number}", "starting") for number in range(60)))
    result = ask(account, GATE, checks=[NODES_CHECK, {**NODES_CHECK, "name": "again"}])
    assert "55 more: each is starting [nodes of pool-1, again]" in result["reasons"][0]
    assert len(compared) < 60 * 3
