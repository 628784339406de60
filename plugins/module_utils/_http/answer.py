# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells an answer of the Batch service from everything else that can come back in its place."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import is_error
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_signature


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
    from ansible_collections.batchops.azure.plugins.module_utils._http.refusal import why_refused

    raise why_refused(status, headers, content, url)


def page_of(body: dict[str, Any], url: str) -> list[dict[str, Any]]:
    """The items of a list's page. A page without a list is an error, not an empty page."""
    items = body.get("value")
    if not isinstance(items, list) or not {dict}.issuperset(map(type, items)):
        raise AnswerError(
            f"The answer to {mask_signature(url)} is not a page of a list: it has no 'value' with objects in it"
        )
    return items
