# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way through an account: every operation that the collection uses, on a few of what is there, and requests that are wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._http.links import owns

from .account import Account
from .asking import Asker
from .observed import Link, Observations, Status, refusal_of, word
from .shapes import Shape
from .wrong import WRONG, Wrong

# Of each kind, so many are looked at one by one, and so many of a list in one page.
_MOST = 3
_PAGE = 100
_EXECUTIONS = ("jobPreparationTaskExecutionInfo", "jobReleaseTaskExecutionInfo")
_STATUS = "jobpreparationandreleasetaskstatus"
Item = dict[str, Any]


class Tour:
    """One tour. `seen` grows meanwhile; `ids` are ids of objects that are there, for the calls of the modules."""

    def __init__(self, account: Account, **how: Any) -> None:
        self.seen = Observations(by_shared_key=account.by_shared_key)
        self.ids: dict[str, str] = {}
        self._ask = Asker(account, self.seen.note, **how)
        self._endpoint = account.endpoint

    def run(self, expired_token: Any = None) -> Observations:
        """Everything. Raises BatchError where the account cannot be read at all; `expired_token` signs one more request."""
        first = self._ask.ask("list jobs", self._ask.url(("jobs",), {"maxresults": 1}))
        if first.status != 200:
            raise AnswerError(f"The account does not let its jobs be read: {refusal_of(first)}")
        self._jobs()
        self._pools()
        self._list("list node counts", "node counts of a pool", ("nodecounts",), {"maxresults": 10})
        self._list("list supported images", "supported image", ("supportedimages",))
        self._schedules()
        for wrong in WRONG:
            self._refuse(wrong)
        if expired_token:
            url = self._ask.url(("jobs",), {"maxresults": 1})
            self.seen.expired_token = refusal_of(self._ask.ask("an expired token", url, auth=expired_token))
        return self.seen

    def close(self) -> None:
        self._ask.close()

    def _jobs(self) -> None:
        jobs = self._list("list jobs", "job", ("jobs",))
        deleting = self._page("list jobs", ("jobs",), {"$filter": "state eq 'deleting'", "maxresults": _MOST})
        for job in _chosen(deleting):
            self._preparation(job, deleting=True)
        for job in _chosen(jobs, "jobPreparationTask", "jobReleaseTask"):
            path = ("jobs", job["id"])
            self.ids.setdefault("job", job["id"])
            self._get("get a job", "job", path)
            self._get("get task counts", "task counts", (*path, "taskcounts"))
            self._preparation(job)
            self._tasks(path)

    def _preparation(self, job: Item, deleting: bool = False) -> None:
        path = ("jobs", job["id"], _STATUS)
        exchange = self._ask.ask("list preparation status", self._ask.url(path, {"maxresults": _PAGE}))
        entries = _items(exchange.body) if exchange.status == 200 else []
        self._add("preparation of a node", entries)
        if exchange.status != 200:
            self.seen.refused("list preparation status", exchange)
        if deleting and self._is_there(job):
            self.seen.deleting.append(Status(None if exchange.status == 200 else refusal_of(exchange), len(entries)))
        for entry in sorted(filter(_since, entries), key=_since)[:_MOST]:
            self._running(entry)

    def _is_there(self, job: Item) -> bool:
        """Whether it still is: what is said of a job that has just gone is said of no job."""
        return self._ask.ask("get a job", self._ask.url(("jobs", job["id"]), {})).status == 200

    def _running(self, entry: Item) -> None:
        """Whether a node on which preparation or release runs is still there."""
        node = self._ask.ask("get a node", self._ask.url(("pools", entry["poolId"], "nodes", entry["nodeId"]), {}))
        if node.status == 404:
            self.seen.running_on_removed.append(_hours_since(_since(entry)))

    def _tasks(self, job: tuple[str, ...]) -> None:
        tasks = self._list("list tasks", "task", (*job, "tasks"))
        for task in _chosen(tasks, "multiInstanceSettings"):
            path = (*job, "tasks", task["id"])
            self._get("get a task", "task", path)
            self._list("list subtasks", "subtask", (*path, "subtasksinfo"), {})
            self._files("a task", (*path, "files"))

    def _pools(self) -> None:
        for pool in _chosen(self._list("list pools", "pool", ("pools",)), "startTask"):
            path = ("pools", pool["id"])
            self._get("get a pool", "pool", path)
            nodes = self._list("list nodes", "node", (*path, "nodes"))
            for node in _chosen(nodes, "startTaskInfo")[:1]:
                self.ids.setdefault("pool", pool["id"])
                self._get("get a node", "node", (*path, "nodes", node["id"]))
                self._get("get a remote login", "remote login", (*path, "nodes", node["id"], "remoteloginsettings"))
                self._files("a node", (*path, "nodes", node["id"], "files"))

    def _files(self, whose: str, path: tuple[str, ...]) -> None:
        """The list, and the first byte of one file, which nobody keeps."""
        files = self._list(f"list files of {whose}", "file", path)
        names = [file.get("name") for file in files if not file.get("isDirectory")]
        for name in [name for name in names if isinstance(name, str) and "/" not in name][:1]:
            operation = f"get a part of a file of {whose}"
            part = self._ask.ask(operation, self._ask.url((*path, name), {}), headers={"ocp-range": "bytes=0-0"})
            if part.status != 200:
                self.seen.refused(operation, part)

    def _schedules(self) -> None:
        for schedule in _chosen(self._list("list job schedules", "job schedule", ("jobschedules",))):
            self._get("get a job schedule", "job schedule", ("jobschedules", schedule["id"]))

    def _get(self, operation: str, resource: str, path: tuple[str, ...]) -> None:
        exchange = self._ask.ask(operation, self._ask.url(path, {}))
        if exchange.status == 200 and exchange.body is not None:
            self._add(resource, [exchange.body])
        else:
            self.seen.refused(operation, exchange)

    def _list(self, operation: str, resource: str, path: tuple[str, ...], params: Item | None = None) -> list[Item]:
        """One page with many, and one with one only to see how it goes on."""
        found = self._page(operation, path, {"maxresults": _PAGE} if params is None else params)
        self._add(resource, found)
        if len(found) > 1 and params != {}:
            self._page(operation, path, {"maxresults": 1})
        return found

    def _page(self, operation: str, path: tuple[str, ...], params: Item) -> list[Item]:
        """The page. Where it has a next one, that one is asked for too if it is on the same host, as the collection does."""
        exchange = self._ask.ask(operation, self._ask.url(path, params))
        if exchange.status != 200:
            self.seen.refused(operation, exchange)
            return []
        items = _items(exchange.body)
        self.seen.long_pages[operation] += len(items) > params.get("maxresults", len(items))
        link = (exchange.body or {}).get("odata.nextLink")
        if isinstance(link, str):
            described = self._link(operation, link, path)
            self.seen.links.append(described)
            if described.same_host:
                following = self._ask.ask(operation, link)
                if following.status != 200:
                    self.seen.refused(f"{operation}, next page", following)
        return items

    def _link(self, operation: str, link: str, path: tuple[str, ...]) -> Link:
        parts, asked = urlsplit(link), urlsplit(self._endpoint.url(*path))
        repeats = tuple(
            sorted({name if name.startswith("$") else word(name) for name, _value in parse_qsl(parts.query)})
        )
        return Link(operation, owns(self._endpoint, link), parts.path == asked.path, repeats)

    def _refuse(self, wrong: Wrong) -> None:
        segments = tuple(
            self.ids.get(part.strip("{}"), "") if part.startswith("{") else part for part in wrong.segments
        )
        if not all(segments):
            return  # The account holds nothing to go by.
        auth = wrong.auth(self._ask.account) if wrong.auth else None
        exchange = self._ask.ask(wrong.name, self._ask.url(segments, wrong.params), auth=auth)
        self.seen.refusals[wrong.name] = refusal_of(exchange)

    def _add(self, resource: str, items: Iterable[Item]) -> None:
        shape = self.seen.shapes.setdefault(resource, Shape())
        for item in items:
            shape.add({name: value for name, value in item.items() if not name.startswith("odata.")})


def _items(body: Item | None) -> list[Item]:
    value = (body or {}).get("value")
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _chosen(items: list[Item], *preferred: str) -> list[Item]:
    """A few that have ids, first those with the most of these properties."""
    named = [item for item in items if isinstance(item.get("id"), str)]
    return sorted(named, key=lambda item: -sum(name in item for name in preferred))[:_MOST]


def _since(entry: Item) -> str:
    """Since when preparation or release runs on the node; nothing where neither does."""
    for name in _EXECUTIONS:
        info = entry.get(name)
        if (
            isinstance(info, dict)
            and str(info.get("state")).lower() == "running"
            and {"poolId", "nodeId"} <= set(entry)
        ):
            return str(info.get("startTime", ""))
    return ""


def _hours_since(time: str) -> float:
    try:
        return (datetime.now(timezone.utc) - datetime.fromisoformat(time)).total_seconds() / 3600
    except (TypeError, ValueError):
        return 0.0
