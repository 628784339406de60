# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of tasks and nodes."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, refusal

FRAME = "/jobs/job-7/tasks/frame-001/files"
NODE = "/pools/pool-7/nodes/tvm-3/files"
ERROR = "workitems/job-8/job-1/jobpreparation/stderr.txt"


@pytest.fixture
def ended(demo: Asking) -> Asking:
    demo.simulator.clock.set(30)
    return demo


def test_a_task_that_has_not_run_has_no_files(demo: Asking) -> None:
    assert refusal(demo.get(FRAME))[:2] == (409, "TaskFilesUnavailable")


def test_a_task_has_its_output_and_a_folder(ended: Asking) -> None:
    files = {file["name"]: file for file in ended.json(FRAME)["value"]}
    assert {name: file["isDirectory"] for name, file in files.items()} == {
        "stderr.txt": False,
        "stdout.txt": False,
        "wd": True,
    }
    assert files["stdout.txt"]["properties"]["contentLength"] == "15"
    assert "properties" not in files["wd"]


def test_the_files_of_a_node_are_shallow_unless_asked_for_all(ended: Asking) -> None:
    assert "workitems" in ended.ids(NODE, name="name")
    assert not any("/" in name for name in ended.ids(NODE, name="name"))
    assert {ERROR, "startup/stdout.txt"} <= set(ended.ids(NODE, "recursive=true", name="name"))


def test_files_are_filtered_by_the_start_of_their_name(ended: Asking) -> None:
    names = ended.ids(NODE, "recursive=true&$filter=startswith(name,'workitems/job-8')", name="name")
    assert names and all(name.startswith("workitems/job-8") for name in names)


@pytest.mark.parametrize("path", [ERROR, ERROR.replace("/", "%2F"), ERROR.replace("/", "%5C")])
def test_a_file_is_read_by_its_path_however_that_is_written(ended: Asking, path: str) -> None:
    answer = ended.get(f"{NODE}/{path}")
    assert answer.text == "mount error(13): Permission denied\n"
    assert answer.headers["ocp-batch-file-isdirectory"] == "false"
    assert answer.headers["Content-Length"] == "35"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["ocp-batch-file-url"].endswith(ERROR)


def test_the_properties_of_a_file_come_with_head(ended: Asking) -> None:
    answer = ended.url(f"{ended.simulator.url}{FRAME}/stdout.txt?api-version=2025-06-01", method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert {"Last-Modified", "ocp-creation-time", "ocp-batch-file-mode"} <= set(answer.headers)
    assert answer.headers["Content-Length"] == "15"


@pytest.mark.parametrize(
    ("asked", "text", "told"),
    [
        ("bytes=0-4", "frame", "bytes 0-4/15"),
        ("bytes=6-", "rendered\n", "bytes 6-14/15"),
        ("bytes=-3", "ed\n", "bytes 12-14/15"),
        ("bytes=10-99", "ered\n", "bytes 10-14/15"),
    ],
)
def test_a_part_of_a_file_can_be_read(ended: Asking, asked: str, text: str, told: str) -> None:
    for name, status in (("Range", 206), ("ocp-range", 200)):
        answer = ended.get(f"{FRAME}/stdout.txt", headers={name: asked})
        assert (answer.status_code, answer.text, answer.headers["Content-Range"]) == (status, text, told)


def test_a_part_that_is_not_there_is_refused(ended: Asking) -> None:
    assert refusal(ended.get(f"{FRAME}/stdout.txt", headers={"ocp-range": "bytes=99-"}))[0] == 416
    assert refusal(ended.get(f"{FRAME}/stdout.txt", headers={"ocp-range": "lines=1"}))[0] == 400
