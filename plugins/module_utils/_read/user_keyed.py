# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks values whose names the user has given, such as tags: a name may tell that its value is a credential. Loaded where there are some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._mask.names import is_secret_name
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK, mask_text


def mask_keyed(value: Any, covers: Callable[[str], bool], text: Callable[[str], str]) -> Any:
    """Objects by their keys, at any depth; `covers` says whether a name is judged at all, `text` is what becomes of other texts."""
    if isinstance(value, dict):
        # A name stays readable, but for what is no name: a URL with its signature, or a value behind it.
        return {
            mask_text(key): MASK if _is_secret(key, covers) else mask_keyed(item, covers, text)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [mask_keyed(item, covers, text) for item in value]
    return text(value) if isinstance(value, str) else value


def mask_named(items: list[Any], covers: Callable[[str], bool]) -> list[Any]:
    """A list of names and values, in which it changes the values."""
    for item in items:
        if isinstance(item, dict) and item.get("value") and _is_secret(str(item.get("name")), covers):
            item["value"] = MASK
    return items


def _is_secret(name: str, covers: Callable[[str], bool]) -> bool:
    """Also what is not judged may be one."""
    return not covers(name) or is_secret_name(name)
