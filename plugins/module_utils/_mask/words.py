# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks texts that have no place of their own, the service's words in a sentence among them. Loaded when there is one."""

from __future__ import annotations

from functools import lru_cache

from ansible_collections.batchops.azure.plugins.module_utils._mask.text import LONGEST, MASK, cut, mask_text

# Of such words so many characters are looked at and shown: a thousand failures of a page take a second at most then.
LONGEST_WORDS = 2_000

# The control sequence introducer in one byte.
_CSI = "\x9b"


def mask_strictly(text: str) -> str:
    """A text as `strict` shows it where it has no place of its own: of URLs in it, the user and the query are masked too."""
    if "://" in text:
        # Most have none.
        from ansible_collections.batchops.azure.plugins.module_utils._mask.urls import mask_urls

        text = mask_urls(cut(text, LONGEST))
    return mask_text(text)


def mask_words(text: str) -> str:
    """Words of the service for a sentence: what hides in them is taken out first, because it may hide a secret."""
    return _visible_and_masked(cut(text, LONGEST_WORDS))


# The looks of a wait see the same words again and again, and so do the rules of one look.
@lru_cache(maxsize=1000)
def _visible_and_masked(text: str) -> str:
    if not text.isprintable():
        from ansible_collections.batchops.azure.plugins.module_utils._base.printable import visible

        if _CSI in text:
            return _masked_both_ways(visible(text), visible(text.replace(_CSI, "")))
        text = visible(text)
    return mask_strictly(text)


def _masked_both_ways(obeyed: str, left_out: str) -> str:
    """A terminal may obey an escape of one byte, with the letters behind it, or leave it out alone: a secret may be hidden from either."""
    masked, other = mask_strictly(obeyed), mask_strictly(left_out)
    if other == left_out:
        return masked
    return other if masked == obeyed else MASK
