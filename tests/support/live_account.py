# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small account that stands for a real one in the tests of `./dev live`."""

from __future__ import annotations

from typing import Any


def live_account(**more: Any) -> dict[str, Any]:
    """An account with a pool, and a job with preparation and tasks."""
    job = {
        "id": "job-7",
        "pool": "pool-7",
        "preparation": {"command_line": "/bin/true", "entries": {"count": 2, "node": "tvm-{n}", "takes": 2}},
        "tasks": {"count": 2, "id": "task-{n}", "runs_at": 1, "files": {"stdout.txt": "rendered\n"}},
        **more.pop("job", {}),
    }
    pool = {"id": "pool-7", "nodes": {"count": 2, "id": "tvm-{n}"}, **more.pop("pool", {})}
    return {"name": "live", "description": "stands for a real account", "pools": [pool], "jobs": [job], **more}
