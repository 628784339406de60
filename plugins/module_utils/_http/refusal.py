# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what came back in place of an answer: a refusal of the service, or something that it would not send."""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import ERRORS, is_error
from ansible_collections.batchops.azure.plugins.module_utils._base.parsed import parsed
from ansible_collections.batchops.azure.plugins.module_utils._http.missing import missing_object
from ansible_collections.batchops.azure.plugins.module_utils._mask.names import is_secret_name
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import (
    MASK,
    cut,
    mask_signature,
    mask_text,
)
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

# The text of an error ends in two lines that say again what the headers say.
_TRAILER = re.compile(r"RequestId:\S{1,100}\s{0,9}Time:\S{1,100}\s{0,9}")
# The service gives three at most. Each is searched for secrets.
_MOST_DETAILS = 20
_LONGEST_PAGE = 4000
_LONGEST_EXCERPT = 160
# Blanks, and the marks of an encoding.
_BEFORE_A_PAGE = b" \t\r\n\xef\xbb\xbf\xff\xfe"


def why_refused(status: int, headers: Any, content: bytes, url: str) -> BatchError:
    """The error that says why this is not the JSON object of a 200."""
    if status != 200:
        return refused(status, headers, content, url)
    what = f"The answer to {mask_signature(url)}"
    if not content:
        return AnswerError(f"{what} is empty")
    kind = mask_words(headers.get("Content-Type", ""))
    if "json" not in kind.lower():
        return AnswerError(f"{what} is {kind or 'of no content type'}, not JSON: {_quoted(content, status)}")
    try:
        body = parsed(content)
    except (ValueError, RecursionError) as error:
        return AnswerError(f"{what} is not valid JSON ({error}): {_quoted(content, status)}")
    if isinstance(body, dict) and is_error(body):
        told = json.dumps(_error_of(body), ensure_ascii=False)
        return AnswerError(
            f"{what} has status 200 and the body of an error: {excerpt(told.encode('utf-8', 'replace'))}"
        )
    return AnswerError(f"{what} is JSON, but not an object: {_quoted(content, status)}")


def refused(status: int, headers: Any, content: bytes, url: str) -> ServiceError:
    """The refusal as an error, with the object that a 404 is about."""
    failure = failure_of(status, headers, content, url)
    return ServiceError(failure, missing_object(failure))


def failure_of(status: int, headers: Any, content: bytes, url: str) -> dict[str, Any]:
    """The facts of a refusal, in one shape whether the service or a gateway before it answered."""
    try:
        body = parsed(content)
    except (ValueError, RecursionError):
        body = None
    body = body if isinstance(body, dict) else {}
    message = body.get("message")
    text = message.get("value") if isinstance(message, dict) else message
    if not isinstance(text, str):
        text = (
            f"answered by something other than the Batch service: {_quoted(content, status)}"
            if content
            else "an answer without a body"
        )
    values = body.get("values")
    return {
        "status": status,
        "code": mask_words(body["code"]) if isinstance(body.get("code"), str) else None,
        "message": mask_words(_without_trailer(text)),
        "values": [
            _detail(str(value.get("key")), str(value.get("value")))
            for value in (values[:_MOST_DETAILS] if isinstance(values, list) else [])
            if isinstance(value, dict)
        ],
        "request_id": _said_if_any(headers.get("request-id")),
        "client_request_id": _said_if_any(headers.get("client-request-id")),
        "url": mask_signature(url),
    }


def _detail(key: str, value: str) -> dict[str, str]:
    # What the name of the key tells is not in the value.
    return {
        "key": mask_words(key),
        "value": MASK if is_secret_name(key) and key.lower() != "key" else mask_words(value),
    }


def _said_if_any(header: str | None) -> str | None:
    return header if header is None else mask_words(header)


def _without_trailer(text: str) -> str:
    start = text.rfind("RequestId:")
    return text[:start].rstrip() if start >= 0 and _TRAILER.fullmatch(text, start) else text


def _quoted(content: bytes, status: int) -> str:
    """The first words of what is no error and cannot be read.

    They may be of an object of the account, in which `strict` masks by place: then nobody knows any more what is where.
    """
    if status < 400 and b'"' in content and not content.lstrip(_BEFORE_A_PAGE).startswith(b"<"):
        return f"{len(content)} bytes, not shown because they may hold objects of the account"
    return excerpt(content)


def excerpt(content: bytes) -> str:
    """The first words of a page, without its tags, for a message of one line. What is cut off was masked before."""
    text = mask_words(cut(content[: _LONGEST_PAGE + 1].decode("utf-8", "replace"), _LONGEST_PAGE))
    text = re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    # Once more: a name and its value may stand together now that the tags are gone.
    text = mask_text(" ".join(text.split()))
    return text if len(text) <= _LONGEST_EXCERPT else text[:_LONGEST_EXCERPT] + "…"


def _error_of(body: dict[str, Any]) -> dict[str, Any]:
    """Of the body of an error, what tells of it. Beside it there may be anything."""
    return {name: value for name, value in body.items() if name in ERRORS or name in ("code", "message")}
