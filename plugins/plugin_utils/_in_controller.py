# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module's code inside the controller where that is the same place, and hands over to the module where it is not.

A file of plugins/action says which module; Ansible imports it once, before it forks, so what is imported there and here
costs a run once and not each task.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.batchops.azure.plugins import module_utils
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    BatchError,
    LibraryError,
    OptionError,
    failure_with,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import on_one_line, printable
from ansible_collections.batchops.azure.plugins.module_utils._gate.resource import GATE
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import progress_format
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._registry import RESOURCES
from ansible_collections.batchops.azure.plugins.module_utils._run import (
    SIGNS_IN_WITH,
    misplaced_secrets,
    run,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._options import as_sent, refusal, validated, warnings
from ansible_collections.batchops.azure.plugins.plugin_utils._progress import Progress
from ansible_collections.batchops.azure.plugins.plugin_utils._rehearsal import rehearse
from ansible_collections.batchops.azure.plugins.plugin_utils._run_tokens import RunTokens
from ansible_collections.batchops.azure.plugins.plugin_utils._same_place import place_of
from ansible_collections.batchops.azure.plugins.plugin_utils._token_file import warm_up

# Of a profile, of expressions, and of what is read when all is over: for few, and they have libraries or nodes to wait for.
FOR_FEW = frozenset(
    (
        *("_after.failures", "_after.last_lines", "_after.output", "_after.ran_on", "_after.standstill"),
        "_auth.profile",
        *("_http.ca_path", "_http.credential_hint", "_http.file_part"),
        *("_read.expression", "_read.query", "_read.unmasked"),
    )
)


def _used_later() -> list[str]:
    """What modules import only when they come to it, because it is compiled at every task there. Here it costs a run once."""
    root = Path(module_utils.__path__[0])
    names = (".".join(path.relative_to(root).with_suffix("").parts) for path in sorted(root.rglob("*.py")))
    return [f"{module_utils.__name__}.{name}" for name in names if name not in FOR_FEW]


def _load_once() -> None:
    """What tasks will need, before Ansible forks. Where it is not installed, the task that needs it says so."""
    importlib.import_module("concurrent.futures.thread")
    for name in _used_later():
        importlib.import_module(name)
    with contextlib.suppress(LibraryError):
        rehearse(RESOURCES["jobs"].arguments)
    with contextlib.suppress(ImportError):
        warm_up()


MODULES = {resource.module: resource for resource in (*RESOURCES.values(), GATE)}

_load_once()

_display = Display()
# Stdout callbacks whose output is read by a program, which a line in between would break.
_FOR_PROGRAMS = frozenset(("json", "jsonl"))


class InController(ActionBase):  # type: ignore[misc]
    """The action plugin of every module."""

    _supports_check_mode = True
    _supports_async = True

    @property
    def _resource(self) -> Resource:
        """By the name under which it was asked for: one file serves all modules."""
        return MODULES[self._task.action.rpartition(".")[2]]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        self._told = ""
        place = place_of(self, variables)
        if place.inside:
            _display.vvv(f"{self._task.action} runs inside the controller: {place.why}")
            found = self._here(variables)
            if not (place.any_python and (found.get("failure") or {}).get("code") == LibraryError.code):
                return {**result, **found}
            # Nothing has been sent yet. Another Python may have it, and nobody has said that it must be this one.
            place = place._replace(why=printable(found["msg"]))
        _display.vvv(f"{self._task.action} runs as a module: {place.why}")
        result.update(self._as_module(variables))
        self._tell(result.pop(SIGNS_IN_WITH, ""))
        return result

    def _shown_options(self, given: Any) -> dict[str, Any]:
        """What is told at -vvv of the options. One that does not exist may be one for a secret, misspelled."""
        spec = self._resource.arguments.spec
        known = {name for option, of in spec.items() for name in (option, *of.get("aliases", ()))}
        return {name: value if name in known else MASK for name, value in dict(given or {}).items()}

    def _as_module(self, variables: dict[str, Any]) -> dict[str, Any]:
        """What Ansible does with a module that has no action plugin."""
        # Before it puts options of its own among them.
        sent = as_sent(self._task.args)
        normal = self._shared_loader_obj.action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, Any] = normal.run(task_vars=variables)
        # AnsibleModule refuses options before the module can say anything, and who crashes says nothing at all.
        if result.get("failed") and "failure" not in result:
            checked = validated(self._resource.arguments, sent)
            code = OptionError.code if checked.error_messages else "ModuleFailed"
            # Its words repeat what the playbook gave, whatever that holds.
            result["msg"] = on_one_line(str(result.get("msg")))
            result["failure"] = failure_with(code, result["msg"])
            if checked.error_messages:
                # Where there is one, ansible-core shows it in place of the message.
                result.pop("exception", None)
        if isinstance(result.get("invocation"), dict):
            result["invocation"] = {"module_args": self._shown_options(result["invocation"].get("module_args"))}
        return result

    def _tell(self, credential: str) -> None:
        """Which credential is used, at -v."""
        # A task that goes on as a module has said it before.
        if credential not in ("", self._told) and not self._task.no_log and not _read_by_a_program():
            self._told = credential
            _display.v(f"{self._task.action}: signs in with {printable(credential)}")

    def _here(self, variables: dict[str, Any]) -> dict[str, Any]:
        checked = validated(self._resource.arguments, self._task.args)
        params = checked.validated_parameters
        try:
            if checked.error_messages:
                words = on_one_line(refusal(checked, f"({self._task.action}) module"))
                result = {"failed": True, "msg": words, "failure": failure_with(OptionError.code, words)}
            else:
                result = self._run(params, checked._no_log_values, variables)
        except BatchError as error:
            result = {"failed": True, **error.as_result()}
        if _invocation_wanted(variables):
            result["invocation"] = {"module_args": self._shown_options(params)}
        result = _masked(result, checked._no_log_values | misplaced_secrets(params))
        found = result.get("warnings")
        told = warnings(checked) + (found if isinstance(found, list) else [])
        return {**result, "warnings": told} if told else result

    def _run(self, params: dict[str, Any], secrets: set[str], variables: Mapping[str, Any]) -> dict[str, Any]:
        observer = None
        if params.get("progress") and not self._task.no_log and not _read_by_a_program():
            # Where there are several hosts, their lines come in any order.
            several = len(variables.get("ansible_play_hosts_all") or ()) > 1
            observer = Progress(
                progress_format(self._resource),
                params,
                lambda line, colour: _display.display(str(remove_values(line, secrets)), color=colour),
                mask=lambda words: str(remove_values(words, secrets)),
                host=str(variables.get("inventory_hostname")) if several else "",
            )
        found: dict[str, Any] = run(
            params,
            self._resource,
            check_mode=self._task.check_mode,
            observer=observer,
            tell=self._tell if _display.verbosity else None,
            store=RunTokens(C.DEFAULT_LOCAL_TMP, self._note) if params["token_cache"] else None,
        )
        return found

    def _note(self, words: str) -> None:
        """What becomes of the tokens of a run, at -vvv."""
        if not self._task.no_log:
            _display.vvv(f"{self._task.action}: {printable(words)}")


def _masked(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """As a module prints it: without the values of secret options, wherever they stand. Yes, no and null stay as they are."""
    kept = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
    return {**remove_values(result, secrets), **kept}


def _invocation_wanted(variables: Mapping[str, Any]) -> bool:
    """Before ansible-core 2.21 a module always says how it was called, and there is no such setting."""
    if not C.config.get_configuration_definition("INJECT_INVOCATION"):
        return True
    return bool(C.config.get_config_value("INJECT_INVOCATION", variables=dict(variables)))


def _read_by_a_program() -> bool:
    callback = str(C.config.get_config_value("DEFAULT_STDOUT_CALLBACK"))
    return callback.rpartition(".")[2] in _FOR_PROGRAMS
