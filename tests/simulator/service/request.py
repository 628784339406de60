# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One read of the data plane, as its operation sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.jobs import Job
from ..model.nodes import Node
from ..model.pools import Pool
from ..model.schedules import JobSchedule
from ..model.tasks import Task
from ..wire.context import Context
from ..wire.resource import Resource
from .answer import JSON, Answer, dump, new_request_id, standard_headers
from .asked import Asked
from .conditions import check_conditions, http_date
from .errors import not_found
from .listing import Listing, PageMaker
from .paging import Tokens
from .query import Query
from .selection import read_selection


@dataclass(frozen=True)
class Read:
    """A request whose path has been found and whose query has been checked."""

    context: Context
    ids: tuple[str, ...]
    query: Query
    asked: Asked
    pages: PageMaker
    tokens: Tokens

    def job(self) -> Job:
        """Return the job that the path names."""
        job = self.context.world.job(self.ids[0], self.context.now)
        if job is None:
            raise not_found("job")
        return job

    def schedule(self) -> JobSchedule:
        """Return the job schedule that the path names."""
        schedule = self.context.world.schedule(self.ids[0], self.context.now)
        if schedule is None:
            raise not_found("job schedule")
        return schedule

    def task(self, job: Job) -> Task:
        """Return the task that the path names."""
        task = job.tasks.find(self.ids[1])
        if task is None or not task.exists(self.context.now):
            raise not_found("task")
        return task

    def pool(self) -> Pool:
        """Return the pool that the path names."""
        pool = self.context.world.pool(self.ids[0], self.context.now)
        if pool is None:
            raise not_found("pool")
        return pool

    def node(self, pool: Pool) -> Node:
        """Return the node that the path names."""
        node = pool.nodes.find(self.ids[1])
        if node is None or not node.exists(self.context.now):
            raise not_found("node")
        return node

    def answer(self, body: bytes, headers: list[tuple[str, str]] | None = None) -> Answer:
        """Return what was found."""
        standard = standard_headers(self.asked.headers, new_request_id())
        return Answer(200, [*standard, ("Content-Type", JSON), *(headers or [])], body)

    def element(self, metadata: str, body: Mapping[str, Any], headers: list[tuple[str, str]] | None = None) -> Answer:
        """Return one object."""
        named = {"odata.metadata": f"{self.context.base}/$metadata#{metadata}/@Element", **body}
        return self.answer(dump(named), headers)

    def one(self, resource: Resource, view: Any, modified_at: float | None) -> Answer:
        """Return one object, or the part that was selected; with an ETag where it has a time of modification."""
        selection = read_selection(self.query.select, resource, self.query.version)
        headers: list[tuple[str, str]] = []
        if modified_at is not None:
            etag, ticks = self.context.etag(modified_at), self.context.ticks(modified_at)
            check_conditions(self.asked.headers, etag, ticks)
            headers = [("ETag", etag), ("Last-Modified", http_date(ticks))]
        renderer = resource.renderer(self.query.version, selection, self.query.expand)
        return self.element(resource.metadata, renderer.body(view), headers)

    def list(self, listing: Listing, link_path: str | None = None) -> Answer:
        """Return one page. ``link_path`` is the path of its nextLink where that differs from the request's."""
        offset = 0
        if self.query.token is not None:
            offset = self.tokens.offset(self.asked.path, self.asked.query, self.query.token)
        page = self.pages.make(listing, self.query, self.context.now, self.context.base, offset)
        metadata = dump(f"{self.context.base}/$metadata#{listing.resource.metadata}")
        body = b'{"odata.metadata":' + metadata + b',"value":' + page.array
        if page.following is not None:
            path = link_path or self.asked.path
            link = self.tokens.link(self.context.base, path, self.asked.query, page.following)
            body += b',"odata.nextLink":' + dump(link)
        return self.answer(body + b"}")
