# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's counts of a job's tasks. They lag behind in both directions: for progress, not for a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, part

COUNTS = ("active", "running", "completed", "succeeded", "failed")


def flat_counts(body: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, int] | None]:
    """Counts of tasks and of slots. Before 2020-09-01.12.0 the service has no slots and no envelope."""
    flat = {name: value for name, value in body.items() if not name.startswith("odata.")}
    tasks = part(body, "taskCounts") or flat
    checked = {name: max(0, number(tasks, name) or 0) if name in COUNTS else value for name, value in tasks.items()}
    return checked, dict(part(body, "taskSlotCounts")) or None
