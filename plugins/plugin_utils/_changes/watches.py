# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is watched: the list that a user writes, as what readers are asked at each look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._gate.resource import GATE
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import (
    ACCOUNT,
    AUTH,
    IGNORED,
    READ,
    Arguments,
    ids,
)
from ansible_collections.batchops.azure.plugins.module_utils._registry import RESOURCES

# What is read beside what a reader counts by: since when, and where.
_SELECTED = {
    "nodes": ["stateTransitionTime"],
    "preparation": ["nodeId"],
    "tasks": ["stateTransitionTime", "nodeInfo"],
    "jobs": ["stateTransitionTime"],
    "pools": ["stateTransitionTime", "allocationStateTransitionTime"],
}
KINDS = (*_SELECTED, GATE.name)
# Longer than any pause that somebody may mean.
_TOO_LONG = 10_000_000

ARGUMENTS = Arguments(
    {
        **ACCOUNT,
        **AUTH,
        **IGNORED,
        "page_size": READ["page_size"],
        "watch": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "kind": {"type": "str", "required": True, "choices": list(KINDS)},
                "name": {"type": "str"},
                **ids("job", "pool"),
                "filter": READ["filter"],
                "checks": {**GATE.arguments.spec["checks"], "required": False},
            },
        },
        "interval": {"type": "float", "default": 30},
        "initial": {"type": "bool", "default": False},
        "limit_to_hosts": {"type": "bool", "default": False},
    }
)


class Watch(NamedTuple):
    """One list, one named object, or one gate. `name` is what events of kind `source` call it."""

    name: str
    resource: Resource
    options: ReadOptions
    job_id: str | None = None
    pool_id: str | None = None

    @property
    def is_gate(self) -> bool:
        return self.resource is GATE


def parse_watches(params: Mapping[str, Any]) -> tuple[Watch, ...]:
    """Each list or named object is one of its own: what one of them lacks does not hide the others.

    Raises OptionError, which names the member and the option, before any request.
    """
    if not params["watch"]:
        raise OptionError("watch", "is an empty list; nothing would ever be told")
    watches: list[Watch] = []
    for number, given in enumerate(params["watch"], 1):
        try:
            watches += _parsed(given, params)
        except OptionError as error:
            place = f"entry {number} of {len(params['watch'])} ({given.get('name') or given['kind']})"
            raise OptionError("watch", f"{place}: {error}") from error
    seen: set[str] = set()
    for watch in watches:
        # To the service, ids that differ in case only are one.
        if watch.name.lower() in seen:
            raise OptionError("watch", f"{watch.name!r} is there twice; watch it once, or give each gate another name")
        seen.add(watch.name.lower())
    return tuple(watches)


def parse_interval(params: Mapping[str, Any]) -> float:
    interval = float(params["interval"])
    # "not <" rather than ">=": it refuses NaN too.
    if not 0 < interval < _TOO_LONG:
        raise OptionError("interval", f"{interval:g} is out of range; give a number of seconds above 0")
    return interval


def _parsed(given: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[Watch]:
    kind, options = given["kind"], {name: value for name, value in given.items() if value is not None}
    resource = GATE if kind == GATE.name else RESOURCES[kind]
    one, many = (f"{resource.reader.parent}_id", f"{resource.reader.parent}_ids")
    accepted = {"name", "checks"} if resource is GATE else {one, many, "filter"}
    for name in options:
        if name not in accepted and name != "kind":
            raise OptionError(name, f"means nothing for {kind}")
    if resource is GATE:
        yield _gate(options, params)
        return
    if one in options and many in options:
        raise OptionError(one, f"cannot go with {many}")
    if resource.arguments.required_one_of and one not in options and many not in options:
        raise OptionError(one, f"is missing; give it or {many}")
    # The plural is checked as a whole: an empty list is an error, and an id that is there twice is one.
    yield from _each_alone(kind, resource, _read_options(resource, options, params))


def _each_alone(kind: str, resource: Resource, whole: ReadOptions) -> Iterator[Watch]:
    alone = whole._replace(several=False)
    for job_id in whole.job_ids:
        yield Watch(_name(kind, job_id, whole.filter), resource, alone._replace(job_ids=(job_id,)), job_id)
    for pool_id in whole.pool_ids:
        options = alone._replace(pool_ids=(pool_id,))
        yield Watch(_name(kind, pool_id, whole.filter), resource, options, pool_id=pool_id)
    if not (whole.job_ids or whole.pool_ids):
        yield Watch(_name(kind, None, whole.filter), resource, whole)


def _gate(options: Mapping[str, Any], params: Mapping[str, Any]) -> Watch:
    if "checks" not in options:
        raise OptionError("checks", "is missing; a gate that checks nothing is not open")
    of_all = {"api_version": params["api_version"], "wait": False, "stall_timeout": None, "fail_fast": True}
    read = GATE.parse({**of_all, "checks": options["checks"]}, GATE.arguments)
    return Watch(options.get("name") or GATE.name, GATE, read)


def _read_options(resource: Resource, options: Mapping[str, Any], params: Mapping[str, Any]) -> ReadOptions:
    whole = {name: option.get("default") for name, option in resource.arguments.spec.items()}
    asked = {name: value for name, value in options.items() if name != "kind"}
    narrow = {"select": _SELECTED[resource.name], "page_size": params["page_size"], "task_counts": False}
    return resource.parse({**whole, **asked, **narrow}, resource.arguments)


def _name(kind: str, parent: str | None, filtered: str | None) -> str:
    of = f"{kind} of {parent}" if parent else kind
    return f"{of} with {filtered}" if filtered else of
