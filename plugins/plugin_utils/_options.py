# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that are given in the controller, checked as AnsibleModule checks those of a module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.errors import UnsupportedError
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments
from ansible_collections.batchops.azure.plugins.module_utils._run import warnings_of


def validated(arguments: Arguments, args: Mapping[str, Any]) -> ValidationResult:
    """What the arguments make of the options, with defaults and what the environment has in place of them; or what is wrong with them."""
    constraints = arguments.for_module()
    spec = constraints.pop("argument_spec")
    # Every module has one, and it is no constraint of the options.
    del constraints["supports_check_mode"]
    return ArgumentSpecValidator(spec, **constraints).validate(as_sent(args))


def as_sent(args: Mapping[str, Any]) -> dict[str, Any]:
    """The options as a module gets them: through JSON, so without the tags and types of the controller."""

    def worded(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        return dict(value) if isinstance(value, Mapping) else str(value)

    sent: dict[str, Any] = json.loads(json.dumps(dict(args), default=worded))
    return sent


def refusal(result: ValidationResult, whose: str) -> str:
    """The words in which AnsibleModule refuses options; `whose` says of what they are, such as `(action) module`."""
    message: str = result.errors.msg
    if isinstance(result.errors[0], UnsupportedError):
        return f"Unsupported parameters for {whose}: {message}"
    return message


def warnings(result: ValidationResult) -> list[str]:
    """What AnsibleModule and the module warn of."""
    twice = [f"Both option {both['option']} and its alias {both['alias']} are set." for both in result._warnings]
    return twice if result.error_messages else twice + warnings_of(result.validated_parameters)
