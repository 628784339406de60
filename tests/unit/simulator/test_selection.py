# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``$select`` leaves out what was not asked for, on every list and single read."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, refusal

PREP = "/jobs/job-7/jobpreparationandreleasetaskstatus"


@pytest.fixture
def ended(demo: Asking) -> Asking:
    demo.simulator.clock.set(30)
    return demo


def test_only_the_named_properties_come(ended: Asking) -> None:
    for path in ("/jobs", "/jobs/job-7/tasks", "/pools", "/pools/pool-7/nodes"):
        assert all(set(item) == {"id", "state"} for item in ended.items(path, "$select=id,state"))


def test_blanks_and_percent_encoding_do_not_matter(ended: Asking) -> None:
    for query in ("$select=id, state", "$select=id%2C%20state", "%24select=id%2Cstate"):
        assert set(ended.json("/jobs/job-7", query)) == {"odata.metadata", "id", "state"}


def test_nested_names_leave_the_rest_of_an_object_out(ended: Asking) -> None:
    query = "$select=nodeId,jobPreparationTaskExecutionInfo/state,jobPreparationTaskExecutionInfo/result"
    assert ended.items(PREP, query)[0] == {
        "nodeId": "tvm-1",
        "jobPreparationTaskExecutionInfo": {"state": "completed", "result": "success"},
    }


def test_a_whole_object_stays_whole_beside_a_part_of_it(ended: Asking) -> None:
    for query in ("$select=executionInfo,executionInfo/result", "$select=executionInfo/result,executionInfo"):
        task = ended.json("/jobs/job-7/tasks/frame-001", query)
        assert {"startTime", "endTime", "result"} <= set(task["executionInfo"])


def test_what_does_not_apply_is_absent_though_selected(demo: Asking) -> None:
    task = demo.json("/jobs/job-7/tasks/frame-024", "$select=id,nodeInfo,executionInfo/exitCode")
    assert task == {"odata.metadata": task["odata.metadata"], "id": "frame-024", "executionInfo": {}}


def test_every_documented_name_may_be_selected_though_nothing_is_there(demo: Asking) -> None:
    for path, name in (
        ("/jobs/job-7", "jobManagerTask"),
        ("/jobs/job-7/tasks/frame-001", "containerSettings"),
        ("/pools/pool-7", "mountConfiguration"),
        ("/pools/pool-7/nodes/tvm-1", "errors"),
    ):
        assert set(demo.json(path, f"$select=id,{name}")) == {"odata.metadata", "id"}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/jobs/job-7", "Id"),
        ("/jobs/job-7", "executionInfo/nope"),
        ("/jobs/job-7/tasks", "id,,state"),
        ("/jobs/job-7/tasks", ""),
        ("/pools/pool-7/nodes", "startTaskInfo/State"),
        (PREP, "id"),
    ],
)
def test_an_unknown_name_is_refused(demo: Asking, path: str, names: str) -> None:
    status, code, values = refusal(demo.get(path, f"$select={names}"))
    assert (status, code, values["QueryParameterValue"]) == (400, "InvalidQueryParameterValue", names)


def test_a_name_that_a_version_does_not_know_is_refused(demo: Asking) -> None:
    for version, name in (("2019-08-01.10.0", "requiredSlots"), ("2025-06-01", "authenticationTokenSettings")):
        query = f"api-version={version}&$select={name}"
        assert refusal(demo.get("/jobs/job-7/tasks", query))[0] == 400
