# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges how an execution ended: of a task, a subtask, a start, preparation or release task.

By `result`, never by `exitCode`: recorded failures have no exit code in 17 of 37 cases and exit code 0 in 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import number
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
# Ended, but in a way that this version of the collection does not know. Never counts as a success.
UNKNOWN = "unknown"

# How the service is asked for the tasks that failed.
FAILED_FILTER = "executionInfo/result eq 'failure'"


def outcome(info: Mapping[str, Any] | None, state: str | None) -> str:
    """`info` is the execution's information on the wire, `state` the state that goes with it."""
    # The common case of a large answer, in as few steps as Python allows.
    if state == "completed" and info and info.get("result") == "success" and "failureInfo" not in info:
        return SUCCEEDED
    if str(state).lower() != "completed":
        return RUNNING
    info = info or {}
    result = info.get("result")
    if result is not None:
        # A success with the information about a failure is a contradiction, and none of the two.
        success = UNKNOWN if info.get("failureInfo") else SUCCEEDED
        return {"success": success, "failure": FAILED}.get(str(result).lower(), UNKNOWN)
    # Versions before 2017 have no result.
    if info.get("failureInfo") or info.get("schedulingError"):
        return FAILED
    # Completed without any of these: it never started.
    return SUCCEEDED if number(info, "exitCode") == 0 else FAILED


def outcome_on_node(info: Mapping[str, Any]) -> str:
    """Of a start, preparation or release task, which has a state of its own, `running` or `completed`."""
    state = str(info.get("state")).lower()
    return outcome(info, state) if state in ("running", "completed") else UNKNOWN


def has_ended(info: Mapping[str, Any]) -> bool:
    """Whether such a task has ended: then what is said of it stays."""
    return str(info.get("state")).lower() == "completed"


def why_unknown(info: Mapping[str, Any]) -> str:
    """What is not understood of such a task, in a few words."""
    if has_ended(info):
        return "ended with a result that is not known"
    return "is in a state that is not known"


def why(info: Mapping[str, Any] | None) -> str:
    """How it failed, in a few words: `exit code 1 (FailureExitCode)`."""
    info = info or {}
    failure = info.get("failureInfo") or info.get("schedulingError")
    # A detail of another shape must not hide that there was a failure.
    failure = failure if isinstance(failure, Mapping) else {}
    code = failure.get("code")
    if info.get("exitCode") is not None:
        return f"exit code {info['exitCode']}" + (f" ({code})" if code else "")
    if code:
        return f"{code}: {mask_words(str(failure.get('message') or 'no message'))}"
    if info.get("result") is None:
        return "it ended without a result"
    return f"result {info['result']}"
