# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator misbehaves on request."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
import requests
from ansible_collections.batchops.azure.tests.simulator import Fault, ScenarioError, Simulator
from ansible_collections.batchops.azure.tests.simulator.faults import Faults
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play

RESET = (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)
TASKS = "/jobs/job-7/tasks"


@pytest.mark.parametrize(
    ("status", "code"),
    [(408, "OperationTimedOut"), (429, "TooManyRequests"), (500, "InternalError"), (503, "ServerBusy")],
)
def test_a_busy_service_says_so_in_its_own_words(demo: Asking, status: int, code: str) -> None:
    demo.simulator.faults.add("status", status=status)
    answer = demo.get("/jobs")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_speaks_html(demo: Asking, status: int) -> None:
    demo.simulator.faults.add("status", status=status)
    answer = demo.get("/jobs")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html")


def test_it_may_say_when_to_come_back(demo: Asking) -> None:
    demo.simulator.faults.add("status", status=429, retry_after=2.5, times=1)
    demo.simulator.faults.add("status", status=503, retry_after=30, retry_after_date=True, times=1)
    assert demo.get("/jobs").headers["Retry-After"] == "2.5"
    answer = demo.get("/jobs")
    assert parsedate_to_datetime(answer.headers["Retry-After"]) > parsedate_to_datetime("Thu, 01 Jan 2026 00:00:00 GMT")
    assert demo.get("/jobs").status_code == 200


def test_a_limit_takes_so_many_requests_a_second_of_the_scenario(demo: Asking) -> None:
    demo.simulator.faults.add("limit", rate=2)

    def statuses(number: int) -> list[int]:
        return [demo.get("/jobs").status_code for _request in range(number)]

    assert statuses(4) == [200, 200, 429, 429]
    assert demo.get("/jobs").headers["Retry-After"] == "1"
    demo.simulator.clock.advance(0.5)
    assert statuses(2) == [200, 429]
    # What is not used is saved up for one second only.
    demo.simulator.clock.advance(60)
    assert statuses(3) == [200, 200, 429]


def test_a_limit_may_be_below_one_request_a_second_and_in_other_words() -> None:
    fault = Fault("limit", match="/tasks", rate=0.5, status=503, retry_after=7)
    faults = Faults((fault,))
    asked = [("/tasks", 0.0), ("/jobs", 0.0), ("/tasks", 1.9), ("/tasks", 2.0), ("/tasks", 2.1)]
    assert [faults.take(*one) for one in asked] == [None, None, fault, None, fault]


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ScenarioError, match="the rate of a fault must be more than 0 requests a second, not 0"):
        Fault("limit", rate=0)


def test_a_reset_comes_before_any_answer_and_is_recorded(demo: Asking) -> None:
    demo.simulator.faults.add("reset", times=1)
    with pytest.raises(requests.exceptions.ConnectionError, match=r"reset|aborted"):
        demo.get("/jobs")
    assert demo.get("/jobs").status_code == 200
    assert [record.status for record in demo.simulator.requests] == [None, 200]


def test_a_reset_comes_in_the_middle_of_a_body(demo: Asking) -> None:
    demo.simulator.faults.add("reset_in_body", times=1)
    with pytest.raises(RESET):
        demo.get(TASKS)
    assert demo.get(TASKS).status_code == 200


def test_resets_work_under_https_too(play: Play) -> None:
    asking = play("demo", https=True)
    for kind in ("reset", "reset_in_body"):
        asking.simulator.faults.add(kind, times=1)
        with pytest.raises(RESET):
            asking.get(TASKS)
    assert asking.get(TASKS).status_code == 200


def test_json_is_cut_though_http_is_whole(demo: Asking) -> None:
    demo.simulator.faults.add("truncated")
    answer = demo.get("/jobs")
    assert answer.status_code == 200 and answer.content
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_html_comes_instead_of_json(demo: Asking) -> None:
    demo.simulator.faults.add("html", times=1)
    demo.simulator.faults.add("html", status=502, times=1)
    for status in (200, 502):
        answer = demo.get("/jobs")
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text.startswith("<!DOCTYPE html>")


