# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A part of a file that lies on a compute node: how it is asked for, and what passes for it."""

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError
from ansible_collections.batchops.azure.plugins.module_utils._http.answer import Expected
from ansible_collections.batchops.azure.plugins.module_utils._http.refusal import excerpt, refused
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_signature

# Somebody who ignores that only a part of a file was asked for is listened to no longer than this.
_LARGEST_PART = 64 * 1024


def expected_part(first: int, last: int) -> Expected[bytes]:
    """Bytes `first` to `last`, both counted; fewer where the file ends before."""
    wanted = f"bytes={first}-{last}"
    # The service documents ocp-range; Range is for whoever answers in its place. Shared Key signs both.
    headers = {"Accept": "application/octet-stream, application/json", "ocp-range": wanted, "Range": wanted}

    def understand(status: int, answered: Any, content: bytes, url: str) -> bytes:
        content = _checked(status, answered, content, url)
        return content[first : last + 1] if len(content) > last - first + 1 else content

    return Expected(headers, _LARGEST_PART, understand)


def _checked(status: int, headers: Any, content: bytes, url: str) -> bytes:
    """The part that was asked for, or the whole file."""
    # Microsoft's clients take nothing but 200 for a part; 206 is what HTTP says.
    if status not in (200, 206):
        raise refused(status, headers, content, url)
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
