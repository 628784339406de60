# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks as a module does: options through Ansible's validation, then the run against a loopback server."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import parse_options
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.support.loopback import Loopback
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock


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


def ask(service: Loopback, module: Resource, clock: Clock | None = None, **options: Any) -> dict[str, Any]:
    """The result of one task. Without a clock no pause is allowed, and without `retries` no second attempt."""
    given = {"account_endpoint": service.url, "access_token": "a-token-for-tests", "retries": 0, **options}
    mode = {"check_mode": True} if given.pop("check_mode", False) else {}
    params = params_of(module.arguments, **given)
    return run(params, module, **mode, clock=clock or ScriptedClock())


def question(arguments: Arguments, **options: Any) -> ReadOptions:
    """What these options ask for, with the defaults of all others."""
    return parse_options(params_of(arguments, **options), arguments)


def refusal_of(arguments: Arguments, **options: Any) -> OptionError:
    """Why they are refused, after Ansible has accepted them."""
    with pytest.raises(OptionError) as refused:
        question(arguments, **options)
    return refused.value
