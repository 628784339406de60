# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists: which members a page shows, and pages that are kept while nothing in them changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable

from ..model.loader import Paging
from ..model.timeline import NEVER
from ..wire.resource import Resource
from .answer import dump
from .odata_filter import compile_filter
from .query import Query
from .selection import read_selection

_MOST_KEPT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Page:
    """The JSON array of a page and where the next one begins, if there is one."""

    array: bytes
    following: int | None


@dataclass(frozen=True)
class Listing:
    """A list that can be paged: its members, which of them exist, and how each is seen."""

    resource: Resource
    members: Sequence[Any]
    exists: Callable[[Any], bool]
    view: Callable[[Any], Any]
    # A name under which pages may be kept, for lists whose members know when they change.
    keep_as: tuple[str, ...] | None = None


class PageMaker:
    """Makes the pages of one account's lists."""

    def __init__(self, paging: Paging) -> None:
        self._paging = paging
        self._kept: OrderedDict[Any, tuple[float, float, Page]] = OrderedDict()
        self._kept_bytes = 0

    def make(self, listing: Listing, query: Query, now: float, base: str, offset: int) -> Page:
        """Return the page that begins at ``offset``."""
        size = min(query.page_size, self._paging.page_size)
        key = None
        if listing.keep_as is not None and not query.expand:
            key = (listing.keep_as, base, query.version, query.select, query.filter, size, offset)
            kept = self._kept.get(key)
            if kept is not None and kept[0] <= now < kept[1]:
                return kept[2]
        scan = _Scan(listing, query, size, self._window(query))
        page = scan.page(offset)
        if key is not None:
            self._keep(key, scan.unchanged(now), page)
        return page

    def _window(self, query: Query) -> int | None:
        """A sparse service looks at a few members for each filtered page, whether they match or not."""
        return self._paging.window if self._paging.sparse and query.filter is not None else None

    def _keep(self, key: Any, unchanged: tuple[float, float], page: Page) -> None:
        replaced = self._kept.pop(key, None)
        self._kept_bytes += len(page.array) - (len(replaced[2].array) if replaced else 0)
        self._kept[key] = (*unchanged, page)
        while self._kept_bytes > _MOST_KEPT_BYTES:
            _key, (_since, _until, oldest) = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.array)


class _Scan:
    """One walk over members from the beginning of a page to its end."""

    def __init__(self, listing: Listing, query: Query, size: int, window: int | None) -> None:
        self._listing = listing
        self._query = query
        self._size = size
        self._window = window
        selection = read_selection(query.select, listing.resource, query.version)
        self._renderer = listing.resource.renderer(query.version, selection, query.expand)
        self._matches = compile_filter(query.filter, listing.resource)
        self._seen: list[Any] = []

    def page(self, offset: int) -> Page:
        """Collect the members that exist and match until the page is full."""
        listing = self._listing
        rows: list[dict[str, Any]] = []
        end = len(listing.members)
        position = min(offset, end)
        while position < end and len(rows) < self._size:
            if self._window is not None and position - offset >= self._window:
                break
            member = listing.members[position]
            position += 1
            self._seen.append(member)
            if not listing.exists(member):
                continue
            view = listing.view(member)
            if self._matches is None or self._matches(view):
                rows.append(self._renderer.body(view))
        return Page(dump(rows), self._following(position))

    def _following(self, position: int) -> int | None:
        """Return the next member that exists. A filter is not tried in advance: its next page may be empty."""
        members = self._listing.members
        for index in range(position, len(members)):
            self._seen.append(members[index])
            if self._listing.exists(members[index]):
                return index
        return None

    def unchanged(self, now: float) -> tuple[float, float]:
        """Return from when until when everything that this page depends on looks the same."""
        since, until = -NEVER, NEVER
        for member in self._seen:
            begins, ends = member.unchanged(now)
            since = max(since, begins)
            until = min(until, ends)
        return since, until
