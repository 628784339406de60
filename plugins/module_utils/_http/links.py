# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a list's link to its next page may be followed: to the same service, to a page not seen yet, and not for ever."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ForeignLinkError
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Endpoint
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_text
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

# Of one list. With the largest pages these are ten million items; a service that goes on after that goes on for ever.
MOST_PAGES = 10_000


def next_page(link: Any, seen: set[str], endpoint: Endpoint) -> str:
    """The link, verbatim. `seen` are the pages so far. Raises AnswerError or ForeignLinkError."""
    if not isinstance(link, str) or link in seen:
        raise AnswerError(f"The service repeated a continuation token instead of going on: {mask_words(str(link))}")
    if any(character <= " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in link):
        raise AnswerError(f"The service's link to the next page is not a URL: {mask_text(ascii(link))}")
    if not owns(endpoint, link):
        raise ForeignLinkError(
            f"The service pointed to another host for the next page; credentials go to {endpoint.base} only: {mask_words(link)}"
        )
    if len(seen) >= MOST_PAGES:
        error = AnswerError(
            f"A list has not ended after {MOST_PAGES:,} pages; narrow it with filter, or raise page_size: {mask_words(link)}"
        )
        # Another look would read as many pages again.
        error.transient = False
        raise error
    return link


def owns(endpoint: Endpoint, url: str) -> bool:
    """Whether the URL has the endpoint's scheme, host and port. Its path and query may differ."""
    try:
        return _origin(url) == _origin(endpoint.base)
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("credentials in a URL")
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
