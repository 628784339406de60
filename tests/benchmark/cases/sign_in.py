# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What signing in with Entra ID costs a playbook: once, and then next to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..running import Took, playbook
from ..samples import Board, Target, pairwise
from ..sign_in_host import SignInHost

CASE = "one read, marginal time of a task that signs in"
KEY = "with a Shared Key"
SHARED = "with a secret, second and later task"
EACH = "with a secret, token_cache: false"
MODULE = "with a secret, as a module"
_MOST = 1.15


def measure(board: Board, *, rounds: int, number: int) -> None:
    wall: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    with SignInHost() as host:
        ways: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
            KEY: (host.shared_key, {}),
            SHARED: (host.secret, {}),
            EACH: (host.secret, {"token_cache": False}),
            MODULE: (host.secret, {"environment": {"BENCHMARK": "1"}}),
        }
        # Twice as many of the two that are compared, in turn.
        for name in [KEY, SHARED, SHARED, KEY, EACH, MODULE] * rounds:
            took = _task(host, *ways[name], number)
            wall.setdefault(name, []).append(1000 * took.seconds)
            processor.setdefault(name, []).append(1000 * took.cpu_seconds)
    board.add(CASE, "ms", wall)
    board.add(CASE, "ms", {f"{name}, processor time": values for name, values in processor.items()})
    board.targets += [
        Target(CASE, f"{SHARED} / {KEY}", pairwise(wall[SHARED], wall[KEY]), _MOST, True),
        Target(CASE, f"{SHARED} / {KEY}, processor time", pairwise(processor[SHARED], processor[KEY]), _MOST, True),
    ]


def _task(host: SignInHost, environment: Mapping[str, str], changes: Mapping[str, Any], number: int) -> Took:
    """What one more task takes: a playbook with many, less one with one, which signs in if somebody must."""
    keywords = dict(changes)
    options: dict[str, Any] = {"job_id": "job-8", "task_counts": False, "ca_path": host.facts["ca_path"]}
    options["disable_instance_discovery"] = True
    if "token_cache" in keywords:
        options["token_cache"] = keywords.pop("token_cache")
    read = {"name": "Read", "batchops.azure.batch_job_info": options, **keywords}
    one, many = (playbook(name, [read] * times, environment) for name, times in (("one", 1), ("many", number + 1)))
    return Took((many.seconds - one.seconds) / number, (many.cpu_seconds - one.cpu_seconds) / number)
