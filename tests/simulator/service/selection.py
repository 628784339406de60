# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``$select``: names of properties, nested ones with a slash."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..wire.resource import Resource
from .errors import invalid_value


@lru_cache(maxsize=512)
def _parts(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.strip().split("/")) for name in text.split(","))


def read_selection(text: str | None, resource: Resource, version: str) -> dict[str, Any] | None:
    """Return the selected names as a tree, or None for everything. Raises ServiceError for an unknown name."""
    if text is None:
        return None
    known = resource.known(version)
    tree: dict[str, Any] = {}
    for path in _parts(text):
        prop = known.get(path[0])
        if prop is None or (len(path) > 1 and prop.nested is not None and path[1] not in prop.nested):
            raise invalid_value("$select", text, f"The property {'/'.join(path)!r} does not exist")
        _plant(tree, path)
    return tree


def _plant(tree: dict[str, Any], path: tuple[str, ...]) -> None:
    """Add a path. A whole object that was asked for stays whole, whatever parts of it are named too."""
    for depth, name in enumerate(path):
        if depth == len(path) - 1:
            tree[name] = None
            return
        tree = tree.setdefault(name, {})
        if tree is None:
            return
