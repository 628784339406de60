# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the options as far as a specification cannot, and makes of them what readers, the wait and the client take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import NO_LIMIT, WaitOptions
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments

# What has options for ids: `job_id` and `job_ids`.
_WITH_IDS = ("job", "task", "pool", "node")
# ':' stands in the id of a job that a schedule made. What would change the path of a URL is refused.
_ID = re.compile(r"(?!\.+$)[A-Za-z0-9_.:-]{1,256}")
_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*(/[A-Za-z][A-Za-z0-9]*)*")


def parse_options(params: Mapping[str, Any], arguments: Arguments) -> ReadOptions:
    """Checks the options that say what is read. Raises OptionError before any request."""
    ids = {name: _checked_ids(params, name) for name in _WITH_IDS}
    options = ReadOptions(
        job_ids=ids["job"],
        task_ids=ids["task"],
        pool_ids=ids["pool"],
        node_ids=ids["node"],
        job_schedule_id=_checked_one(params, "job_schedule_id"),
        several=params.get("job_ids") is not None or params.get("pool_ids") is not None,
        filter=_encodable("filter", params["filter"] or None),
        select=_selected(params["select"]),
        expand=params.get("expand"),
        limit=_at_least(params, "limit", 1),
        page_size=_at_least(params, "page_size", 1, 1000),
        summary_only=params["details"] == "summary",
        missing_ok=params["missing_ok"],
        task_counts=params.get("task_counts", True),
        subtasks=params.get("subtasks", False),
        condition=params.get("condition"),
        min_nodes=_at_least(params, "min_nodes", 1),
        expected_nodes=_checked_list("expected_nodes", params.get("expected_nodes")),
        max_failed_nodes=_at_least(params, "max_failed_nodes", 0) or 0,
        empty_ok=params.get("empty_ok", False),
        fail_fast=params.get("fail_fast", True),
        watched=bool(params.get("wait") and (params.get("stall_timeout") or NO_LIMIT) < NO_LIMIT),
        expect_task_nodes=params.get("expect_task_nodes", False),
        ignore_removed_nodes=params.get("ignore_removed_nodes", False),
        node_counts=params.get("node_counts", False),
        image_version=params.get("image_version"),
        image_supported_for=_at_least(params, "image_supported_for", 0),
    )
    _check_together(options, params, arguments)
    return options


def parse_wait(params: Mapping[str, Any]) -> WaitOptions | None:
    """Checks the options that say how long to wait. None where nobody does; some resources are only read."""
    if "wait" not in params:
        return None
    if params["wait"] and not (params.get("condition") or params.get("expression") or params.get("checks")):
        raise OptionError("wait", "needs condition or expression, which say what to wait for")
    stall = None if params["stall_timeout"] is None else _positive(params, "stall_timeout", NO_LIMIT)
    options = WaitOptions(
        timeout=_positive(params, "wait_timeout", NO_LIMIT),
        sleep=_positive(params, "wait_sleep"),
        fail_fast=params["fail_fast"],
        stall=stall if stall is not None and stall < NO_LIMIT else None,
    )
    return options if params["wait"] else None


def parse_connection(params: Mapping[str, Any]) -> dict[str, Any]:
    """Checks the options that say how the account is reached, in the client's words."""
    return {
        "timeout": _positive(params, "timeout"),
        "retries": _at_least(params, "retries", 0),
        "max_connections": _at_least(params, "max_connections", 1, 64),
        "verify": False if params["cert_validation_mode"] == "ignore" else _ca_path(params["ca_path"]) or True,
    }


def _ca_path(path: str | None) -> str | None:
    if not path:
        return None
    # Few have one: it is not compiled for the others.
    from ansible_collections.batchops.azure.plugins.module_utils._http.ca_path import checked_ca_path

    return checked_ca_path(path)


def _check_together(options: ReadOptions, params: Mapping[str, Any], arguments: Arguments) -> None:
    parents = arguments.required_one_of
    for one, many in parents:
        # Ansible takes a null for an answer where one of two options is required.
        if params[one] is None and params[many] is None:
            raise OptionError(one, f"is null, or {many} is; give at least one id")
    named = [what for what in _WITH_IDS if options.ids_of(what) and (f"{what}_id", f"{what}_ids") not in parents]
    named += ["job schedule"] if options.job_schedule_id else []
    for option, value in (("filter", options.filter), ("limit", options.limit)):
        if named and value is not None:
            raise OptionError(option, "applies to a list; leave it out when the objects are named by their ids")
    if options.limit is not None and (options.condition or params.get("expression")):
        raise OptionError("limit", "cannot go with condition or expression: what it cuts off would not be judged")


def _checked_ids(params: Mapping[str, Any], name: str) -> tuple[str, ...]:
    one = _checked_one(params, f"{name}_id")
    return _checked_list(f"{name}_ids", params.get(f"{name}_ids")) if one is None else (one,)


def _checked_one(params: Mapping[str, Any], option: str) -> str | None:
    value = params.get(option)
    return None if value is None else _checked_id(option, value)


def _checked_list(option: str, ids: list[str] | None) -> tuple[str, ...]:
    if ids is None:
        return ()
    if not ids:
        # What a template gives when something went wrong before: it must not mean "all" or "none, fine".
        raise OptionError(option, "is an empty list; give at least one id, or leave the option out")
    # To the service, ids that differ in case only are one.
    once: dict[str, str] = {}
    for item in ids:
        once.setdefault(_checked_id(option, item).lower(), item)
    return tuple(once.values())


def _checked_id(option: str, value: str) -> str:
    if not _ID.fullmatch(value):
        raise OptionError(option, f"{value!r} is not an id; give letters, digits, '-', '_', ':' and '.' only")
    return value


def _selected(names: list[str] | None) -> tuple[str, ...]:
    for name in names or ():
        if not _PROPERTY.fullmatch(name.strip()):
            raise OptionError(
                "select",
                f"{name!r} is not a property; give the service's own names, such as id or executionInfo/result",
            )
    return tuple(name.strip() for name in names or ())


def _encodable(option: str, text: str | None) -> str | None:
    try:
        (text or "").encode("utf-8")
    except UnicodeEncodeError as error:
        raise OptionError(option, f"{text!r} holds a character that no URL can") from error
    return text


def _at_least(params: Mapping[str, Any], option: str, least: int, most: int | None = None) -> Any:
    value = params.get(option)
    # To Python and to Ansible, true is a 1: "yes, some may fail" is no number of them.
    if isinstance(value, bool):
        raise OptionError(option, f"{value} is no number; give a whole one")
    if value is None or least <= value <= (value if most is None else most):
        return value
    accepted = f"{least} or more" if most is None else f"{least} to {most}"
    raise OptionError(option, f"{value} is out of range; give a whole number, {accepted}")


def _positive(params: Mapping[str, Any], option: str, no_limit: float = inf) -> float:
    """A number of seconds that somebody may mean; from `no_limit` on it means that there is none."""
    value = params[option]
    # "not >" rather than "<=": it refuses NaN too.
    if not (0 < value < 10_000_000 or no_limit <= value < inf):
        raise OptionError(option, f"{value:g} is out of range; give a number of seconds above 0")
    return float(value)
