# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a part of a file that lies on a compute node."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._http.refusal import excerpt, failure_of
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_signature

# Somebody who ignores that only a part of a file was asked for is listened to no longer than this.
_LARGEST_PART = 64 * 1024


def read_part(client: Client, segments: tuple[str, ...], first: int, last: int) -> bytes:
    """Bytes `first` to `last` of a file, both counted; fewer where it ends before. Raises what `Client.get` raises."""
    wanted = f"bytes={first}-{last}"
    # The service documents ocp-range; Range is for whoever answers in its place. Shared Key signs both.
    headers = {"Accept": "application/octet-stream, application/json", "ocp-range": wanted, "Range": wanted}

    def understand(status: int, answered: Any, content: bytes, url: str) -> bytes:
        content = _checked(status, answered, content, url)
        return content[first : last + 1] if len(content) > last - first + 1 else content

    return client.read(segments, understand, headers, _LARGEST_PART)


def _checked(status: int, headers: Any, content: bytes, url: str) -> bytes:
    """The part that was asked for, or the whole file."""
    # Microsoft's clients take nothing but 200 for a part; 206 is what HTTP says.
    if status not in (200, 206):
        raise ServiceError(failure_of(status, headers, content, url))
    what = f"The answer to {mask_signature(url)}"
    if "html" in headers.get("Content-Type", ""):
        raise AnswerError(f"{what} is a web page, not a file: {excerpt(content)}")
    # Then it was not read to its end.
    if len(content) > _LARGEST_PART:
        error = AnswerError(f"{what} is the whole file instead of the part that was asked for, and too large to read")
        # The next one would be no smaller.
        error.transient = False
        raise error
    return content
