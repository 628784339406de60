# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells an answer of the Batch service from everything else that can come back in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._redact import mask_text

# The text of an error ends in two lines that say again what the headers say.
_TRAILER = re.compile(r"\s*RequestId:\S+\s*Time:\S+\s*$")


def body_of(status: int, headers: Any, content: bytes, url: str) -> dict[str, Any]:
    """The JSON object of a 200. Anything else is raised: an answer that is not understood is never an empty one."""
    if status != 200:
        raise ServiceError(failure_of(status, headers, content, url))
    what = f"The answer to {mask_text(url)}"
    if not content:
        raise AnswerError(f"{what} is empty")
    if "json" not in headers.get("Content-Type", ""):
        raise AnswerError(
            f"{what} is {headers.get('Content-Type') or 'of no content type'}, not JSON: {_excerpt(content)}"
        )
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"{what} is not valid JSON ({error}): {_excerpt(content)}") from error
    if not isinstance(body, dict):
        raise AnswerError(f"{what} is JSON, but not an object: {_excerpt(content)}")
    if (isinstance(body.get("code"), str) and isinstance(body.get("message"), (dict, str))) or "error" in body:
        raise AnswerError(f"{what} has status 200 and the body of an error: {_excerpt(content)}")
    return body


def part_of(status: int, headers: Any, content: bytes, url: str, *, first: int, last: int, largest: int) -> bytes:
    """Bytes `first` to `last` of a file: that part in the body, or in a body that is the whole file.

    `content` is longer than `largest` where the body was not read to its end.
    """
    # Microsoft's clients take nothing but 200 for a part; 206 is what HTTP says.
    if status not in (200, 206):
        raise ServiceError(failure_of(status, headers, content, url))
    what = f"The answer to {mask_text(url)}"
    if "html" in headers.get("Content-Type", ""):
        raise AnswerError(f"{what} is a web page, not a file: {_excerpt(content)}")
    if len(content) > largest:
        error = AnswerError(f"{what} is the whole file instead of the part that was asked for, and too large to read")
        # The next one would be no smaller.
        error.transient = False
        raise error
    return content[first : last + 1] if len(content) > last - first + 1 else content


def page_of(body: dict[str, Any], url: str) -> list[dict[str, Any]]:
    """The items of a list's page. A page without a list is an error, not an empty page."""
    items = body.get("value")
    if not isinstance(items, list) or not {dict}.issuperset(map(type, items)):
        raise AnswerError(
            f"The answer to {mask_text(url)} is not a page of a list: it has no 'value' with objects in it"
        )
    return items


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
    if value is not None and not isinstance(value, int):
        raise AnswerError(f"{name} of {item.get('id', 'an item')} is not a number")
    return value


def failure_of(status: int, headers: Any, content: bytes, url: str) -> dict[str, Any]:
    """The facts of a refusal, in one shape whether the service or a gateway before it answered."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    body = body if isinstance(body, dict) else {}
    message = body.get("message")
    text = message.get("value") if isinstance(message, dict) else message
    if not isinstance(text, str):
        text = (
            f"answered by something other than the Batch service: {_excerpt(content)}"
            if content
            else "an answer without a body"
        )
    values = body.get("values")
    return {
        "status": status,
        "code": body["code"] if isinstance(body.get("code"), str) else None,
        "message": mask_text(_TRAILER.sub("", text)),
        "values": [
            {"key": str(value.get("key")), "value": mask_text(str(value.get("value")))}
            for value in (values if isinstance(values, list) else [])
            if isinstance(value, dict)
        ],
        "request_id": headers.get("request-id"),
        "client_request_id": headers.get("client-request-id"),
        "url": mask_text(url),
    }


def _excerpt(content: bytes) -> str:
    """The first words of a page, without its tags, for a message of one line."""
    text = re.sub(
        r"<(style|script).*?</\1>|<[^>]*>",
        " ",
        content[:4000].decode("utf-8", "replace"),
        flags=re.DOTALL | re.IGNORECASE,
    )
    text = " ".join(text.split())
    return mask_text(text if len(text) <= 160 else text[:160] + "…")
