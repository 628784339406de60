# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import found_in
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.limits import limits_of
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.timeline import timeline_of
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.times import moment
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import window_of
from ansible_collections.batchops.azure.tests.support.drawn_facts import READ_AT, account, at, node, ran, task


def said(*results: dict[str, Any]) -> str:
    found = found_in(results)
    now = moment(READ_AT)
    assert now is not None
    window = window_of(found.executions, now)
    return "\n".join(limits_of(found, window, timeline_of(found, window) if window else None))


def test_that_there_is_no_history_is_said_in_any_case() -> None:
    assert said() == (
        "The service keeps no history. A retry, a requeue, a reboot or a reimage overwrites the run before it, "
        "and nodes that have left take their start tasks with them. Only the last run of each thing is here.\n"
        "Not read: jobs.\nNot read: tasks.\nNot read: nodes or the preparation of jobs."
    )


def test_what_was_lost_is_counted() -> None:
    words = said(
        {"tasks": [task(1, "tvm-1", ran(1, 2, retry_count=1)), task(2, "tvm-1", {}, creation_time=None)]},
        {"nodes": [node("tvm-1", last_boot_time=at(5_000), start_task_info=ran(-9_000, -8_000))]},
    )
    assert "1 bar had earlier runs" in words
    assert "1 of 3 executions have no times" in words
    assert "1 node booted again" in words
    assert "1 start task ended before the timeline begins" in words
    assert "Not read: tasks" not in words


def test_what_a_limit_or_an_error_left_out_is_named() -> None:
    words = said({"tasks": [], "summary": {"truncated": True}}, {"failed": True, "msg": "PoolNotFound (404)"})
    assert "A limit cut off what was read" in words
    assert "A read failed: PoolNotFound (404)" in words


def test_what_is_drawn_together_is_named() -> None:
    assert "There are 1,000 nodes" in said(*account(1_000, 2_000))
    assert "drawn as one" in said(*account(100, 5_000))
    jobs = [task(number, "tvm-1", ran(1, 2), job_id=f"job-{number}") for number in range(53)]
    assert "3 more jobs have no row." in said({"tasks": jobs})
    assert "Of 101 failures the first 100 are listed." in said({"failures": [{"task_id": str(n)} for n in range(101)]})
