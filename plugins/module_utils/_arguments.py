# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules, as argument specifications, and the question they ask.

Documented in doc_fragments; a test keeps the two in step.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.batchops.azure.plugins.module_utils._errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._look import Question
from ansible_collections.batchops.azure.plugins.module_utils._wait import Patience

Spec = dict[str, dict[str, Any]]

ACCOUNT: Spec = {
    "account_endpoint": {"type": "str", "fallback": (env_fallback, ["AZURE_BATCH_ENDPOINT", "AZ_BATCH_ACCOUNT_URL"])},
    "account_name": {
        "type": "str",
        "aliases": ["batch_account_name"],
        "fallback": (env_fallback, ["AZURE_BATCH_ACCOUNT", "AZ_BATCH_ACCOUNT_NAME"]),
    },
    "api_version": {"type": "str", "default": "2025-06-01"},
    "cloud_environment": {"type": "str", "fallback": (env_fallback, ["AZURE_CLOUD_ENVIRONMENT"])},
    "timeout": {"type": "float", "default": 30},
    "retries": {"type": "int", "default": 5},
    "max_connections": {"type": "int", "default": 16},
    "ca_path": {"type": "path"},
    "cert_validation_mode": {
        "type": "str",
        "choices": ["ignore", "validate"],
        "fallback": (env_fallback, ["AZURE_CERT_VALIDATION_MODE"]),
    },
}

AUTH: Spec = {
    "auth_source": {
        "type": "str",
        "choices": ["auto", "shared_key", "access_token", "env", "credential_file", "cli", "msi"],
        "default": "auto",
        "fallback": (env_fallback, ["ANSIBLE_AZURE_AUTH_SOURCE"]),
    },
    "account_key": {"type": "str", "no_log": True},
    "access_token": {"type": "str", "no_log": True},
    "client_id": {"type": "str"},
    "secret": {"type": "str", "aliases": ["client_secret"], "no_log": True},
    "tenant": {"type": "str", "aliases": ["tenant_id"]},
    "ad_user": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "x509_certificate_path": {"type": "path"},
    "thumbprint": {"type": "str"},
    "oidc_token": {"type": "str", "no_log": True},
    "oidc_token_file_path": {"type": "path"},
    "profile": {"type": "str"},
    "authority_host": {"type": "str"},
    "token_scope": {"type": "str", "no_log": False},
    "disable_instance_discovery": {"type": "bool", "default": False},
}

# Options of azure.azcollection that mean nothing here, so that one block of module_defaults serves both collections.
IGNORED: Spec = {
    "subscription_id": {"type": "str"},
    "api_profile": {"type": "str"},
    "adfs_authority_url": {"type": "str"},
    "log_mode": {"type": "str"},
    "log_path": {"type": "str"},
}

READ: Spec = {
    "filter": {"type": "str"},
    "select": {"type": "list", "elements": "str"},
    "limit": {"type": "int"},
    "page_size": {"type": "int"},
    "details": {"type": "str", "choices": ["full", "summary"], "default": "full"},
    "query": {"type": "str"},
    "expression": {"type": "str"},
    "redact": {"type": "bool", "default": True},
    "missing_ok": {"type": "bool", "default": False},
}

EXPAND: Spec = {"expand": {"type": "str", "choices": ["stats"]}}

WAIT: Spec = {
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "float", "default": 600},
    "wait_sleep": {"type": "float", "default": 15, "aliases": ["wait_interval", "wait_delay"]},
    "fail_fast": {"type": "bool", "default": True},
    "diagnostics": {"type": "bool", "default": False},
    "progress": {"type": "bool", "default": True},
}

NODES: Spec = {
    "min_nodes": {"type": "int"},
    "expected_nodes": {"type": "list", "elements": "str"},
    "max_failed_nodes": {"type": "int", "default": 0},
}

TASK_NODES: Spec = {
    "expect_task_nodes": {"type": "bool", "default": False},
    "ignore_removed_nodes": {"type": "bool", "default": False},
}


def _condition(*names: str) -> Spec:
    return {"condition": {"type": "str", "choices": list(names)}}


def _ids(*names: str) -> Spec:
    spec: Spec = {}
    for name in names:
        spec[f"{name}_id"] = {"type": "str"}
        spec[f"{name}_ids"] = {"type": "list", "elements": "str"}
    return spec


@dataclass(frozen=True)
class Arguments:
    """What AnsibleModule takes. `spec` reads as a sentence of the pieces above."""

    spec: Spec
    mutually_exclusive: list[tuple[str, str]] = field(default_factory=list)
    required_one_of: list[tuple[str, str]] = field(default_factory=list)
    required_by: dict[str, str] = field(default_factory=dict)

    def for_module(self) -> dict[str, Any]:
        return {
            "argument_spec": self.spec,
            "mutually_exclusive": self.mutually_exclusive,
            "required_one_of": self.required_one_of,
            "required_by": self.required_by,
            "supports_check_mode": True,
        }


_COMMON: Spec = {**ACCOUNT, **AUTH, **IGNORED, **READ, **WAIT}
_ONE_JOB, _ONE_TASK, _ONE_POOL, _ONE_NODE = ((f"{name}_id", f"{name}_ids") for name in ("job", "task", "pool", "node"))

