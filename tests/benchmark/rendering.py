# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies in the simulator's own shape, rendered once and kept as bytes.

The id of a job says how large it is: `t100000` has 100,000 tasks, `p10000` has its preparation on 10,000 nodes,
`n170-t500-007` is the seventh of 170 jobs, and `w500` waits until it is finished. `m10000` is a pool of 10,000 nodes, of which the first one
changes its state, and `q1000-0007` the seventh of 1,000 pools.
The items of each page are those of the first, under ids of their own: a list that names a task twice has it once.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from ansible_collections.batchops.azure.tests.simulator.auth.gate import AccountGate
from ansible_collections.batchops.azure.tests.simulator.auth.tokens import Tokens
from ansible_collections.batchops.azure.tests.simulator.model.loader import load_scenario
from ansible_collections.batchops.azure.tests.simulator.service.asked import Asked
from ansible_collections.batchops.azure.tests.simulator.service.data_plane import DataPlane
from ansible_collections.batchops.azure.tests.simulator.world import World

PAGE = 1000
VERSION = "2025-06-01"
_TOKEN = "of-the-benchmark"
_SCENARIO = {
    "start": "2026-01-31T08:00:00.1234567Z",
    "account": {"access_token": _TOKEN},
    "pools": [{"id": "pool-1", "created_at": -900, "nodes": {"count": PAGE, "id": "tvm-{n:07d}", "appears_at": -900}}],
    "jobs": [
        {
            "id": "a-job",
            "pool": "pool-1",
            "states": [{"at": 0, "state": "active"}, {"at": 900, "state": "completed"}],
            "preparation": {
                "command_line": "/bin/bash -c 'azcopy copy $INPUT /mnt/shared --recursive'",
                "entries": {"count": PAGE, "node": "tvm-{n:07d}", "starts_at": 0, "takes": 10},
            },
            "tasks": {
                "count": PAGE,
                "id": "task-{n:07d}",
                "runs_at": {"from": 20, "to": 600},
                "takes": 30,
                "command_line": "/bin/bash -c 'render --frame 17 --output $AZ_BATCH_TASK_WORKING_DIR/frames'",
                "environment": {"SCENE": "a-scene", "QUALITY": "final"},
            },
        }
    ],
}
_PREPARING, _RUNNING, _ENDED = 5.0, 300.0, 1000.0
_NUMBERS = re.compile(r"(?:^|-)([ntpwmq])([0-9]+)")
_OF_POOL = re.compile(r"/pools/(m[0-9]+)(/nodes)?")
_OF_JOB = re.compile(r"/jobs/([^/]+)(/[a-z]+)?")


