# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of the end of a file: the last lines that can be read, without what a terminal obeys and without secrets."""

from __future__ import annotations

import re

from ansible_collections.batchops.azure.plugins.module_utils._base.printable import visible
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import NONE, mask_text

# What a result has room for.
SHOWN_BYTES = 4096
_LINES = 20


def last_lines(content: bytes, cut: bool, redact: str) -> str:
    """What is shown of the end of a file; `cut` says that it does not begin where the file begins."""
    text = visible(_decoded(content))
    if cut:
        # Of what is cut off at its front nobody can tell any more whether it is a secret.
        text = _after_first(r"\n", text) or _after_first(r"\s", text)
        if not text.strip():
            return f"(one word of more than {len(content)} bytes)"
    # Before lines are left out, because a value may stand on the line after its name.
    text = mask_text(text) if redact != NONE else text
    lines = text.splitlines(keepends=True)[-_LINES:]
    return _shortened("".join(lines))


def _shortened(text: str) -> str:
    """The last whole lines that are not too long together; of one that is too long alone, its last words."""
    content = text.encode("utf-8")
    if len(content) <= SHOWN_BYTES:
        return text
    end = content[-SHOWN_BYTES:].decode("utf-8", "ignore")
    return _after_first(r"\n", end) or "… " + (_after_first(r"\s", end) or end)


def _after_first(separator: str, text: str) -> str:
    """What follows the first separator, or nothing."""
    parts = re.split(separator, text, maxsplit=1)
    return parts[1] if len(parts) > 1 else ""


def _decoded(content: bytes) -> str:
    # Programs of Windows write UTF-16, whose mark stands at the beginning of the file only.
    wide = content.startswith(b"\xff\xfe") or content[1::2].count(0) * 2 > len(content[1::2])
    return content.decode("utf-16-le" if wide and any(content[::2]) else "utf-8", "replace")
