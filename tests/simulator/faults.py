# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests are answered badly, and how an answer is spoilt."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from email.utils import formatdate
from typing import Any, Callable
from urllib.parse import urlsplit, urlunsplit

from .limit import Limit
from .model.faults import DEFAULTS, Fault
from .service.answer import Answer, error_answer
from .service.errors import ServiceError
from .strange import (
    in_capitals,
    listed_otherwise,
    listed_otherwise_before,
    listed_twice,
    lists_running_task,
    unknown_words,
    with_failure,
)

_CODES = {
    403: ("AuthorizationFailure", "This request is not authorized to perform this operation."),
    408: ("OperationTimedOut", "The operation could not be completed within the permitted time."),
    429: ("TooManyRequests", "The account has received more requests than it takes."),
    500: ("InternalError", "The server encountered an internal error. Please retry the request."),
    503: ("ServerBusy", "The server is currently unable to receive requests. Please retry your request."),
}
_TOMORROW = {
    "futureSettings": {"someThings": [1, {"innerName": "a"}], "isNew": True},
    "futureTime": "2030-01-01T00:00:00Z",
    "futureState": "Hovering",
}
_HTML = b"<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Our services aren't available</h1></body></html>"


class _Armed:
    """A fault with its counters."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._pattern = re.compile(fault.match)
        self._random = random.Random(fault.seed)
        self._skipped = 0
        self._fired = 0
        self._limit = Limit(fault.rate) if fault.kind == "limit" else None

    def fires(self, target: str, now: float) -> bool:
        """Tell whether this request, at that second of the scenario, is answered badly."""
        fault = self.fault
        if not self._pattern.search(target) or (fault.times is not None and self._fired >= fault.times):
            return False
        if self._skipped < fault.after:
            self._skipped += 1
            return False
        if self._random.random() >= fault.probability or (self._limit and self._limit.takes(now)):
            return False
        self._fired += 1
        return True


class Faults:
    """The faults of one simulator. Tests add to them while it runs."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._lock = threading.Lock()
        self._armed = [_Armed(fault) for fault in faults]

    def add(self, fault: Fault | str, **options: Any) -> Fault:
        """Add a fault, or make one of its kind and options."""
        if isinstance(fault, str):
            fault = Fault(fault, **{**DEFAULTS.get(fault, {}), **options})
        with self._lock:
            self._armed.append(_Armed(fault))
        return fault

    def clear(self) -> None:
        """Answer well again."""
        with self._lock:
            self._armed.clear()

    def take(self, target: str, now: float = 0.0) -> Fault | None:
        """Return the fault of a request at that second of the scenario, of the first that fires."""
        with self._lock:
            return next((armed.fault for armed in self._armed if armed.fires(target, now)), None)


