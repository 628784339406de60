# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import found_in
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.timeline import (
    MOST_ROWS,
    Timeline,
    timeline_of,
)
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import moment
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import window_of
from ansible_collections.batchops.azure.tests.support.drawn_facts import (
    READ_AT,
    account,
    at,
    node,
    prepared,
    ran,
    task,
)


def drawn(*results: dict[str, Any]) -> Timeline:
    found = found_in(results)
    now = moment(READ_AT)
    assert now is not None
    window = window_of(found.executions, now)
    assert window is not None
    return timeline_of(found, window)


def test_every_node_has_a_row_and_every_run_a_bar() -> None:
    seen = drawn(*account(12, 24))
    assert [row.name for row in seen.rows] == [f"tvm-{number}" for number in range(1, 13)]
    assert sum(len(row.bars) for row in seen.rows) == 12 + 12 + 24
    assert (seen.bands, seen.merged, seen.nodes) == ([], False, 12)


def test_troubled_nodes_come_first() -> None:
    nodes = [node(f"tvm-{number}") for number in (1, 2, 10)]
    seen = drawn({"nodes": nodes}, {"tasks": [task(1, "tvm-10", ran(1, 2, "failure"))]})
    assert [row.name for row in seen.rows] == ["tvm-10", "tvm-1", "tvm-2"]


def test_nodes_of_several_pools_are_named_with_them() -> None:
    other = {**node("tvm-1"), "pool_id": "pool-8"}
    assert [row.name for row in drawn({"nodes": [node("tvm-1"), other]}).rows] == ["pool-7 / tvm-1", "pool-8 / tvm-1"]


def test_a_node_that_has_left_its_pool_keeps_what_ran_there() -> None:
    seen = drawn({"nodes": [node("tvm-1")]}, {"nodes": [prepared("tvm-2", ran(1, 2))]})
    assert [(row.name, row.about, len(row.bars), row.there != "") for row in seen.rows] == [
        ("tvm-1", "idle", 1, True),
        ("tvm-2", "is not in the pool any more", 1, False),
    ]


def test_where_no_nodes_were_read_none_is_said_to_have_left() -> None:
    assert [row.about for row in drawn({"tasks": [task(1, "tvm-1", ran(1, 2))]}).rows] == [""]


def test_a_job_shows_from_when_on_its_tasks_waited_and_what_still_waits() -> None:
    tasks = [task(1, "tvm-1", ran(30, 40)), task(2, "tvm-1", ran(50, 60, "failure")), task(3, None, {}, "active")]
    [job] = drawn({"tasks": tasks}).jobs
    assert job.about == "3 tasks: 1 failed, 1 waiting, 1 succeeded; they waited 40 s on average, 50 s at most"
    assert [(one.css, one.text.split(",")[0]) for one in job.bars] == [
        ("b t wait", "the first of them waited 50 s"),
        ("b t bad", "1 task"),
        ("b t wait", "1 task waiting since 08:00:00"),
        ("b t wait", "the first of them waited 30 s"),
        ("b t ok", "1 task"),
    ]


def test_what_failed_on_no_node_has_a_row() -> None:
    seen = drawn({"tasks": [task(1, None, {"end_time": at(5), "result": "failure"})]})
    assert [(row.name, len(row.bars)) for row in seen.rows] == [("no node", 1)]


def test_a_job_without_tasks_says_so() -> None:
    [job] = drawn({"jobs": [{"id": "job-7"}]}, {"nodes": [node("tvm-1")]}).jobs
    assert (job.about, job.bars) == ("no tasks were read", [])


def test_up_to_the_limit_each_node_has_its_row_and_beyond_a_few_have() -> None:
    assert len(drawn(*account(MOST_ROWS, 10)).rows) == MOST_ROWS
    seen = drawn(*account(MOST_ROWS + 1, 10))
    assert seen.nodes == MOST_ROWS + 1
    assert len(seen.rows) < 80


def test_of_many_nodes_all_that_failed_and_the_slowest_have_rows() -> None:
    results = account(1_000, 10_000)
    results[1]["nodes"][500]["preparation"] = ran(10, 400)
    seen = drawn(*results)
    names = [row.name for row in seen.rows]
    assert {f"tvm-{97 * number}" for number in range(1, 11)} < set(names)
    assert "tvm-501" in names
    assert len(names) == len(set(names))


def test_bands_count_what_went_on_and_lose_nothing() -> None:
    seen = drawn(*account(1_000, 10_000))
    assert [
        (band.name, band.about.split(",", 1)[0] if "," not in band.about[:3] else band.about) for band in seen.bands
    ][:2] == [
        ("start task, succeeded", "1,000 start tasks, at most 1,000 at a time"),
        ("preparation, failed", "10 preparation tasks"),
    ]
    assert {one.css for band in seen.bands for _height, one in band.bars} == {
        "b s ok",
        "b p bad",
        "b p ok",
        "b t bad",
        "b t run",
        "b t ok",
    }
    assert all(0 < int(height) <= band.height for band in seen.bands for height, _bar in band.bars)


def test_rows_of_many_bars_merge_what_is_alike() -> None:
    seen = drawn(*account(100, 10_000))
    assert seen.merged
    assert sum(len(row.bars) for row in seen.rows) < 2_000
