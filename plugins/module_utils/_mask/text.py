# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks what must not be seen: the service returns signatures, passwords and environment values in its bodies."""

from __future__ import annotations

import re

MASK = "REDACTED"
STRICT, PATTERNS, NONE = "strict", "patterns", "none"
MODES = (STRICT, PATTERNS, NONE)

# Of a text that is masked, so many characters are looked at and shown; command lines of tasks have up to 32 KB.
LONGEST = 32_768

_LOOKALIKES = str.maketrans("\u017f\u0131\u0130", "sii")
# Without one of these, in lower case, nothing can be told by its looks. One after the other they take up to five times as long,
# and twice as long if one begins with white space.
_HINT = re.compile(
    r"""key|p(?:ass|w|at(?!h(?!ex)|tern)|fx|swd)|s(?:ec(?:ret|urestr)|as|ig|(?<![\w-]s)k-)|token|@|eyj|a(?:uth|kia|iza)|bearer|c(?:o(?:okie|nn|de=)|red)|dsn"""
    r"""|jwt|webhook|==|q~|h(?:[posur]_|f_)|xox|npm_|-(?<=[\s"'(\[,]-)|/p:"""
)


def mask_text(text: str) -> str:
    """The text without the secrets that can be told by their looks. Of a longer text than LONGEST the end is left out first."""
    text = cut(text, LONGEST)
    small = _small(text)
    if not _HINT.search(small):
        return text
    # Only for those who need it: what a module pulls in is compiled at every task, and patterns take milliseconds to make.
    from ansible_collections.batchops.azure.plugins.module_utils._mask.patterns import mask_known

    return mask_known(text, small, MASK)


def may_hold_secret(text: str) -> bool:
    """Whether it takes patterns to tell: those for URLs too, which `strict` looks for."""
    return "://" in text or _HINT.search(_small(text)) is not None


def may_hold_signature(text: str) -> bool:
    """Whether it takes a pattern to tell whether there is a shared access signature in it."""
    return "sig" in _small(text)


def cut(text: str, most: int) -> str:
    """At most so many characters, whole words only: nobody can tell any more what the beginning of a secret is."""
    if len(text) <= most:
        return text
    kept = text[: most + 1]
    whole = kept[:-1] if kept[-1:].isspace() else kept[: len(kept) - len(kept.split()[-1])]
    return whole.rstrip() + " …"


def _small(text: str) -> str:
    """In lower case, as a pattern sees it that ignores case: it takes three letters of other alphabets for s and i."""
    return text.lower() if text.isascii() else text.translate(_LOOKALIKES).lower()


def mask_signature(url: str) -> str:
    """Our own URL, which stays readable but for a signature: ids and filters are what the user asked for."""
    if not may_hold_signature(url):
        return url
    from ansible_collections.batchops.azure.plugins.module_utils._mask.patterns import SIGNATURE

    return SIGNATURE.sub(lambda match: match.group("keep") + MASK, url)
