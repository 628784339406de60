# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as an object in a test."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from ansible_collections.batchops.azure.tests.simulator import ManualClock, Simulator
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play


def test_exchanges_are_recorded_as_they_were(demo: Asking) -> None:
    demo.get("/jobs/Job%2D7", "%24select=id&api-version=2025-06-01", headers={"X-Test": "a"})
    demo.get("/jobs/nope")
    first, second = demo.simulator.requests
    assert (first.method, first.path, first.status) == ("GET", "/jobs/Job%2D7", 200)
    assert first.query == "%24select=id&api-version=2025-06-01"
    assert first.params == {"$select": "id", "api-version": "2025-06-01"}
    assert first.headers["x-test"] == "a"
    assert first.headers["authorization"].startswith("SharedKey simulated:")
    assert first.json()["id"] == "job-7"
    assert first.response_headers["dataserviceversion"] == "3.0"
    assert (second.status, second.json()["code"]) == (404, "JobNotFound")
    demo.simulator.reset_requests()
    assert len(demo.simulator.requests) == 0
    assert demo.simulator.requests.total == 2


def test_only_the_newest_exchanges_are_kept_when_asked(play: Play) -> None:
    asking = play("demo", record=2)
    for name in ("a", "b", "c"):
        asking.get(f"/jobs/{name}")
    assert [record.path for record in asking.simulator.requests] == ["/jobs/b", "/jobs/c"]


def test_a_scenario_comes_by_name_path_or_mapping(play: Play, tmp_path: Path) -> None:
    path = tmp_path / "own.yml"
    path.write_text("pools: [{id: own-pool}]", encoding="utf-8")
    assert play("no_preparation_task").ids("/pools") == ["pool-1"]
    assert play(path).ids("/pools") == play(str(path)).ids("/pools") == ["own-pool"]
    assert play({"pools": {"id": "only"}}).ids("/pools") == ["only"]
    assert play({}).ids("/pools") == []


def test_many_clients_are_answered_at_once(demo: Asking) -> None:
    def ask(number: int) -> int:
        asking = Asking(demo.simulator)
        status: int = asking.get("/jobs/job-7/tasks", f"maxresults={number % 9 + 1}").status_code
        asking.close()
        return status

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(ask, range(60))) == {200}
    assert len(demo.simulator.requests) == 60


def test_the_clock_is_moved_from_another_thread_while_clients_ask() -> None:
    with Simulator(clock=ManualClock()) as simulator:
        asking = Asking(simulator)
        mover = threading.Thread(target=lambda: [simulator.clock.advance(0.1) for _step in range(300)])
        mover.start()
        seen = [asking.json("/jobs/job-7/taskcounts")["taskCounts"]["completed"] for _poll in range(20)]
        mover.join()
        assert seen == sorted(seen)
        assert asking.json("/jobs/job-7/taskcounts")["taskCounts"]["completed"] == 24


def test_it_stops_with_connections_open_and_can_be_started_again() -> None:
    for _round in range(3):
        with Simulator() as simulator:
            asking = Asking(simulator)
            assert asking.get("/jobs").status_code == 200
            url = f"{simulator.url}/jobs"
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(url, timeout=1)


def test_it_listens_on_loopback_only(demo: Asking) -> None:
    assert demo.simulator.url.startswith("http://127.0.0.1:")
    assert (demo.simulator.ca_path, demo.simulator.authority) == (None, None)


def test_the_certificate_is_for_both_names_of_loopback(play: Play) -> None:
    asking = play("demo", https=True)
    for host in ("127.0.0.1", "localhost"):
        url = f"https://{host}:{asking.simulator.port}/jobs?api-version=2025-06-01"
        assert asking.url(url).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(asking.simulator.url, timeout=60)


def test_a_simulator_that_is_not_started_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not been started"):
        _url = Simulator({}).url
