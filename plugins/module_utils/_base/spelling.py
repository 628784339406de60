# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One spelling for each id. To the service, which keeps their case, ids that differ in case only are one."""

from __future__ import annotations

from collections.abc import Container


def folded(item_id: str) -> str:
    """The id in lower case. Most are so: then it is the id itself, and takes no memory of its own."""
    lower = item_id.lower()
    return item_id if lower == item_id else lower


class Spelling:
    """Tells how an id was written first. `seen` are those that were told before."""

    def __init__(self, seen: Container[str]) -> None:
        self._seen = seen
        # By the id in lower case. Most have no capitals, and there are many.
        self._capitals: dict[str, str] = {}

    def first(self, item_id: str) -> str:
        folded = item_id.lower()
        if folded == item_id:
            return self._capitals.get(item_id, item_id)
        if folded in self._seen:
            return folded
        return self._capitals.setdefault(folded, item_id)
