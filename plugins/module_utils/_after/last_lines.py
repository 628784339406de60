# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of the end of a file: the last lines that can be read, without what a terminal obeys and without secrets."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from ansible_collections.batchops.azure.plugins.module_utils._base.printable import visible
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK, NONE, PATTERNS, mask_text
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_strictly

# What a result has room for.
SHOWN_BYTES = 4096
_LINES = 20
_TRIES = 20


def last_lines(content: bytes, cut: bool, redact: str) -> str:
    """What is shown of the end of a file; `cut` says that it does not begin where the file begins."""
    text = visible(_decoded(content))
    most = len(text)
    if cut:
        most -= len(visible(_decoded(content[:-SHOWN_BYTES])))
        # Of what is cut off at its front nobody can tell any more whether it is a secret.
        text = _after_first(r"\n", text) or _after_first(r"\s", text)
        if not text.strip():
            return f"(one word of more than {len(content)} bytes)"
    # Before lines are left out, because a value may stand on the line after its name.
    if redact != NONE:
        text = _masked_end(text, most, mask_text if redact == PATTERNS else mask_strictly)
    lines = text.splitlines(keepends=True)[-_LINES:]
    return _shortened("".join(lines))


def _masked_end(text: str, most: int, mask: Callable[[str], str]) -> str:
    """The text masked; where that made it shorter, no more of it than stands in its last `most` characters.

    Those before them are there to tell what is a secret behind them, and lack what was before themselves.
    """
    whole = mask(text)
    if len(text) <= most or len(whole) >= len(text):
        return whole
    for separator, mark in (("\n", ""), (r"\s", "… ")):
        for found in islice(re.finditer(separator, text[-most:]), _TRIES):
            end = mask(text[len(text) - most + found.end() :])
            # Otherwise it begins inside of a secret, or behind the name of one.
            if end.strip() and whole.endswith(end):
                return mark + end
    return f"… {MASK}"


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
    wide = content.startswith(b"\xff\xfe") or content[1::2].count(0) > len(content) // 4
    return content.decode("utf-16-le" if wide and any(content[::2]) else "utf-8", "replace")
