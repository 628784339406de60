# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page cannot show, said on it: who looks at a picture takes it for the whole."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import START_TASK, Found
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.findings import MOST_FAILURES
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.timeline import FAILED_ROWS, Timeline
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.window import Window
from ansible_collections.batchops.azure.plugins.plugin_utils._report import number_of

_READS = {"jobs": "jobs", "tasks": "tasks", "nodes": "nodes or the preparation of jobs"}


def limits_of(found: Found, window: Window | None, timeline: Timeline | None) -> Iterator[str]:
    yield (
        "The service keeps no history. A retry, a requeue, a reboot or a reimage overwrites the run before it, "
        "and nodes that have left take their start tasks with them. Only the last run of each thing is here."
    )
    again = sum(execution.again > 0 for execution in found.executions)
    if again:
        yield f"{number_of(again, 'bar')} had earlier runs, which are not known."
    reborn = sum(
        node.allocated is not None and node.booted is not None and node.booted > node.allocated + 900
        for node in found.nodes.values()
    )
    if reborn:
        yield f"{number_of(reborn, 'node')} booted again after being allocated; what ran there before is not known."
    timeless = sum(execution.start is None and execution.created is None for execution in found.executions)
    if timeless:
        yield f"{timeless} of {len(found.executions)} executions have no times, and no bar."
    if window is not None:
        before = sum(
            execution.kind == START_TASK and execution.end is not None and execution.end < window.start
            for execution in found.executions
        )
        if before:
            yield f"{number_of(before, 'start task')} ended before the timeline begins, and lie at its left edge."
    if timeline is not None:
        yield from _left_out(timeline)
    if len(found.failures) > MOST_FAILURES:
        yield f"Of {len(found.failures)} failures the first {MOST_FAILURES} are listed."
    if found.truncated:
        yield "A limit cut off what was read: there may be more."
    yield from (f"Not read: {words}." for name, words in _READS.items() if name not in found.read)
    yield from (f"A read failed: {message}" for message in dict.fromkeys(found.unread))


def _left_out(timeline: Timeline) -> Iterator[str]:
    """What has no row or bar of its own."""
    if timeline.bands:
        yield (
            f"There are {timeline.nodes:,} nodes: rows are drawn only of nodes where something failed, at most {FAILED_ROWS}, "
            "and of those with what took longest."
        )
    if timeline.jobs_left_out:
        yield f"{number_of(timeline.jobs_left_out, 'more job')} have no row."
    if timeline.merged:
        yield "In rows with very many bars those that ended alike are drawn as one."
