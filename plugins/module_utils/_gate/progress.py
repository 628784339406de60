# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says about a gate: how many checks are satisfied, and the counts of those that are still pending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import PENDING
from ansible_collections.batchops.azure.plugins.module_utils._read.progress import (
    Counts,
    Params,
    ProgressFormat,
    progress_format,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot
from ansible_collections.batchops.azure.plugins.module_utils._registry import RESOURCES


def subject(params: Params) -> str:
    return "gate"


def counts(look: Snapshot, params: Params) -> Counts:
    pending = (
        _of_check(check, given)
        for check, given in zip(look.facts, params["checks"])
        # A check that the service refused to answer has no counts.
        if check["verdict"] == PENDING and check["summary"]
    )
    summary = look.summary
    return Counts(
        summary["succeeded"], summary["total"], "satisfied", summary["failed"], alike=False, checks=tuple(pending)
    )


def _of_check(check: Mapping[str, Any], given: Params) -> tuple[str, Counts]:
    topic, params = progress_format(RESOURCES[check["check"]]), {**given, "condition": check["condition"]}
    return topic.subject(params), topic.counts(Snapshot(summary=check["summary"]), params)


PROGRESS = ProgressFormat(subject, counts)
