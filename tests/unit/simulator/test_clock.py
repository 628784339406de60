# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time moves when a test, a request or a playbook says so."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.batchops.azure.tests.simulator import ManualClock, RealClock, StepClock
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play

COUNTS = "/jobs/job-7/taskcounts"


def completed(asking: Asking) -> int:
    counts = asking.json(COUNTS)["taskCounts"]
    return int(counts["completed"])


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    clock = ManualClock(3)
    assert (clock.now(), clock.tick(), clock.now()) == (3, 3, 3)
    clock.advance(1.5)
    assert clock.now() == 4.5
    clock.set(1)
    assert clock.now() == 1


def test_a_step_clock_moves_after_each_request() -> None:
    clock = StepClock(10)
    assert [clock.tick() for _request in range(3)] == [0, 10, 20]
    assert clock.now() == 30
    clock.set(5)
    assert clock.tick() == 5


def test_a_real_clock_runs_at_its_speed_and_can_be_moved() -> None:
    wall = [100.0]
    clock = RealClock(speed=60, monotonic=lambda: wall[0])
    assert clock.now() == 0
    wall[0] += 2
    assert clock.now() == 120
    clock.advance(30)
    assert clock.now() == 150
    clock.set(7)
    wall[0] += 1
    assert clock.now() == 67


def test_requests_see_the_time_of_the_clock(demo: Asking) -> None:
    seen = []
    for now in (0, 8, 14, 5):
        demo.simulator.clock.set(now)
        seen.append(completed(demo))
    assert seen == [0, 10, 24, 3]


def test_a_polling_client_sees_time_move_by_asking(play: Play) -> None:
    asking = play("demo", clock=StepClock(7))
    assert [completed(asking) for _poll in range(4)] == [0, 7, 24, 24]


def test_a_playbook_moves_the_clock(demo: Asking) -> None:
    url = f"{demo.simulator.url}/_simulator/clock"
    assert requests.post(url, json={"advance": 8}, timeout=60).json() == {"now": 8}
    assert requests.post(url, json={"advance": 6}, timeout=60).json() == {"now": 14}
    assert completed(demo) == 24
    assert requests.post(url, json={"set": 0}, timeout=60).json() == {"now": 0}
    assert completed(demo) == 0


@pytest.mark.parametrize("body", [{}, {"advance": 1, "set": 2}, {"advance": "x"}, {"go": 1}, [1], "text"])
def test_a_playbook_that_asks_for_nonsense_is_told_so(demo: Asking, body: object) -> None:
    answer = requests.post(f"{demo.simulator.url}/_simulator/clock", json=body, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("clock")


def test_a_body_that_is_not_json_is_refused(demo: Asking) -> None:
    answer = requests.post(f"{demo.simulator.url}/_simulator/clock", data="{", timeout=60)
    assert (answer.status_code, answer.json()) == (400, {"error": "the body must be JSON"})


def test_a_playbook_sees_what_the_simulator_has_got_to(demo: Asking) -> None:
    demo.simulator.clock.set(30)
    demo.json("/jobs")
    state = requests.get(f"{demo.simulator.url}/_simulator/state", timeout=60).json()
    assert (state["now"], state["scenario"], state["requests"]) == (30, "demo", 1)
    assert state["jobs"]["job-7"] == {
        "state": "active",
        "tasks": {"active": 0, "running": 0, "completed": 24, "succeeded": 24, "failed": 0},
    }
    assert state["pools"] == {"pool-7": {"idle": 12}}
    assert len(demo.simulator.requests) == 1


def test_objects_come_and_go(play: Play) -> None:
    scenario = {
        "pools": [{"id": "p", "removed_at": 20}],
        "jobs": [
            {
                "id": "j",
                "pool": "p",
                "created_at": 5,
                "removed_at": 10,
                "tasks": [{"id": "a", "created_at": 5, "removed_at": 8}, {"id": "b", "created_at": 7}],
            }
        ],
    }
    asking = play(scenario)
    seen = []
    for now in (0, 5, 7, 8, 10, 20):
        asking.simulator.clock.set(now)
        tasks = asking.get("/jobs/j/tasks")
        names = [task["id"] for task in tasks.json()["value"]] if tasks.status_code == 200 else tasks.json()["code"]
        seen.append((asking.ids("/jobs"), names, asking.ids("/pools")))
    assert seen == [
        ([], "JobNotFound", ["p"]),
        (["j"], ["a"], ["p"]),
        (["j"], ["a", "b"], ["p"]),
        (["j"], ["b"], ["p"]),
        ([], "JobNotFound", ["p"]),
        ([], "JobNotFound", []),
    ]
