# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of a gate: what cannot be meant is refused before any request, with the check and the option."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import Check, parse_checks
from ansible_collections.batchops.azure.plugins.module_utils._registry import JUDGED, RESOURCES
from ansible_collections.batchops.azure.tests.support.asking import ask, params_of, validate
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.modules import GATE


def checks_of(*checks: dict[str, Any]) -> tuple[Check, ...]:
    return parse_checks(params_of(GATE.arguments, checks=[dict(check) for check in checks]), GATE.arguments).checks


TASKS, PREP, NODES = (
    {"check": "tasks", "job_id": "j"},
    {"check": "preparation", "job_id": "j"},
    {"check": "nodes", "pool_id": "p"},
)
JOBS = {"check": "jobs", "job_id": "j"}


@pytest.mark.parametrize(
    ("check", "name", "condition"),
    [
        (JOBS, "jobs of j", "succeeded"),
        (TASKS, "tasks of j", "succeeded"),
        (NODES, "nodes of p", "ready"),
        (PREP, "preparation of j", "prepared"),
        ({**PREP, "condition": "released"}, "preparation of j", "released"),
        ({"check": "jobs", "job_ids": ["a", "b", "c", "d", "e"]}, "jobs of a, b, c and 2 more", "succeeded"),
        ({"check": "jobs", "filter": "state eq 'active'"}, "jobs with state eq 'active'", "succeeded"),
        ({**TASKS, "task_id": "t"}, "tasks of j: t", "succeeded"),
        ({**TASKS, "task_ids": list("tuvwx")}, "tasks of j: t, u, v and 2 more", "succeeded"),
        ({**NODES, "node_ids": ["n", "m"]}, "nodes of p: n, m", "ready"),
        ({**NODES, "name": "the pool"}, "the pool", "ready"),
        ({**NODES, "name": ""}, "nodes of p", "ready"),
    ],
    ids=str,
)
def test_a_check_has_a_name_and_a_condition(check: dict[str, Any], name: str, condition: str) -> None:
    (found,) = checks_of(check)
    assert (found.name, found.options.condition) == (name, condition)
    assert found.options.summary_only
    assert found.resource is RESOURCES[check["check"]]


@pytest.mark.parametrize(
    ("check", "option", "value"),
    [
        ({**NODES, "min_nodes": 3}, "min_nodes", 3),
        ({**PREP, "expected_nodes": ["a", "b"]}, "expected_nodes", ("a", "b")),
        ({**NODES, "expected_nodes": ["a"]}, "expected_nodes", ("a",)),
        ({**PREP, "max_failed_nodes": 2}, "max_failed_nodes", 2),
        ({**PREP, "expect_task_nodes": True}, "expect_task_nodes", True),
        ({**PREP, "ignore_removed_nodes": True}, "ignore_removed_nodes", True),
        ({**TASKS, "subtasks": True}, "subtasks", True),
        ({**JOBS, "missing_ok": True}, "missing_ok", True),
        ({**TASKS, "filter": "x"}, "filter", "x"),
        # What is only a default means nothing, not even where it does not belong.
        ({**PREP, "expected_nodes": ["a"], "expect_task_nodes": False}, "expect_task_nodes", False),
        ({**PREP, "expect_task_nodes": False, "expected_nodes": ["a"]}, "expected_nodes", ("a",)),
        ({**JOBS, "subtasks": False, "max_failed_nodes": 0}, "subtasks", False),
    ],
    ids=str,
)
def test_options_reach_the_reader(check: dict[str, Any], option: str, value: Any) -> None:
    (found,) = checks_of(check)
    assert getattr(found.options, option) == value


def test_what_is_said_of_the_gate_holds_for_each_check() -> None:
    waits = {"wait": True, "stall_timeout": 60.0, "fail_fast": False}
    for watched in (True, False):
        given = params_of(GATE.arguments, checks=[dict(JOBS), dict(NODES)], **{**waits, "wait": watched})
        options = parse_checks(given, GATE.arguments)
        # A query may ask for the checks.
        assert not options.summary_only
        for check in options.checks:
            assert (check.options.watched, check.options.fail_fast, check.options.in_gate) == (watched, False, True)


