# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells an answer of the Batch service from everything else that can come back in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import is_error
from ansible_collections.batchops.azure.plugins.module_utils._base.parsed import parsed
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_signature

Answer = TypeVar("Answer")

# A page of 1,000 full tasks has a few MB. What is larger than this is no answer of the service.
_LARGEST_BODY = 64 * 1024 * 1024

_LINK = "odata.nextLink"


class Expected(Generic[Answer]):
    """What a request hopes for: headers that ask for it, the most bytes it has, and a function that takes it from the answer.

    `understand` is given status, headers, body and URL. Of a body that is larger than `largest` it sees one byte more.
    """

    def __init__(
        self, headers: Mapping[str, str], largest: int, understand: Callable[[int, Any, bytes, str], Answer]
    ) -> None:
        self.headers = headers
        self.largest = largest
        self.understand = understand


def body_of(status: int, headers: Any, content: bytes, url: str) -> dict[str, Any]:
    """The JSON object of a 200. Anything else is raised: an answer that is not understood is never an empty one."""
    if len(content) > _LARGEST_BODY:
        raise AnswerError(f"The answer to {mask_signature(url)} is larger than {_LARGEST_BODY >> 20} MiB")
    if status == 200 and "json" in headers.get("Content-Type", "").lower():
        try:
            body = parsed(content)
        except (ValueError, RecursionError):
            body = None
        if isinstance(body, dict) and not is_error(body):
            return body
    # Only for those who need it: what a module pulls in is compiled at every task.
    from ansible_collections.batchops.azure.plugins.module_utils._http.refusal import why_refused

    raise why_refused(status, headers, content, url)


JSON_OBJECT = Expected({}, _LARGEST_BODY, body_of)


def page_of(body: dict[str, Any], url: str) -> list[dict[str, Any]]:
    """The items of a list's page. A page without a list is an error, not an empty page."""
    items = body.get("value")
    if not isinstance(items, list) or not {dict}.issuperset(map(type, items)):
        raise AnswerError(
            f"The answer to {mask_signature(url)} is not a page of a list: it has no 'value' with objects in it"
        )
    # Under another name it is one too: whoever stops here takes the first page for the whole list.
    if strange := [name for name in body if name != _LINK and name.lower().endswith("nextlink")]:
        from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

        raise AnswerError(
            f"The answer to {mask_signature(url)} goes on under a name that is not known: {mask_words(strange[0])}"
        )
    return items