JOB_INFO = Arguments(
    {
        **_COMMON,
        **EXPAND,
        **_ids("job"),
        **_condition("active", "disabled", "completed", "succeeded"),
        "task_counts": {"type": "bool", "default": True},
    },
    mutually_exclusive=[_ONE_JOB],
)
TASK_INFO = Arguments(
    {
        **_COMMON,
        **EXPAND,
        **_ids("job", "task"),
        **_condition("started", "completed", "succeeded"),
        "subtasks": {"type": "bool", "default": False},
    },
    mutually_exclusive=[_ONE_JOB, _ONE_TASK],
    required_one_of=[_ONE_JOB],
    required_by={"task_id": "job_id", "task_ids": "job_id"},
)
NODE_INFO = Arguments(
    {
        **_COMMON,
        **NODES,
        **_ids("pool", "node"),
        **_condition("ready", "idle", "drained", "offline"),
        "empty_ok": {"type": "bool", "default": False},
    },
    mutually_exclusive=[_ONE_POOL, _ONE_NODE],
    required_one_of=[_ONE_POOL],
    required_by={"node_id": "pool_id", "node_ids": "pool_id"},
)
PREP_STATUS_INFO = Arguments(
    {**_COMMON, **NODES, **TASK_NODES, **_ids("job"), **_condition("prepared", "released")},
    mutually_exclusive=[_ONE_JOB, ("expected_nodes", "expect_task_nodes")],
    required_one_of=[_ONE_JOB],
)

_CHECK: Spec = {
    "check": {"type": "str", "required": True, "choices": ["jobs", "tasks", "nodes", "preparation"]},
    "name": {"type": "str"},
    **_ids("job", "task", "pool", "node"),
    "filter": {"type": "str"},
    **_condition(
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

# ':' stands in the id of a job that a schedule made. What would change the path of a URL is refused.
_ID = re.compile(r"(?!\.+$)[A-Za-z0-9_.:-]{1,256}")
_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*(/[A-Za-z][A-Za-z0-9]*)*")


def question_of(params: Mapping[str, Any]) -> Question:
    """Checks the options that say what is read. Raises OptionError before any request."""
    ids = {name: _checked_ids(params, name) for name in ("job", "task", "pool", "node")}
    question = Question(
        job_ids=ids["job"],
        task_ids=ids["task"],
        pool_ids=ids["pool"],
        node_ids=ids["node"],
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
        expect_task_nodes=params.get("expect_task_nodes", False),
        ignore_removed_nodes=params.get("ignore_removed_nodes", False),
    )
    _check_together(question, params)
    return question


def patience_of(params: Mapping[str, Any]) -> Patience:
    """Checks the options that say how long to wait."""
    if params["wait"] and not (params.get("condition") or params.get("expression") or params.get("checks")):
        raise OptionError("wait", "needs condition or expression, which say what to wait for")
    return Patience(_positive(params, "wait_timeout"), _positive(params, "wait_sleep"), params["fail_fast"])


def connection_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Checks the options that say how the account is reached, in the client's words."""
    return {
        "timeout": _positive(params, "timeout"),
        "retries": _at_least(params, "retries", 0),
        "max_connections": _at_least(params, "max_connections", 1, 64),
        "verify": False if params["cert_validation_mode"] == "ignore" else _ca_path(params["ca_path"]) or True,
    }


def _ca_path(path: str | None) -> str | None:
    if path and not os.path.exists(path):
        raise OptionError("ca_path", f"{path!r} does not exist; give a file or folder with certificates in PEM format")
    return path


def _check_together(question: Question, params: Mapping[str, Any]) -> None:
    for option, ids in (("job_id", question.job_ids), ("pool_id", question.pool_ids)):
        # Ansible takes a null for an answer where one of two options is required.
        if option in params and not ids and not _lists_jobs(params):
            raise OptionError(option, f"is null, or {option}s is; give at least one id")
    named = question.task_ids or question.node_ids or (question.job_ids if _lists_jobs(params) else ())
    for option, value in (("filter", question.filter), ("limit", question.limit)):
        if named and value is not None:
            raise OptionError(option, "applies to a list; leave it out when the objects are named by their ids")
    if question.limit is not None and (question.condition or params["expression"]):
        raise OptionError("limit", "cannot go with condition or expression: what it cuts off would not be judged")


def _lists_jobs(params: Mapping[str, Any]) -> bool:
    return "task_counts" in params


def _checked_ids(params: Mapping[str, Any], name: str) -> tuple[str, ...]:
    one, many = params.get(f"{name}_id"), params.get(f"{name}_ids")
    if one is not None:
        return (_checked_id(f"{name}_id", one),)
    return _checked_list(f"{name}_ids", many)


def _checked_list(option: str, ids: list[str] | None) -> tuple[str, ...]:
    if ids is None:
        return ()
    if not ids:
        # What a template gives when something went wrong before: it must not mean "all" or "none, fine".
        raise OptionError(option, "is an empty list; give at least one id, or leave the option out")
    return tuple(dict.fromkeys(_checked_id(option, item) for item in ids))


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
    if value is None or least <= value <= (value if most is None else most):
        return value
    accepted = f"{least} or more" if most is None else f"{least} to {most}"
    raise OptionError(option, f"{value} is out of range; give a whole number, {accepted}")


def _positive(params: Mapping[str, Any], option: str) -> float:
    value = params[option]
    # "not >" rather than "<=": it refuses NaN too.
    if not 0 < value < 10_000_000:
        raise OptionError(option, f"{value:g} is out of range; give a number of seconds above 0")
    return float(value)
