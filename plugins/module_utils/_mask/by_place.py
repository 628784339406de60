# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `strict` shows of a value, by the kind of place in which it stands."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._mask.places import COMMAND, LEAVES, URL, VALUES
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK, mask_text

_NAME = re.compile(r"[\w.+-]{1,64}")
_FIRST_WORD = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))(?=\s|$)""")


def mask_place(kind: str, value: Any) -> Any:
    """What `strict` shows of a value in a place of that kind. What is not set stays so."""
    if value is None or value == "":
        return value
    if kind == COMMAND and isinstance(value, str):
        return mask_command(value)
    if kind == URL and isinstance(value, str):
        from ansible_collections.batchops.azure.plugins.module_utils._mask.urls import mask_url

        return mask_url(value)
    if kind == VALUES and isinstance(value, list):
        return [_named(item) for item in value]
    return _leaves(value) if kind == LEAVES else MASK


def without_values(value: Any) -> Any:
    """Named values that are masked whole, before facts are made of them: nobody has to search in what nobody will see."""
    if not isinstance(value, list):
        return value
    return [
        {key: held if key.lower() == "name" or held in (None, "") else True for key, held in item.items()}
        if isinstance(item, dict)
        else item
        for item in value
    ]


def mask_command(line: str) -> str:
    """The base name of the program; whatever is behind it is masked."""
    first = _FIRST_WORD.match(line)
    if first and (shown := _program(first[first.lastindex or 0])):
        alone, with_more = shown
        return with_more if line[first.end() :].strip() else alone
    return MASK if line.strip() else line


# The tasks of a job run few programs.
@lru_cache(maxsize=1000)
def _program(word: str) -> tuple[str, str] | None:
    """What is shown of the first word of a command line, alone and with more behind it: its base name, if it is a program."""
    name = re.split(r"[/\\]", word)[-1]
    # An assignment, a URL or several commands run together are no program.
    if any(mark in word for mark in "=@?") or "://" in word or not _NAME.fullmatch(name):
        return None
    shown = mask_text(name)
    return shown, f"{shown} {MASK}"


def _named(item: Any) -> Any:
    if not isinstance(item, dict):
        return item if item is None else MASK
    return {key: value if key == "name" or value in (None, "") else MASK for key, value in item.items()}


def _leaves(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _leaves(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_leaves(item) for item in value]
    return value if value is None or value == "" or isinstance(value, bool) else MASK
