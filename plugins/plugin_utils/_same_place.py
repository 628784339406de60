# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a module would run where the controller runs, as the same user with the same libraries, so that both would see the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from ansible import constants as C

_LOCAL = "ansible.builtin.local"


def why_elsewhere(action: Any, task_vars: Mapping[str, Any]) -> str | None:
    """Why the module of this action runs elsewhere or as somebody else, in a few words; None where it does not."""
    task, connection = action._task, action._connection
    if task.async_val:
        return "async is set"
    if connection.ansible_name != _LOCAL:
        return f"the connection is {connection.ansible_name}"
    if connection.become is not None:
        return "become is set"
    # One for each level of the playbook. What a template makes of it is not looked at.
    if any(task.environment or ()):
        return "environment is set"
    interpreter = _interpreter(action, task_vars)
    if not same_interpreter(interpreter, sys.executable):
        return f"ansible_python_interpreter is {interpreter or 'not known yet'}, and Ansible runs with {sys.executable}"
    return None


def same_interpreter(one: str, other: str) -> bool:
    """Whether the two paths start the same Python.

    A virtual environment's Python is a link to another one, but where it lies decides which libraries it has. So the
    folders must be the same as well as the files.
    """
    if not (os.path.isabs(one) and os.path.isabs(other)):
        return False
    folders = {os.path.realpath(os.path.dirname(path)) for path in (one, other)}
    files = {os.path.realpath(path) for path in (one, other)}
    return len(folders) == 1 and len(files) == 1


def _interpreter(action: Any, task_vars: Mapping[str, Any]) -> str:
    """What Ansible would start the module with; empty where it would have to find out first."""
    variables = task_vars
    if action._task.delegate_to:
        variables = task_vars.get("ansible_delegated_vars", {}).get(action._task.delegate_to, {})
    configured = C.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
    interpreter = str(action._templar.template(configured) or "").strip()
    if interpreter and not interpreter.startswith("auto"):
        return interpreter
    return str(variables.get("ansible_facts", {}).get("discovered_interpreter_python") or "")
