# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of the preparation status: counted page by page, up to a limit, or refused where a job has neither task."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._prep.listing import count_nodes
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.preparing import STATUS, bad, ok
from ansible_collections.batchops.azure.tests.support.wire import Wire

NEITHER = refusal(409, "JobPreparationTaskOrReleaseTaskNotSpecified")


def test_each_page_is_counted_and_handed_on(service: Loopback) -> None:
    service.say(STATUS, page(ok("a"), link=f"{service.url}{STATUS}?$skiptoken=1"), page(bad("b")))
    pages: list[list[Wire]] = []
    tally = count_nodes(connect(service.url), ReadOptions(), "job-1", pages.append)
    assert [[item["nodeId"] for item in items] for items in pages] == [["a"], ["b"]]
    assert (tally.listed, tally.truncated, tally.refused) == (2, False, False)
    assert (tally.preparation.summary()["succeeded"], tally.preparation.summary()["failed_nodes"]) == (1, ["b"])


@pytest.mark.parametrize(("limit", "listed", "truncated"), [(1, 1, True), (2, 2, True), (3, 2, False)])
def test_a_limit_counts_entries(service: Loopback, limit: int, listed: int, truncated: bool) -> None:
    service.say(STATUS, page(ok("a"), ok("a")))
    tally = count_nodes(connect(service.url), ReadOptions(limit=limit), "job-1")
    assert (tally.listed, tally.truncated) == (listed, truncated)


@pytest.mark.parametrize("limit", [None, 1])
def test_a_job_with_neither_task_is_refused_and_nothing_of_it_is_cut_off(service: Loopback, limit: int | None) -> None:
    service.say(STATUS, NEITHER)
    tally = count_nodes(connect(service.url), ReadOptions(limit=limit), "job-1")
    assert (tally.refused, tally.listed, tally.truncated) == (True, 0, False)


def test_nor_of_one_that_is_refused_half_way(service: Loopback) -> None:
    service.say(STATUS, page(ok("a"), link=f"{service.url}{STATUS}?$skiptoken=1"), NEITHER)
    tally = count_nodes(connect(service.url), ReadOptions(limit=2), "job-1")
    assert (tally.refused, tally.listed, tally.truncated) == (True, 1, False)


@pytest.mark.parametrize(
    ("http", "code"), [(400, "JobPreparationTaskNotSpecified"), (409, "Conflict"), (404, "JobNotFound")]
)
def test_any_other_refusal_is_an_error(service: Loopback, http: int, code: str) -> None:
    service.say(STATUS, refusal(http, code))
    with pytest.raises(ServiceError, match=code):
        count_nodes(connect(service.url), ReadOptions(), "job-1")