class Rendering:
    """The answers of an account that never ends. `base` is the address that links point to."""

    def __init__(self, base: str) -> None:
        scenario = load_scenario(_SCENARIO)
        self._plane = DataPlane(World(scenario), AccountGate(scenario.account, Tokens(scenario.account)))
        self._base = base
        self.finished = False
        self.changed = False
        # Each body is rendered when it is first asked for, which is before anything is measured.
        self._rendered = lru_cache(maxsize=64)(self._render)
        self._items = lru_cache(maxsize=128)(self._render_items)
        self._many_pools = lru_cache(maxsize=64)(self._render_pools)

    def answer(self, path: str, query: str) -> tuple[str, list[bytes]] | None:
        """What is asked for, in one word, and the pieces of the body. None for what the benchmark does not know."""
        params = dict(parse_qsl(query))
        select = params.get("$select", "")
        if path == "/jobs":
            return "list of jobs", self._jobs(params.get("$filter", ""), select)
        if path.startswith("/pools"):
            return self._answer_of_pools(path, params)
        match = _OF_JOB.fullmatch(path)
        if not match:
            return None
        job_id, what = match.groups()
        sizes = {letter: int(number) for letter, number in _NUMBERS.findall(job_id)}
        waiting = "w" in sizes and not self.finished
        now = _RUNNING if waiting else _ENDED
        if what is None:
            return "job", [self._job(job_id, select, waiting)]
        if what == "/taskcounts":
            return "task counts", [self._counts(sizes)]
        if what == "/tasks":
            kind = "filtered list of tasks" if "$filter" in params else "list of tasks"
            return kind, self._page("/jobs/a-job/tasks", path, params, sizes.get("t") or sizes.get("w", 0), now)
        if what == "/jobpreparationandreleasetaskstatus":
            status = f"/jobs/a-job{what}"
            return "preparation status", self._page(
                status, path, params, sizes.get("p", 0), _PREPARING if waiting else _ENDED
            )
        return None

    def _answer_of_pools(self, path: str, params: dict[str, str]) -> tuple[str, list[bytes]] | None:
        select = params.get("$select", "")
        if path == "/pools/pool-1":
            return "pool", self._rendered(path, select, "", _ENDED)
        if path == "/pools":
            return "list of pools", self._pools(params.get("$filter", ""), select)
        match = _OF_POOL.fullmatch(path)
        if not match:
            return None
        nodes = int(match[1][1:])
        if match[2]:
            page = self._page("/pools/pool-1/nodes", path, params, nodes, _ENDED)
            return "list of nodes", self._with_change(page) if "$skiptoken" not in params else page
        return "pool", [self._pool(match[1], select, nodes)]

    def _with_change(self, page: list[bytes]) -> list[bytes]:
        """The first node may not be what it was."""
        return [piece.replace(b'"state":"idle"', b'"state":"offline"', 1) for piece in page] if self.changed else page

    def _jobs(self, wanted: str, select: str) -> list[bytes]:
        sizes = dict(_NUMBERS.findall(wanted.replace("'", "-")))
        number, tasks = int(sizes.get("n", 0)), int(sizes.get("t", 0))
        if number > PAGE:
            raise ValueError("a list of jobs has one page here")
        items = [self._job(f"n{number}-t{tasks}-{index:04d}", select, False) for index in range(1, number + 1)]
        return [b'{"value":[', b",".join(items), b"]}"]

    def _pools(self, wanted: str, select: str) -> list[bytes]:
        number = dict(_NUMBERS.findall(wanted.replace("'", "-"))).get("q", "0")
        return [b'{"value":[', self._many_pools(int(number), select), b"]}"]

    def _render_pools(self, number: int, select: str) -> bytes:
        if number > PAGE:
            raise ValueError("a list of pools has one page here")
        return b",".join(self._pool(f"q{number}-{index:04d}", select, 4) for index in range(1, number + 1))

    def _pool(self, pool_id: str, select: str, nodes: int) -> bytes:
        body = json.loads(self._rendered("/pools/pool-1", select, "", _ENDED)[0])
        body.update({name: nodes for name in body if name in ("currentDedicatedNodes", "targetDedicatedNodes")})
        return json.dumps(body, separators=(",", ":")).encode().replace(b"pool-1", pool_id.encode())

    def _job(self, job_id: str, select: str, running: bool) -> bytes:
        body = self._rendered("/jobs/a-job", select, "", _RUNNING if running else _ENDED)[0]
        return body.replace(b"a-job", job_id.encode())

    def _counts(self, sizes: dict[str, int]) -> bytes:
        body = json.loads(self._rendered("/jobs/a-job/taskcounts", "", "", _ENDED)[0])
        total = sizes.get("t") or sizes.get("w", 0)
        waiting = "w" in sizes and not self.finished
        done, running = (total // 2, min(10, total)) if waiting else (total, 0)
        for counts in (body["taskCounts"], body["taskSlotCounts"]):
            counts.update({"active": total - done - running, "running": running})
            counts.update({"completed": done, "succeeded": done, "failed": 0})
        return json.dumps(body, separators=(",", ":")).encode()

    def _page(self, of: str, path: str, params: dict[str, str], total: int, now: float) -> list[bytes]:
        size = min(int(params.get("maxresults", PAGE)), PAGE)
        first = int(params.get("$skiptoken", 0))
        wanted = params.get("$filter", "")
        number = max(0, min(size, total - first))
        pieces = [b'{"value":[', self._items(of, params.get("$select", ""), wanted, now, first, number), b"]"]
        # What a filter finds fits on a page here.
        if first + size < total and not wanted:
            rest = {name: value for name, value in params.items() if name != "$skiptoken"}
            query = urlencode({**rest, "$skiptoken": first + size}, quote_via=quote, safe="$")
            pieces.append(f',"odata.nextLink":"{self._base}{path}?{query}"'.encode())
        return [*pieces, b"}"]

    def _render_items(self, of: str, select: str, wanted: str, now: float, first: int, number: int) -> bytes:
        page, start = divmod(first, PAGE)
        if start + number > PAGE:
            raise ValueError("a page may not reach from one thousand into the next here")
        items = b",".join(self._rendered(of, select, wanted, now)[start : start + number])
        # The first digits of an id are free: those behind them count to a thousand.
        name = b"task-" if of.endswith("/tasks") else b"tvm-"
        return items.replace(name + b"000", name + b"%03d" % page)

    def _render(self, path: str, select: str, wanted: str, now: float) -> list[bytes]:
        """The simulator's answer: the items of a list, or the object itself."""
        query = f"api-version={VERSION}" + (f"&$select={quote(select)}" if select else "")
        query += f"&$filter={quote(wanted)}" if wanted else ""
        asked = Asked("GET", path, query, {"authorization": f"Bearer {_TOKEN}"}, self._base, now)
        answer = self._plane.answer(asked)
        body: dict[str, Any] = json.loads(answer.body)
        if answer.status != 200:
            raise ValueError(f"the simulator does not answer {path}?{query}: {body}")
        items = body["value"] if isinstance(body.get("value"), list) else [body]
        return [json.dumps(item, separators=(",", ":"), ensure_ascii=False).encode() for item in items]
