# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells an answer of the Batch service from everything else that can come back in its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._redact import mask_signature


def body_of(status: int, headers: Any, content: bytes, url: str) -> dict[str, Any]:
    """The JSON object of a 200. Anything else is raised: an answer that is not understood is never an empty one."""
    if status == 200 and "json" in headers.get("Content-Type", ""):
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = None
        if isinstance(body, dict) and not is_error(body):
            return body
    # Only for those who need it: what a module pulls in is compiled at every task.
    from ansible_collections.batchops.azure.plugins.module_utils._refusal import why_refused

    raise why_refused(status, headers, content, url)


def is_error(body: Mapping[str, Any]) -> bool:
    """Whether this is the body of an error, whatever the status says."""
    return (isinstance(body.get("code"), str) and isinstance(body.get("message"), (dict, str))) or "error" in body


def page_of(body: dict[str, Any], url: str) -> list[dict[str, Any]]:
    """The items of a list's page. A page without a list is an error, not an empty page."""
    items = body.get("value")
    if not isinstance(items, list) or not {dict}.issuperset(map(type, items)):
        raise AnswerError(
            f"The answer to {mask_signature(url)} is not a page of a list: it has no 'value' with objects in it"
        )
    return items


def same_id(item: Mapping[str, Any], wanted: str, what: str) -> None:
    """An answer about one object is about that object. With another id, or without one, it says nothing of it."""
    if id_of(item, f"the answer about {what} {wanted}").lower() != wanted.lower():
        raise AnswerError(f"The answer about {what} {wanted} is about another one")


def id_of(item: Mapping[str, Any], what: str, name: str = "id") -> str:
    """The id of an object. One without it cannot be counted, and speaks of nothing."""
    value = item.get(name)
    if value.__class__ is str and value:
        return value  # type: ignore[no-any-return]
    raise AnswerError(f"There is no {name} in {what}")


def part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside an item, empty where it is absent. Anything else in its place is an error: nothing is read from it."""
    value = item.get(name)
    # The type of JSON first: it is asked for every item of a large answer, and asking an abstract type takes ten times as long.
    if value.__class__ is dict:
        return value  # type: ignore[no-any-return]
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise AnswerError(f"{name} of {item.get('id', 'an item')} is not an object")
    return value


def objects(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of objects inside an item, empty where it is absent."""
    value = item.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(element, Mapping) for element in value):
        raise AnswerError(f"{name} of {item.get('id', 'an item')} is not a list of objects")
    return value


def number(item: Mapping[str, Any], name: str) -> int | None:
    """A count inside an item; None where it is absent."""
    value = item.get(name)
    # To Python, true is a number.
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise AnswerError(f"{name} of {item.get('id', 'an item')} is not a number")
    return value
