# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lists say twice, and differently: an expression may be about any of it, and neither entry is believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

Page = list[dict[str, Any]]


class WatchingOptions(ReadOptions):
    """The same options, which look at each list that is read with them."""

    twice: dict[str, None]

    def limited(self, pages: Iterable[Page]) -> Iterator[Page]:
        # Of one list: ids of another job or pool may be the same.
        seen: dict[str, int] = {}
        for page in super().limited(pages):
            for entry in page:
                name = _name(entry)
                said = digest(entry)
                if seen.setdefault(name.lower(), said) != said:
                    self.twice[name] = None
            yield page


def watching(options: ReadOptions) -> WatchingOptions:
    watched = WatchingOptions(*options)
    watched.twice = {}
    return watched


def _name(entry: Mapping[str, Any]) -> str:
    """The id. Node counts are a pool's, and a preparation status is a node's, which is one of a pool."""
    if "id" in entry:
        return str(entry["id"])
    return f"{entry.get('poolId')}/{entry['nodeId']}" if "nodeId" in entry else str(entry.get("poolId"))
