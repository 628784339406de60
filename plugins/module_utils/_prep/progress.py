# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a progress line says of job preparation and job release tasks."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._read.progress import (
    Counts,
    Params,
    ProgressFormat,
    named,
    wanted_nodes,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Snapshot


def subject(params: Params) -> str:
    return named("release" if params["condition"] == "released" else "prep", params, "job")


def counts(snapshot: Snapshot, params: Params) -> Counts:
    summary, released = snapshot.summary, params["condition"] == "released"
    how = summary["release"] if released else summary
    total = wanted_nodes(summary, params) or summary["total"]
    return Counts(
        how["succeeded"], total, "released" if released else "ready", how["failed"], ((how["running"], "running"),)
    )


PROGRESS = ProgressFormat(subject, counts)
