# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks as a module does: options through Ansible's validation, then the run against a loopback server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._gate.checks import GATE_INFO, gate_of
from ansible_collections.batchops.azure.plugins.module_utils._gate.reader import GateReader
from ansible_collections.batchops.azure.plugins.module_utils._jobs.reader import JobReader
from ansible_collections.batchops.azure.plugins.module_utils._nodes.reader import NodeReader
from ansible_collections.batchops.azure.plugins.module_utils._prep.reader import PrepStatusReader
from ansible_collections.batchops.azure.plugins.module_utils._read.options import Question
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import question_of
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Reader
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    JOB_INFO,
    NODE_INFO,
    PREP_STATUS_INFO,
    TASK_INFO,
    Arguments,
)
from ansible_collections.batchops.azure.plugins.module_utils._run import Ask, run
from ansible_collections.batchops.azure.plugins.module_utils._tasks.reader import TaskReader
from ansible_collections.batchops.azure.tests.unit.loopback import Loopback
from ansible_collections.batchops.azure.tests.unit.scripted_clock import ScriptedClock


@dataclass(frozen=True)
class Module:
    arguments: Arguments
    reader: type[Reader]
    asks: Ask = question_of


JOBS = Module(JOB_INFO, JobReader)
TASKS = Module(TASK_INFO, TaskReader)
NODES = Module(NODE_INFO, NodeReader)
PREP = Module(PREP_STATUS_INFO, PrepStatusReader)
GATE = Module(GATE_INFO, GateReader, gate_of)


def validate(arguments: Arguments, **options: Any) -> Any:
    """What Ansible makes of the options: `validated_parameters` and `error_messages`. None is an option left out."""
    validator = ArgumentSpecValidator(
        arguments.spec,
        mutually_exclusive=arguments.mutually_exclusive,
        required_one_of=arguments.required_one_of,
        required_by=arguments.required_by,
    )
    return validator.validate({name: value for name, value in options.items() if value is not None})


def params_of(arguments: Arguments, **options: Any) -> dict[str, Any]:
    validated = validate(arguments, **options)
    assert not validated.error_messages, validated.error_messages
    params: dict[str, Any] = validated.validated_parameters
    return params


def ask(service: Loopback, module: Module, clock: Clock | None = None, **options: Any) -> dict[str, Any]:
    """The result of one task. Without a clock no pause is allowed, and without `retries` no second attempt."""
    given = {"account_endpoint": service.url, "access_token": "a-token-for-tests", "retries": 0, **options}
    check_mode = given.pop("check_mode", False)
    params = params_of(module.arguments, **given)
    return run(params, module.reader, module.asks, check_mode=check_mode, clock=clock or ScriptedClock())


def question(arguments: Arguments, **options: Any) -> Question:
    """What these options ask for, with the defaults of all others."""
    return question_of(params_of(arguments, **options))


def refusal_of(arguments: Arguments, **options: Any) -> OptionError:
    """Why they are refused, after Ansible has accepted them."""
    with pytest.raises(OptionError) as refused:
        question(arguments, **options)
    return refused.value
