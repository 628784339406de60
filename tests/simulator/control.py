# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's own endpoints, by which a playbook moves the clock and sees what it has got to."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .clock import Clock
from .faults import Faults
from .model.errors import ScenarioError
from .model.faults import read_fault
from .model.reader import Reader
from .recording import Requests
from .wire.context import Context
from .wire.counts import task_counts
from .wire.node import NodeView
from .wire.versions import NEWEST
from .world import World


class Control:
    """Reads and moves a running simulator. Needs no signature and leaves no trace among the requests."""

    def __init__(self, world: World, clock: Clock, faults: Faults, requests: Requests) -> None:
        self._world = world
        self._clock = clock
        self._faults = faults
        self._requests = requests

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("/_simulator/state", self.state, methods=["GET"]),
            Route("/_simulator/clock", self.move_clock, methods=["POST"]),
            Route("/_simulator/faults", self.add_fault, methods=["POST"]),
            Route("/_simulator/faults", self.clear_faults, methods=["DELETE"]),
        ]

    def state(self, request: Request) -> Response:
        """Return the time and what jobs and pools have got to."""
        now = self._clock.now()
        context = Context(self._world, now, NEWEST, "")
        scenario = self._world.scenario
        jobs = {
            job.id: {"state": job.states.at(now), "tasks": task_counts(context, job)[0]}
            for job in scenario.jobs
            if job.exists(now)
        }
        pools = {pool.id: _node_states(context, pool) for pool in scenario.pools if pool.exists(now)}
        body = {"now": now, "scenario": scenario.name, "requests": self._requests.total, "jobs": jobs, "pools": pools}
        return JSONResponse(body)

    async def move_clock(self, request: Request) -> Response:
        """Advance or set the clock."""
        try:
            reader = Reader(await _json(request), "clock")
            advance, moment = reader.number("advance"), reader.number("set")
            reader.finish()
            if (advance is None) == (moment is None):
                raise ScenarioError("clock needs exactly one of advance and set")
        except ScenarioError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        if advance is not None:
            self._clock.advance(advance)
        else:
            self._clock.set(moment)
        return JSONResponse({"now": self._clock.now()})

    async def add_fault(self, request: Request) -> Response:
        """Misbehave from now on."""
        try:
            self._faults.add(read_fault(Reader(await _json(request), "fault")))
        except ScenarioError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"added": True})

    def clear_faults(self, request: Request) -> Response:
        """Behave again."""
        self._faults.clear()
        return JSONResponse({"cleared": True})


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        raise ScenarioError("the body must be JSON") from None


def _node_states(context: Context, pool: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for node in pool.nodes:
        if node.exists(context.now):
            state = NodeView(context, pool, node).state()
            counts[state] = counts.get(state, 0) + 1
    return counts