def test_what_a_check_does_not_say_is_as_its_module_has_it() -> None:
    (found,) = checks_of(JOBS)
    assert (found.options.task_counts, found.options.missing_ok, found.options.fail_fast) == (True, False, True)
    assert not found.options.watched


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        ({"check": "tasks"}, "(tasks): a check of tasks needs job_id or job_ids"),
        ({"check": "nodes", "pool_id": ""}, "(nodes): a check of nodes needs pool_id or pool_ids"),
        ({"check": "jobs"}, "(jobs): a check of jobs needs job_id or job_ids or job_schedule_id or filter"),
        ({"check": "jobs", "filter": ""}, "(jobs): a check of jobs needs job_id or job_ids or job_schedule_id or filter"),
        ({"check": "preparation", "job_ids": []}, "(preparation): a check of preparation needs job_id or job_ids"),
        ({**TASKS, "pool_id": "p"}, "(tasks): pool_id means nothing for tasks"),
        ({**JOBS, "min_nodes": 3}, "(jobs): min_nodes means nothing for jobs"),
        ({**NODES, "expect_task_nodes": True}, "(nodes): expect_task_nodes means nothing for nodes"),
        ({**JOBS, "subtasks": True}, "(jobs): subtasks means nothing for jobs"),
        ({**NODES, "condition": "succeeded"}, "(nodes): condition succeeded is not one of nodes: ready, idle, drained, offline"),
        ({**TASKS, "job_ids": ["k"]}, "(tasks): job_id and job_ids cannot go together"),
        ({**TASKS, "task_id": "t", "task_ids": ["u"]}, "(tasks): task_id and task_ids cannot go together"),
        ({**PREP, "expected_nodes": ["a"], "expect_task_nodes": True}, "(preparation): expected_nodes and expect_task_nodes cannot go together"),
        ({**NODES, "expected_nodes": []}, "(nodes): expected_nodes: is an empty list; give at least one id, or leave the option out"),
        ({**TASKS, "task_ids": []}, "(tasks): task_ids: is an empty list; give at least one id, or leave the option out"),
        ({"check": "jobs", "filter": "x", "job_ids": []}, "(jobs): job_ids: is an empty list; give at least one id, or leave the option out"),
        ({**TASKS, "task_id": ""}, "(tasks): task_id: '' is not an id; give letters, digits, '-', '_', ':' and '.' only"),
        ({**TASKS, "job_id": "../pools"}, "(tasks): job_id: '../pools' is not an id; give letters, digits, '-', '_', ':' and '.' only"),
        ({**NODES, "min_nodes": 0}, "(nodes): min_nodes: 0 is out of range; give a whole number, 1 or more"),
        ({**NODES, "max_failed_nodes": -1}, "(nodes): max_failed_nodes: -1 is out of range; give a whole number, 0 or more"),
        ({**TASKS, "task_id": "t", "filter": "x"}, "(tasks): filter: applies to a list; leave it out when the objects are named by their ids"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_before_any_request(
    service: Loopback, check: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(OptionError) as refused:
        ask(service, GATE, checks=[check])
    assert str(refused.value) == f"checks: check 1 of 1 {sentence}"
    assert service.requests == []


@pytest.mark.parametrize(("name", "told"), [({}, "tasks"), ({"name": "nightly"}, "nightly")], ids=["unnamed", "named"])
def test_the_check_is_told_as_one_counts_and_by_its_name(name: dict[str, str], told: str) -> None:
    with pytest.raises(OptionError, match=rf"^checks: check 3 of 3 \({told}\): "):
        checks_of(JOBS, NODES, {"check": "tasks", **name})


def test_a_gate_that_checks_nothing_is_refused(service: Loopback) -> None:
    with pytest.raises(OptionError, match=r"^checks: is an empty list; a gate that checks nothing is not open$"):
        ask(service, GATE, checks=[])


@pytest.mark.parametrize("second", [JOBS, {**JOBS, "condition": "completed"}, {**NODES, "name": "jobs of j"}])
def test_a_check_that_is_there_twice_is_refused(second: dict[str, Any]) -> None:
    """Its result could not be told from the other's."""
    with pytest.raises(OptionError, match=r"^checks: 'jobs of j' is there twice; give each check a name of its own$"):
        checks_of(JOBS, second)


def test_with_names_the_same_may_be_checked_twice() -> None:
    assert [check.name for check in checks_of(JOBS, {**JOBS, "name": "again"})] == ["jobs of j", "again"]


@pytest.mark.parametrize(
    "check",
    [{"check": "nothing"}, {"job_id": "j"}, {**JOBS, "job": "j"}, {**JOBS, "condition": "done"}, "jobs", 7],
    ids=str,
)
def test_what_no_check_has_is_refused_by_ansible(check: Any) -> None:
    assert validate(GATE.arguments, checks=[check], account_endpoint="http://x").error_messages


def test_every_condition_of_every_resource_can_be_asked_for() -> None:
    accepted = set(GATE.arguments.spec["checks"]["options"]["condition"]["choices"])
    assert accepted == {name for each in JUDGED.values() for name in each.arguments.spec["condition"]["choices"]}
    for kind, resource in JUDGED.items():
        assert resource.default_condition in resource.arguments.spec["condition"]["choices"], kind


def test_what_has_conditions_is_a_check_and_nothing_else_is() -> None:
    with_conditions = [kind for kind, resource in RESOURCES.items() if "condition" in resource.arguments.spec]
    assert GATE.arguments.spec["checks"]["options"]["check"]["choices"] == with_conditions


def test_every_option_of_a_check_is_one_of_its_module() -> None:
    known = {name for resource in JUDGED.values() for name in resource.arguments.spec}
    assert set(GATE.arguments.spec["checks"]["options"]) - known == {"check", "name"}
