# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An empty answer is never satisfied: for no module, no condition, no expression."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import JOBS, JUDGED, NODES, POOLS, PREP, TASKS, reads
from ansible_collections.batchops.azure.tests.support.wire import SUCCESS, job, node, pool, prepared, task


@pytest.fixture
def nothing(service: Loopback) -> Loopback:
    """An account in which every list is empty, while job and pool are well."""
    service.say("/jobs", page())
    service.say("/jobs/job-1", job(jobPreparationTask={"id": "p"}, jobReleaseTask={"id": "r"}))
    service.say("/jobs/job-1/tasks", page())
    service.say("/jobs/job-1/jobpreparationandreleasetaskstatus", page())
    service.say("/pools", page())
    service.say("/pools/pool-1", pool(0))
    service.say("/pools/pool-1/nodes", page())
    return service


READS = {**reads(job="job-1", pool="pool-1"), JOBS.module: {}, POOLS.module: {}}
LISTS = [(resource, READS[resource.module]) for resource in JUDGED.values()]
CONDITIONS = [
    (resource, options, condition)
    for resource, options in LISTS
    for condition in resource.arguments.spec["condition"]["choices"]
]


EXPRESSIONS = [
    "length({kind}) == `0`",
    "length({kind}[?state != 'completed']) == `0`",
    "!{kind}[?preparation.result != 'success']",
    "summary.failed == `0`",
    "summary.total == `0`",
]


@pytest.mark.parametrize(("module", "options", "condition"), CONDITIONS)
@pytest.mark.parametrize("more", [{}, {"details": "summary"}, {"missing_ok": True}], ids=str)
def test_an_empty_list_satisfies_no_condition(
    nothing: Loopback, module: Resource, options: dict[str, Any], condition: str, more: dict[str, Any]
) -> None:
    result = ask(nothing, module, condition=condition, **options, **more)
    assert result["verdict"] == "pending"
    assert result["reasons"]
    assert result["summary"]["total"] == 0


@pytest.mark.parametrize(("module", "options"), LISTS)
@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("details", ["full", "summary"])
def test_an_empty_list_satisfies_no_expression(
    nothing: Loopback, module: Resource, options: dict[str, Any], expression: str, details: str
) -> None:
    asked = {"expression": expression.format(kind=module.reader.kind), "details": details, **options}
    if details == "summary" and "{kind}" in expression:
        with pytest.raises(OptionError, match="which details=summary leaves out"):
            ask(nothing, module, **asked)
    else:
        assert ask(nothing, module, **asked)["verdict"] == "pending"


@pytest.fixture
def half(service: Loopback) -> Loopback:
    """Two parents: the first has what is asked for, the second has nothing yet."""
    for number in (1, 2):
        service.say(f"/jobs/job-{number}", job(f"job-{number}", jobPreparationTask={"id": "p"}))
        service.say(f"/pools/pool-{number}", pool(2 - number, id=f"pool-{number}"))
    service.say("/jobs/job-1/tasks", page(task(info=SUCCESS)))
    service.say("/jobs/job-1/jobpreparationandreleasetaskstatus", page(prepared(info=SUCCESS)))
    service.say("/pools/pool-1/nodes", page(node()))
    for path in ("/jobs/job-2/tasks", "/jobs/job-2/jobpreparationandreleasetaskstatus", "/pools/pool-2/nodes"):
        service.say(path, page())
    return service


PARENTS: list[tuple[Resource, dict[str, Any], str, str]] = [
    (TASKS, {"job_ids": ["job-1", "job-2"]}, "succeeded", "tasks[?execution_info.result != 'success']"),
    (NODES, {"pool_ids": ["pool-1", "pool-2"]}, "ready", "nodes[?state != 'idle']"),
    (PREP, {"job_ids": ["job-1", "job-2"]}, "prepared", "nodes[?preparation.result != 'success']"),
]


@pytest.mark.parametrize(("module", "options", "condition", "offenders"), PARENTS)
def test_one_empty_list_among_several_satisfies_no_condition(
    half: Loopback, module: Resource, options: dict[str, Any], condition: str, offenders: str
) -> None:
    assert ask(half, module, condition=condition, **options)["verdict"] == "pending"


@pytest.mark.parametrize(("module", "options", "condition", "offenders"), PARENTS)
def test_one_empty_list_among_several_satisfies_no_expression(
    half: Loopback, module: Resource, options: dict[str, Any], condition: str, offenders: str
) -> None:
    result = ask(half, module, expression=f"length({offenders}) == `0`", **options)
    second = next(iter(options.values()))[1]
    assert result["verdict"] == "pending"
    assert result["reasons"] == [f"nothing was found in {second} that the expression could be true of"]


@pytest.mark.parametrize(("module", "options", "condition", "offenders"), PARENTS)
def test_an_expression_over_facts_that_were_left_out_is_never_satisfied(
    half: Loopback, module: Resource, options: dict[str, Any], condition: str, offenders: str
) -> None:
    first = {name.rstrip("s"): ids[0] for name, ids in options.items()}
    half.say("/jobs/job-1/tasks", page(task(info={"result": "failure"})))
    half.say("/jobs/job-1/jobpreparationandreleasetaskstatus", page(prepared(info={"result": "failure"})))
    half.say("/pools/pool-1/nodes", page(node(state="unusable")))
    try:
        result = ask(half, module, expression=f"length({offenders}) == `0`", details="summary", **first)
    except OptionError:
        return
    assert result["verdict"] != "satisfied"


def test_an_expression_is_not_satisfied_while_a_named_job_is_missing(service: Loopback) -> None:
    service.say("/jobs/job-1", job(state="completed"))
    service.say("/jobs/job-1/taskcounts", {"active": 0, "running": 0, "completed": 1, "succeeded": 1, "failed": 0})
    service.say("/jobs/gone", refusal(404, "JobNotFound"))
    named = {"job_ids": ["job-1", "gone"], "missing_ok": True, "expression": "summary.failed == `0`"}
    result = ask(service, JOBS, **named)
    assert (result["verdict"], result["reasons"]) == (
        "pending",
        ["gone: not found, so the expression cannot be judged"],
    )


@pytest.mark.parametrize("condition", ["ready", "idle"])
def test_a_pool_that_is_being_deleted_is_not_ready_though_its_nodes_are(service: Loopback, condition: str) -> None:
    service.say("/pools/pool-1", {**pool(1), "state": "deleting"})
    service.say("/pools/pool-1/nodes", page(node()))
    assert ask(service, NODES, pool_id="pool-1", condition=condition)["verdict"] == "failed"
