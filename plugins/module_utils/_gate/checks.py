# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parses the checks of a gate: from the user's options to the options of each reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import name_some
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments
from ansible_collections.batchops.azure.plugins.module_utils._registry import JUDGED


@dataclass(frozen=True)
class Check:
    """One thing that a gate wants to be true. `name` is what messages call it."""

    name: str
    resource: Resource
    options: ReadOptions


def parse_checks(params: Mapping[str, Any], _arguments: Arguments) -> ReadOptions:
    """The read options of a gate. Raises OptionError, naming the check and the option, before any request is sent."""
    if not params["checks"]:
        raise OptionError("checks", "is an empty list; a gate that checks nothing is not open")
    of_all = {name: params[name] for name in ("api_version", "wait", "stall_timeout", "fail_fast")}
    checks = tuple(
        _check(given, of_all, _place(params["checks"], number)) for number, given in enumerate(params["checks"])
    )
    names = [check.name for check in checks]
    for name in names:
        if names.count(name) > 1:
            raise OptionError("checks", f"{name!r} is there twice; give each check a name of its own")
    return ReadOptions(checks=checks)


def _place(checks: list[Mapping[str, Any]], number: int) -> str:
    """How a message refers to a check: its position, counted from 1, and its name."""
    given = checks[number]
    return f"check {number + 1} of {len(checks)} ({given.get('name') or given['check']})"


def _check(given: Mapping[str, Any], of_all: Mapping[str, Any], place: str) -> Check:
    """`place` refers to the check in messages, before its name is known."""
    resource = JUDGED[given["check"]]
    options = {name: value for name, value in given.items() if value is not None and name not in ("check", "name")}
    for name, value in options.items():
        if name not in resource.arguments.spec and value:
            raise OptionError("checks", f"{place}: {name} means nothing for {given['check']}")
    if not any(options.get(needed) for needed in resource.check_needs):
        raise OptionError("checks", f"{place}: a check of {given['check']} needs {' or '.join(resource.check_needs)}")
    for names in resource.arguments.mutually_exclusive:
        if all(options.get(name, False) is not False for name in names):
            raise OptionError("checks", f"{place}: {' and '.join(names)} cannot go together")
    params = {name: option.get("default") for name, option in resource.arguments.spec.items()}
    params.update(
        {
            **options,
            **of_all,
            "details": "summary",
            "condition": given.get("condition") or resource.default_condition,
        }
    )
    accepted = resource.arguments.spec["condition"]["choices"]
    if params["condition"] not in accepted:
        raise OptionError(
            "checks", f"{place}: condition {params['condition']} is not one of {given['check']}: {', '.join(accepted)}"
        )
    try:
        read = resource.parse(params, resource.arguments)._replace(in_gate=True)
    except OptionError as error:
        raise OptionError("checks", f"{place}: {error}") from error
    return Check(given["name"] or _name(resource, read), resource, read)


def _name(resource: Resource, options: ReadOptions) -> str:
    ids, named = options.ids_of(resource.reader.parent), name_some(options.task_ids or options.node_ids, 3)
    if options.job_schedule_id:
        return f"most recent job of schedule {options.job_schedule_id}"
    if not ids:
        return f"{resource.name} with {options.filter}"
    return f"{resource.name} of {name_some(ids, 3)}{': ' + named if named else ''}"