def spoil(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    """Return an answer as the fault leaves it. Faults of the connection leave it alone."""
    change = _CHANGES.get(fault.kind)
    return change(fault, answer, base, target) if change else answer


def _status(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    default = ("GatewayError", "The gateway could not reach the service.")
    code, text = _CODES.get(fault.status, default)
    headers: list[tuple[str, str]] = []
    if fault.retry_after is not None:
        after = f"{fault.retry_after:g}"
        if fault.retry_after_date:
            after = formatdate(time.time() + fault.retry_after, usegmt=True)
        headers.append(("Retry-After", after))
    if fault.status in (502, 504) and fault.code is None:
        return Answer(fault.status, [("Content-Type", "text/html"), *headers], _HTML, chunked=False)
    return error_answer(ServiceError(fault.status, fault.code or code, text, headers=headers), base, {})


def _html(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    return Answer(fault.status, [("Content-Type", "text/html; charset=utf-8")], _HTML, chunked=False)


def _empty(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    return Answer(200, answer.headers, b"", chunked=False)


def _truncated(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2], chunked=False)


def _content_type(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    headers = [(name, fault.content_type if name == "Content-Type" else value) for name, value in answer.headers]
    return Answer(answer.status, headers, answer.body, answer.chunked)


def _error_in_200(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    code, text = _CODES[500]
    error = error_answer(ServiceError(500, fault.code or code, text), base, {})
    return Answer(200, error.headers, error.body)


def _redirect(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    scheme = urlsplit(base).scheme
    return Answer(fault.status, [("Location", f"{scheme}://{fault.host}{target}")], b"", chunked=False)


def _repeated_next_link(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    return _with_link(answer, lambda link: base + target)


def _foreign_next_link(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    def elsewhere(link: str | None) -> str:
        parts = urlsplit(link or base + target)
        return urlunsplit(parts._replace(netloc=fault.host))

    return _with_link(answer, elsewhere)


def _listed(change: Callable[[list[Any]], list[Any]]) -> Callable[[Fault, Answer, str, str], Answer]:
    """Change the items of a page that has some; anything else is left as it is."""

    def changed(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
        body = json.loads(answer.body) if answer.status == 200 and answer.body else {}
        if not body.get("value"):
            return answer
        body["value"] = change(body["value"])
        return Answer(answer.status, answer.headers, json.dumps(body).encode(), answer.chunked)

    return changed


def _with_link(answer: Answer, change: Callable[[Any], str]) -> Answer:
    """Change the nextLink of a page; anything but a page is left as it is."""
    body = json.loads(answer.body) if answer.status == 200 and answer.body else {}
    if "value" not in body:
        return answer
    body["odata.nextLink"] = change(body.get("odata.nextLink"))
    return Answer(answer.status, answer.headers, json.dumps(body).encode(), answer.chunked)


def _listed_again(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    """Each item of a page once more, at its end: as it is, or in other words."""
    return _with_items(answer, lambda items: [*items, *(_reworded(fault, item) for item in items)])


def _other_words(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    """States and results of a page's items, or of a single object, in words of the fault."""
    return _with_items(answer, lambda items: [_reworded(fault, item) for item in items])


def _of_tomorrow(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    """A page's items, or a single object, with properties that no published version has; in words of the fault where it has some."""

    def changed(item: dict[str, Any]) -> dict[str, Any]:
        runs = {name: _reworded(fault, item[name]) for name in item if name.endswith("TaskExecutionInfo")}
        return {**_reworded(fault, item), **runs, **_TOMORROW}

    return _with_items(answer, lambda items: list(map(changed, items)))


def _no_id(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    return _with_items(
        answer, lambda items: [{name: value for name, value in item.items() if name != "id"} for item in items]
    )


def _reworded(fault: Fault, item: dict[str, Any]) -> dict[str, Any]:
    changed = in_capitals(item) if fault.capitals else dict(item)
    if fault.state is not None and "state" in item:
        changed["state"] = fault.state
    if fault.result is not None:
        # Of a task inside of its executionInfo, of a subtask beside its state.
        place = "executionInfo" if "executionInfo" in item else None
        run = dict(item[place]) if place else changed
        run["result"] = fault.result
        if place:
            changed[place] = run
    return changed


def _counts_failure(fault: Fault, answer: Answer, base: str, target: str) -> Answer:
    """Task counts that tell of one failure more; anything else is left as it is."""
    body = json.loads(answer.body) if answer.status == 200 and answer.body else {}
    if "taskCounts" in body:
        body["taskCounts"] = with_failure(body["taskCounts"])
    elif "succeeded" in body:
        # Before 2020-09-01.12.0 they have no envelope.
        body = with_failure(body)
    else:
        return answer
    return Answer(answer.status, answer.headers, json.dumps(body).encode(), answer.chunked)


def _with_items(answer: Answer, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Answer:
    """Change the items of a page, or the one object of another answer; errors are left as they are."""
    if answer.status != 200 or not answer.body:
        return answer
    body = json.loads(answer.body)
    if "value" in body:
        body["value"] = change(body["value"])
    elif "id" in body:
        body = change([body])[-1]
    return Answer(answer.status, answer.headers, json.dumps(body).encode(), answer.chunked)


_CHANGES: dict[str, Callable[[Fault, Answer, str, str], Answer]] = {
    "status": _status,
    "limit": _status,
    "html": _html,
    "empty": _empty,
    "truncated": _truncated,
    "content_type": _content_type,
    "error_in_200": _error_in_200,
    "redirect": _redirect,
    "repeated_next_link": _repeated_next_link,
    "foreign_next_link": _foreign_next_link,
    "listed_twice": _listed(listed_twice),
    "listed_otherwise": _listed(listed_otherwise),
    "listed_otherwise_before": _listed(listed_otherwise_before),
    "unknown_words": _listed(unknown_words),
    "listed_again": _listed_again,
    "other_words": _other_words,
    "of_tomorrow": _of_tomorrow,
    "no_id": _no_id,
    "counts_failure": _counts_failure,
    "lists_running_task": _listed(lists_running_task),
}
