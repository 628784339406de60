# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of a gate, from what a user writes to the questions that readers are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import name_some
from ansible_collections.batchops.azure.plugins.module_utils._jobs.reader import JobReader
from ansible_collections.batchops.azure.plugins.module_utils._nodes.reader import NodeReader
from ansible_collections.batchops.azure.plugins.module_utils._prep.reader import PrepStatusReader
from ansible_collections.batchops.azure.plugins.module_utils._read.options import Question
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import question_of
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Reader
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    ACCOUNT,
    AUTH,
    IGNORED,
    JOB_INFO,
    NODE_INFO,
    NODES,
    PREP_STATUS_INFO,
    READ,
    TASK_INFO,
    TASK_NODES,
    WAIT,
    Arguments,
    Spec,
    condition,
    ids,
)
from ansible_collections.batchops.azure.plugins.module_utils._tasks.reader import TaskReader

_CHECK: Spec = {
    "check": {"type": "str", "required": True, "choices": ["jobs", "tasks", "nodes", "preparation"]},
    "name": {"type": "str"},
    **ids("job", "task", "pool", "node"),
    "filter": {"type": "str"},
    **condition(
        *("active", "completed", "disabled", "drained", "idle", "offline", "prepared", "ready", "released", "started"),
        "succeeded",
    ),
    **NODES,
    **TASK_NODES,
    "subtasks": {"type": "bool", "default": False},
    "missing_ok": {"type": "bool", "default": False},
}
GATE_INFO = Arguments(
    {
        **ACCOUNT,
        **AUTH,
        **IGNORED,
        **WAIT,
        "query": READ["query"],
        "redact": READ["redact"],
        "checks": {"type": "list", "elements": "dict", "required": True, "options": _CHECK},
    }
)


@dataclass(frozen=True)
class Check:
    """One thing that a gate wants to be true. `name` is what messages call it."""

    name: str
    kind: str
    reader: type[Reader]
    question: Question


@dataclass(frozen=True)
class Resource:
    """What can be checked, by the module whose options it takes."""

    arguments: Arguments
    reader: type[Reader]
    # What is meant where no condition is given.
    condition: str
    # Where its objects are found: one of these options is needed.
    places: tuple[str, ...]


RESOURCES = {
    "jobs": Resource(JOB_INFO, JobReader, "succeeded", ("job_id", "job_ids", "filter")),
    "tasks": Resource(TASK_INFO, TaskReader, "succeeded", ("job_id", "job_ids")),
    "nodes": Resource(NODE_INFO, NodeReader, "ready", ("pool_id", "pool_ids")),
    "preparation": Resource(PREP_STATUS_INFO, PrepStatusReader, "prepared", ("job_id", "job_ids")),
}


def gate_of(params: Mapping[str, Any]) -> Question:
    """The question of a gate. Raises OptionError, which names the check and the option, before any request."""
    if not params["checks"]:
        raise OptionError("checks", "is an empty list; a gate that checks nothing is not open")
    fail_fast = params["fail_fast"]
    checks = tuple(_check(number, given, fail_fast) for number, given in enumerate(params["checks"], 1))
    names = [check.name for check in checks]
    for name in names:
        if names.count(name) > 1:
            raise OptionError("checks", f"{name!r} is there twice; give each check a name of its own")
    return Question(checks=checks, summary_only=False)


def _check(number: int, given: Mapping[str, Any], fail_fast: bool) -> Check:
    resource, where = RESOURCES[given["check"]], f"checks[{number}]"
    options = {name: value for name, value in given.items() if value is not None and name not in ("check", "name")}
    for name, value in options.items():
        if name not in resource.arguments.spec and value:
            raise OptionError(where, f"{name} means nothing for {given['check']}")
    if not any(options.get(place) for place in resource.places):
        raise OptionError(where, f"a check of {given['check']} needs {' or '.join(resource.places)}")
    for one, other in resource.arguments.mutually_exclusive:
        if one in options and other in options and options[one] is not False and options[other] is not False:
            raise OptionError(where, f"{one} and {other} cannot go together")
    params = {name: option.get("default") for name, option in resource.arguments.spec.items()}
    params.update(
        {
            **options,
            "fail_fast": fail_fast,
            "details": "summary",
            "condition": given.get("condition") or resource.condition,
        }
    )
    accepted = resource.arguments.spec["condition"]["choices"]
    if params["condition"] not in accepted:
        raise OptionError(
            where, f"condition {params['condition']} is not one of {given['check']}: {', '.join(accepted)}"
        )
    try:
        question = question_of(params)
    except OptionError as error:
        raise OptionError(where, str(error)) from error
    return Check(given["name"] or _name(given["check"], question), given["check"], resource.reader, question)


def _name(kind: str, question: Question) -> str:
    ids = question.pool_ids if kind == "nodes" else question.job_ids
    named = name_some(question.task_ids or question.node_ids, 3)
    return f"{kind} of {name_some(ids, 3)}{': ' + named if named else ''}" if ids else f"{kind} with {question.filter}"
