# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a module would run where the controller runs, as the same user, and with the Python that somebody has named, if so."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible import constants as C

_LOCAL = "ansible.builtin.local"


class Place(NamedTuple):
    """Where a task runs, and why, in a few words.

    `any_python`: nobody has named one, so that another one may run it where the controller's lacks a library.
    """

    inside: bool
    why: str
    any_python: bool = False


def place_of(action: Any, task_vars: Mapping[str, Any]) -> Place:
    """Where the task of this action runs: inside the controller, or as a module, elsewhere or as somebody else."""
    reason = _why_elsewhere(action)
    if reason:
        return Place(False, reason)
    interpreter = _named_interpreter(action, task_vars)
    if not interpreter:
        return Place(True, "the connection is local, and no ansible_python_interpreter is named", any_python=True)
    if same_interpreter(interpreter, sys.executable):
        return Place(True, "the connection is local, and ansible_python_interpreter is Ansible's own")
    return Place(False, f"ansible_python_interpreter is {interpreter}, and Ansible runs with {sys.executable}")


def _why_elsewhere(action: Any) -> str:
    task, connection = action._task, action._connection
    if task.async_val:
        return "async is set"
    if connection.ansible_name != _LOCAL:
        return f"the connection is {connection.ansible_name}"
    if connection.become is not None:
        return "become is set"
    # One for each level of the playbook. What a template makes of it is not looked at.
    return "environment is set" if any(task.environment or ()) else ""


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


def _named_interpreter(action: Any, task_vars: Mapping[str, Any]) -> str:
    """The Python that somebody has named; empty where Ansible is to find one, whatever it has found before."""
    variables = task_vars
    if action._task.delegate_to:
        variables = task_vars.get("ansible_delegated_vars", {}).get(action._task.delegate_to, {})
    configured = C.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
    interpreter = str(action._templar.template(configured) or "").strip()
    return "" if interpreter.startswith("auto") else interpreter
