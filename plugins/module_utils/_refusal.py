# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what came back in place of an answer: a refusal of the service, or something that it would not send."""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._answer import is_error
from ansible_collections.batchops.azure.plugins.module_utils._errors import AnswerError, BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._redact import mask_text

# The text of an error ends in two lines that say again what the headers say.
_TRAILER = re.compile(r"\s*RequestId:\S+\s*Time:\S+\s*$")


def why_refused(status: int, headers: Any, content: bytes, url: str) -> BatchError:
    """The error that says why this is not the JSON object of a 200."""
    if status != 200:
        return ServiceError(failure_of(status, headers, content, url))
    what = f"The answer to {mask_text(url)}"
    if not content:
        return AnswerError(f"{what} is empty")
    kind = headers.get("Content-Type", "")
    if "json" not in kind:
        return AnswerError(f"{what} is {kind or 'of no content type'}, not JSON: {excerpt(content)}")
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        return AnswerError(f"{what} is not valid JSON ({error}): {excerpt(content)}")
    if isinstance(body, dict) and is_error(body):
        return AnswerError(f"{what} has status 200 and the body of an error: {excerpt(content)}")
    return AnswerError(f"{what} is JSON, but not an object: {excerpt(content)}")


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
            f"answered by something other than the Batch service: {excerpt(content)}"
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


def excerpt(content: bytes) -> str:
    """The first words of a page, without its tags, for a message of one line."""
    text = re.sub(
        r"<(style|script).*?</\1>|<[^>]*>",
        " ",
        content[:4000].decode("utf-8", "replace"),
        flags=re.DOTALL | re.IGNORECASE,
    )
    text = " ".join(text.split())
    return mask_text(text if len(text) <= 160 else text[:160] + "…")
