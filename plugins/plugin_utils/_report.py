# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the results of a judgement have to say to somebody who reads them on a terminal, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._after.failures import last_words
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import on_one_line, printable
from ansible_collections.batchops.azure.plugins.plugin_utils._progress_line import clock

Result = Mapping[str, Any]

# Of a URL that was asked for, what says nothing to a reader. The result has it whole.
_QUERY = re.compile(r"(?<=\w)\?api-version=\S*")
# Kept for later tasks, where the module returned it.
_KEPT = ("api_version", "failures", "tolerated", "elapsed", "polls", "timed_out", "stalled", "failure")
# Set where something did not end well. No module sets one of them beside a satisfied verdict.
_DENIED_BY = ("failed", "unreachable", "skipped", "failure", "timed_out", "stalled")


def one_line(text: object) -> str:
    """The service's words may hold anything."""
    shown: str = printable(_QUERY.sub("", " ".join(str(text).split())))
    return shown


def number_of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def was_judged(found: Result) -> bool:
    """Whether there is a verdict; there is none after wrong options, nor where the service refused or could not be reached.

    One that the rest of the result denies is none either.
    """
    return bool(found.get("verdict")) and not denial_of(found)


def denial_of(found: Result) -> str:
    """Why a verdict is not believed that says that all is well; empty where it is."""
    if found.get("verdict") != "satisfied":
        return ""
    if denied_by := [name for name in _DENIED_BY if found.get(name)]:
        return f"the verdict is satisfied, and yet the result also says {', '.join(denied_by)}"
    # Only gates have them.
    if "checks" not in found:
        return ""
    checks = found["checks"]
    if not isinstance(checks, (list, tuple)) or not checks:
        return "the verdict is satisfied, and yet nothing was checked"
    fine = all(isinstance(check, Mapping) and check.get("verdict") == "satisfied" for check in checks)
    return "" if fine else "the verdict is satisfied, and yet not every check is"


def carried(found: Result) -> dict[str, Any]:
    """What a report hands on as it is. What was not judged has failed: it must never be taken for an open gate."""
    judged = was_judged(found)
    return {
        "failures": [],
        "tolerated": [],
        "elapsed": None,
        "polls": None,
        "timed_out": False,
        "stalled": False,
        **{name: found[name] for name in _KEPT if found.get(name) is not None},
        "verdict": found["verdict"] if judged else "failed",
        "reasons": list(found.get("reasons") or ())
        if judged
        else [on_one_line(str(found.get("msg") or denial_of(found) or "no result"))],
    }


def time_waited(found: Result) -> str:
    """How long was waited, in brackets; nothing where it was not worth mentioning."""
    elapsed = found.get("elapsed")
    if elapsed is None:
        return ""
    if found.get("stalled"):
        return f" (stalled after {clock(elapsed)})"
    if found.get("timed_out"):
        return f" (timed out after {clock(elapsed)})"
    return f" (waited {clock(elapsed)})" if found.get("polls", 0) > 1 else ""


def lines_of(report: Result, found: Result, further: list[str] | None = None) -> list[str]:
    """Each reason with the last line that the offender wrote, further ones, then what was tolerated; first, for how long nothing has changed."""
    last_error = found.get("last_transient_error")
    # The message has the reasons too, in one line.
    lines = [f"  {one_line(found['msg']).partition(': ')[0]}:"] if found.get("stalled") else []
    for reason in [*report["reasons"], *(further or ())]:
        lines += _with_output(reason, report["failures"])
    for reason in report["tolerated"]:
        lines += _with_output(reason, report["failures"], "tolerated: ")
    if last_error and report["verdict"] != "satisfied":
        lines.append(f"  the last transient error: {one_line(last_error)}")
    return lines


def _with_output(reason: object, failures: list[dict[str, Any]], before: str = "") -> list[str]:
    ends = [_output(failure) for failure in failures if failure.get("sentence") == reason]
    return [f"  {before}{one_line(reason)}", *(f"    {end}" for end in ends if end)]


def _output(failure: Result) -> str:
    words = last_words(failure)
    if words:
        return one_line(words)
    error = failure["tail_error"] or ""
    # That only so many are read is in the failure itself, and would be said of all the others.
    name = failure["task_id"] or failure["node_id"]
    return f"no output of {name}: {one_line(error)}" if error and not error.startswith("not read: only") else ""