def test_an_answer_is_empty_or_of_another_type_or_an_error(demo: Asking) -> None:
    for kind in ("empty", "content_type", "error_in_200"):
        demo.simulator.faults.add(kind, times=1)
    assert (demo.get("/jobs").content, demo.get("/jobs").headers["Content-Type"]) == (b"", "text/plain")
    answer = demo.get("/jobs")
    assert (answer.status_code, answer.json()["code"]) == (200, "InternalError")


def test_a_body_drips_and_an_answer_is_late(demo: Asking) -> None:
    demo.simulator.faults.add("drip", pieces=3, seconds=0.01, times=1)
    demo.simulator.faults.add("hang", seconds=0.01, times=1)
    assert len(demo.json("/jobs")["value"]) == len(demo.json("/jobs")["value"]) == 2


def test_a_late_answer_runs_into_the_clients_timeout(demo: Asking) -> None:
    demo.simulator.faults.add("hang", seconds=3600, times=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        demo.get("/jobs", timeout=0.05)
    assert demo.get("/jobs").status_code == 200


@pytest.mark.parametrize("https", [False, True])
def test_broken_connections_end_with_the_simulator_and_without_complaint(
    https: bool, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = []
    with Simulator(https=https) as simulator:
        asking = Asking(simulator)
        for kind in ("reset", "reset_in_body"):
            simulator.faults.add(kind, times=1)
            with pytest.raises(RESET):
                asking.get("/jobs")
        simulator.faults.add("hang", seconds=3600, times=1)
        simulator.faults.add("drip", seconds=3600, times=1)
        for _request in range(2):
            with pytest.raises((requests.exceptions.ReadTimeout, requests.exceptions.ConnectionError)):
                Asking(simulator).get("/jobs", timeout=0.05)
        waiting.append(len(simulator.requests))
    assert waiting == [4]
    assert [record.message for record in caplog.records if record.name.startswith("uvicorn")] == []


def test_a_link_leads_back_to_its_own_page(demo: Asking) -> None:
    demo.simulator.faults.add("repeated_next_link", match="/tasks")
    first = demo.json(TASKS, "maxresults=10&$select=id")
    again = demo.url(first["odata.nextLink"]).json()
    assert again["value"] == first["value"]
    assert again["odata.nextLink"] == first["odata.nextLink"]


def test_a_link_leads_elsewhere_even_from_a_last_page(demo: Asking) -> None:
    demo.simulator.faults.add("foreign_next_link", host="evil.example.com")
    for query in ("maxresults=10", ""):
        assert demo.json(TASKS, query)["odata.nextLink"].startswith("http://evil.example.com/jobs/job-7/tasks?")
    assert "odata.nextLink" not in demo.json("/jobs/job-7")


def test_a_redirect_leads_elsewhere(demo: Asking) -> None:
    demo.simulator.faults.add("redirect", host="evil.example.com", status=307)
    answer = demo.get("/jobs")
    assert answer.status_code == 307
    assert answer.headers["Location"] == "http://evil.example.com/jobs?api-version=2025-06-01"


def test_faults_are_chosen_by_path_and_query_and_counted() -> None:
    faults = Faults()
    faults.add("status", match=r"^/jobs/[^/?]+\?", after=1, times=2)
    taken = [faults.take(target) is not None for target in ["/jobs/a?x=1", "/jobs?x=1", *["/jobs/a?x=1"] * 4]]
    assert taken == [False, False, True, True, False, False]


def test_the_first_fault_that_fires_is_taken_and_all_can_be_cleared() -> None:
    faults = Faults((Fault("reset", times=1), Fault("empty")))
    assert [fault.kind for fault in (faults.take("/"), faults.take("/"), faults.take("/")) if fault] == [
        "reset",
        "empty",
        "empty",
    ]
    faults.clear()
    assert faults.take("/") is None


def test_chance_can_be_repeated() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults((Fault("reset", probability=0.5, seed=seed),))
        return [faults.take("/") is not None for _request in range(40)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 5 < sum(drawn(1)) < 35


def test_a_scenario_and_a_playbook_can_ask_for_faults(play: Play) -> None:
    asking = play({"faults": [{"kind": "status", "status": 503, "times": 1}]})
    assert asking.get("/jobs").status_code == 503
    assert asking.get("/jobs").status_code == 200
    url = f"{asking.simulator.url}/_simulator/faults"
    assert requests.post(url, json={"kind": "html", "status": 502}, timeout=60).status_code == 200
    assert asking.get("/jobs").status_code == 502
    assert requests.delete(url, timeout=60).status_code == 200
    assert asking.get("/jobs").status_code == 200
    answer = requests.post(url, json={"kind": "htlm"}, timeout=60)
    assert (answer.status_code, "fault.kind" in answer.json()["error"]) == (400, True)


def test_a_fault_that_makes_no_sense_is_refused() -> None:
    for options in ({"kind": "explode"}, {"kind": "reset", "match": "("}):
        with pytest.raises(ScenarioError):
            Fault(**options)


def test_all_items_of_a_page_are_listed_again_in_other_words(demo: Asking) -> None:
    before = demo.get(TASKS).json()["value"]
    demo.simulator.faults.add("listed_again", match=TASKS, state="running", result="mystery", times=1)
    again = demo.get(TASKS).json()["value"]
    assert again[: len(before)] == before
    assert [(item["id"], item["state"]) for item in again[len(before) :]] == [
        (item["id"], "running") for item in before
    ]
    assert {item["executionInfo"]["result"] for item in again[len(before) :]} == {"mystery"}
    demo.simulator.faults.add("listed_again", match=TASKS, times=1)
    assert demo.get(TASKS).json()["value"] == [*before, *before]


@pytest.mark.parametrize(("kind", "last"), [("listed_otherwise", "rebooting"), ("listed_otherwise_before", "idle")])
def test_one_node_of_a_page_is_listed_again_and_changed(demo: Asking, kind: str, last: str) -> None:
    demo.simulator.clock.set(100)
    before = demo.get("/pools/pool-7/nodes").json()["value"]
    demo.simulator.faults.add(kind, match="/nodes", times=1)
    again = demo.get("/pools/pool-7/nodes").json()["value"]
    states = [item["state"] for item in again if item["id"] == before[0]["id"]]
    assert (len(again), len(states), states[-1]) == (len(before) + 1, 2, last)


def test_ids_are_written_in_capitals(demo: Asking) -> None:
    before = demo.get(TASKS).json()["value"]
    demo.simulator.faults.add("other_words", capitals=True, times=1)
    assert demo.get(TASKS).json()["value"] == [{**item, "id": item["id"].upper()} for item in before]
    demo.simulator.faults.add("listed_again", capitals=True, times=1)
    again = demo.get(TASKS).json()["value"]
    assert [item["id"] for item in again] == [item["id"] for item in before] + [item["id"].upper() for item in before]
    # It is the same job to the service.
    assert demo.get("/jobs/JOB-7").json()["id"] == "job-7"


@pytest.mark.parametrize("version", ["2019-08-01.10.0", "2025-06-01"])
def test_counts_tell_of_one_failure_more(demo: Asking, version: str) -> None:
    def failed_and_succeeded() -> tuple[int, int]:
        counts = demo.get("/jobs/job-8/taskcounts", f"api-version={version}").json()
        return tuple(counts.get("taskCounts", counts)[name] for name in ("failed", "succeeded"))

    failed, succeeded = failed_and_succeeded()
    demo.simulator.faults.add("counts_failure", times=1)
    assert failed_and_succeeded() == (failed + 1, succeeded - 1)
    demo.simulator.faults.add("counts_failure", times=1)
    assert "failed" not in demo.get("/jobs/job-8").json()


def test_a_node_lists_a_task_that_it_does_not_count(demo: Asking) -> None:
    demo.simulator.faults.add("lists_running_task", times=1)
    first, *others = demo.get("/pools/pool-7/nodes").json()["value"]
    assert (first["runningTasksCount"], first["recentTasks"][0]["taskState"]) == (0, "running")
    assert [node["id"] for node in others]


def test_objects_speak_in_other_words_or_without_an_id(demo: Asking) -> None:
    demo.simulator.faults.add("other_words", state="zombie) (running", times=2)
    assert {item["state"] for item in demo.get(TASKS).json()["value"]} == {"zombie) (running"}
    assert demo.get("/jobs/job-7").json()["state"] == "zombie) (running"
    demo.simulator.faults.add("no_id", times=2)
    assert not [item for item in demo.get(TASKS).json()["value"] if "id" in item]
    assert "id" not in demo.get("/jobs/job-7").json()
