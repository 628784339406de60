# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the benchmark serves: as large as its id says, in the simulator's shape, counted, and ending where the list does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from ansible_collections.batchops.azure.tests.benchmark.account import Account
from ansible_collections.batchops.azure.tests.benchmark.rendering import Rendering


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return Rendering("http://127.0.0.1:9")


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as started:
        yield started


def body(rendering: Rendering, path: str, query: str = "") -> dict[str, Any]:
    found = rendering.answer(path, query)
    assert found is not None
    return dict(json.loads(b"".join(found[1])))


@pytest.mark.parametrize(
    ("path", "query", "sizes"),
    [
        ("/jobs/t0/tasks", "", [0]),
        ("/jobs/t7/tasks", "", [7]),
        ("/jobs/t2000/tasks", "$select=id", [1000, 1000]),
        ("/jobs/t2001/tasks", "$select=id%2Cstate", [1000, 1000, 1]),
        ("/jobs/t5/tasks", "maxresults=2", [2, 2, 1]),
        ("/jobs/p1500/jobpreparationandreleasetaskstatus", "", [1000, 500]),
        ("/jobs/t7/tasks", "$filter=state%20ne%20%27completed%27", [0]),
    ],
)
def test_a_list_is_as_long_as_its_id_says(rendering: Rendering, path: str, query: str, sizes: list[int]) -> None:
    found = []
    ids: set[str] = set()
    while True:
        page = body(rendering, path, query)
        ids |= {item.get("id") or item["nodeId"] for item in page["value"]}
        found.append(len(page["value"]))
        assert all("$select" not in query or set(item) <= {"id", "state"} for item in page["value"])
        if "odata.nextLink" not in page:
            break
        link = urlsplit(page["odata.nextLink"])
        assert link.path == path
        query = link.query
    assert found == sizes
    assert len(ids) == sum(sizes)


def test_jobs_are_named_by_the_filter(rendering: Rendering) -> None:
    jobs = body(rendering, "/jobs", "$filter=startswith(id%2C%27n3-t500-%27)")["value"]
    assert [job["id"] for job in jobs] == ["n3-t500-0001", "n3-t500-0002", "n3-t500-0003"]
    assert {job["state"] for job in jobs} == {"completed"}
    counts = body(rendering, "/jobs/n3-t500-0002/taskcounts")["taskCounts"]
    assert (counts["completed"], counts["succeeded"], counts["running"]) == (500, 500, 0)


def test_a_waiting_job_ends_when_it_is_finished() -> None:
    rendering = Rendering("http://127.0.0.1:9")
    for finished, state, running in ((False, "active", 10), (True, "completed", 0)):
        rendering.finished = finished
        assert body(rendering, "/jobs/w500")["state"] == state
        assert body(rendering, "/jobs/w500/taskcounts")["taskCounts"]["running"] == running
        unfinished = body(rendering, "/jobs/w500/tasks", "maxresults=5&$filter=state%20ne%20%27completed%27")["value"]
        assert len(unfinished) == (0 if finished else 5)
        states = {task["state"] for task in body(rendering, "/jobs/w500/tasks")["value"]}
        assert states == ({"completed"} if finished else {"completed", "running", "active"})


def test_what_is_not_known_is_not_served(rendering: Rendering) -> None:
    assert rendering.answer("/applications", "") is None


def test_requests_bytes_and_connections_are_counted(account: Account) -> None:
    def work() -> list[int]:
        with requests.Session() as session:
            return [len(session.get(f"{account.url}/jobs/t3/{what}").content) for what in ("tasks", "taskcounts")]

    lengths, served = account.measure(work)
    assert served.requests == {"list of tasks": 1, "task counts": 1}
    assert served.bytes == sum(lengths)
    assert (served.connections, served.logins) == (1, 0)
    assert 0 < served.share < 1


def test_an_account_with_a_limit_refuses_what_is_more_and_says_when(account: Account) -> None:
    def work() -> list[requests.Response]:
        with requests.Session() as session:
            return [session.get(f"{account.url}/jobs/t3") for _request in range(3)]

    # So few that none comes back while this runs.
    answers, served = account.measure(work, rate=0.001)
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert answers[1].headers["Retry-After"] == "1"
    assert answers[1].json()["code"] == "TooManyRequests"
    assert (len(served.taken_at), len(served.refused_at)) == (1, 2)
    assert served.taken_at[0] < served.refused_at[0] < served.refused_at[1]
    # The next one has none.
    answers, served = account.measure(work)
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert (served.taken_at, served.refused_at) == ([], [])


def test_a_request_that_is_not_known_ends_the_run(account: Account) -> None:
    with pytest.raises(RuntimeError, match="/applications"):
        account.measure(lambda: requests.get(f"{account.url}/applications", timeout=60))


def test_a_list_of_pools_is_as_long_as_its_filter_says(rendering: Rendering) -> None:
    found = body(
        rendering, "/pools", "$filter=startswith(id,'q30-')&$select=id,state,allocationState,currentDedicatedNodes"
    )
    assert [pool["id"] for pool in found["value"]] == [f"q30-{number:04d}" for number in range(1, 31)]
    assert {pool["currentDedicatedNodes"] for pool in found["value"]} == {4}


@pytest.mark.parametrize(("size", "pages"), [(7, [7]), (1500, [1000, 500]), (10_000, [1000] * 10)])
def test_a_pool_has_as_many_nodes_as_its_id_says_each_with_an_id_of_its_own(
    rendering: Rendering, size: int, pages: list[int]
) -> None:
    path, query, seen = f"/pools/m{size}", "$select=id,state", []
    pool = body(rendering, path)
    assert (pool["id"], pool["currentDedicatedNodes"], pool["targetDedicatedNodes"]) == (f"m{size}", size, size)
    while query:
        page = body(rendering, f"{path}/nodes", query)
        seen.append([node["id"] for node in page["value"]])
        query = urlsplit(page["odata.nextLink"]).query if "odata.nextLink" in page else ""
    assert [len(ids) for ids in seen] == pages
    assert len({node_id for ids in seen for node_id in ids}) == size
