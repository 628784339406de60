# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of a report, whatever filter makes it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._report import (
    carried,
    lines_of,
    number_of,
    one_line,
    time_waited,
    was_judged,
)

FAILURE = {
    "task_id": None,
    "node_id": "tvm-1",
    "sentence": "tvm-1: failed",
    "stderr_tail": "a\nthe disk is full\n",
    "stdout_tail": None,
    "tail_error": None,
}


def test_a_line_is_one_whatever_the_service_says() -> None:
    assert one_line("a\n b\x1b[31m c: https://x/jobs?api-version=1").startswith("a b")
    assert "\x1b" not in one_line("a\x1b[31m")
    assert one_line("https://x/jobs?api-version=2025-06-01") == "https://x/jobs"


def test_what_was_not_judged_is_handed_on_as_failed() -> None:
    assert not was_judged({"msg": "no"})
    assert carried({"msg": "no"})["verdict"] == "failed"
    assert carried({"msg": "no"})["reasons"] == ["no"]
    assert carried({})["reasons"] == ["no result"]
    assert carried({"verdict": "satisfied", "polls": 3})["polls"] == 3


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, ""),
        ({"elapsed": 130, "timed_out": True}, " (timed out after 02:10)"),
        ({"elapsed": 130, "stalled": True}, " (stalled after 02:10)"),
        ({"elapsed": 130, "polls": 2}, " (waited 02:10)"),
        ({"elapsed": 0, "polls": 1}, ""),
    ],
)
def test_how_long_was_waited(found: dict[str, Any], words: str) -> None:
    assert time_waited(found) == words


def test_a_reason_is_followed_by_the_last_line_of_what_failed() -> None:
    report = {"verdict": "failed", "reasons": ["tvm-1: failed", "other"], "failures": [FAILURE], "tolerated": ["tvm-2"]}
    assert lines_of(report, {"last_transient_error": "HTTP error"}) == [
        "  tvm-1: failed",
        "    stderr of tvm-1 ends with: the disk is full",
        "  other",
        "  tolerated: tvm-2",
        "  the last transient error: HTTP error",
    ]


def test_of_a_standstill_each_thing_is_said_once() -> None:
    """Its message has the reasons, and the last error."""
    since = "tvm-4 has been starting since 10:02 (47 min)"
    report = {"verdict": "pending", "reasons": ["tvm-1: failed", since], "failures": [FAILURE], "tolerated": []}
    words = f"Nothing has changed for 15 min: {since}; condition ready can no longer be satisfied: tvm-1: failed; X"
    assert lines_of(report, {"stalled": True, "msg": words, "last_transient_error": "X"}) == [
        "  Nothing has changed for 15 min:",
        "  tvm-1: failed",
        "    stderr of tvm-1 ends with: the disk is full",
        f"  {since}",
        "  the last transient error: X",
    ]


def test_one_is_one_and_two_are_two() -> None:
    assert (number_of(1, "node"), number_of(2, "node")) == ("1 node", "2 nodes")
