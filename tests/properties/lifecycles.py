# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can happen to jobs, tasks, nodes and preparations: generated, and always something that Batch could do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

NEVER = float("inf")
# Everything happens within a minute of scenario time; after that nothing moves any more.
HORIZON = 60
# A failure does not always have an exit code, and not always one that looks like a failure.
EXIT_CODES = (None, 0, 1)

# A job that ends itself with its last task is the common case, and the one in which reads race with the service.
FATES = (
    "stays",
    "stays",
    "all_done",
    "all_done",
    "all_done",
    "all_done",
    "terminated",
    "deleted",
    "disabled",
    "scheduling_error",
)

# Tasks are on this node, unless a preparation has begun before them on another that is meant for them.
TASK_NODE = "tvm-1"

times = st.integers(0, HORIZON)
spans = st.integers(1, 20)


@dataclass(frozen=True)
class Run:
    """One execution: of a task, or of a preparation task on a node."""

    starts: float
    ends: float
    ok: bool = True
    exit_code: int | None = None

    def cut(self, at: float) -> Run | None:
        """The run in a job that ends at that time: what has not begun never does, what runs is ended as a failure."""
        if self.starts >= at:
            return None
        return self if self.ends <= at else Run(self.starts, at, ok=False)

    def wire(self) -> dict[str, Any]:
        outcome: dict[str, Any] = {"ends_at": self.ends} if self.ends < NEVER else {}
        if not self.ok:
            outcome |= {"result": "failure", "failure": {"code": "TaskEnded", "message": "It failed"}}
            outcome |= {} if self.exit_code is None else {"exit_code": self.exit_code}
        return outcome


@dataclass(frozen=True)
class Work:
    """A task, or the preparation on a node: when it is there, and its runs, one after the other."""

    id: str
    created: float
    runs: tuple[Run, ...]

    def run_at(self, at: float) -> Run | None:
        begun = [run for run in self.runs if run.starts <= at]
        return begun[-1] if begun else None


@dataclass(frozen=True)
class Node:
    id: str
    appears: float
    states: tuple[tuple[float, str], ...]
    enabled: bool = True

    def state_at(self, at: float) -> str | None:
        return None if at < self.appears else [state for since, state in self.states if since <= at][-1]


@dataclass(frozen=True)
class Pool:
    nodes: tuple[Node, ...]
    steady_at: float
    target: int
    autoscaled: bool = False
    resize_error: bool = False
    deleting_at: float = NEVER
    spot: bool = False
    resize_code: str = "AccountCoreQuotaReached"

    @property
    def stopped(self) -> bool:
        """Whether the pool stays short of its nodes; for Spot nodes the service goes on looking, unless somebody stopped it."""
        return self.resize_error and (not self.spot or self.resize_code == "ResizeStopped")

    def there(self, at: float) -> list[tuple[Node, str]]:
        return [(node, state) for node in self.nodes if (state := node.state_at(at)) is not None]

    def wire(self) -> dict[str, Any]:
        pool: dict[str, Any] = {
            "id": "pool-1",
            "allocation": [{"at": 0, "state": "resizing"}, {"at": self.steady_at, "state": "steady"}],
            "target_dedicated_nodes": 0 if self.spot else self.target,
            "target_low_priority_nodes": self.target if self.spot else 0,
            "start_task": {"command_line": "true"},
            "nodes": [
                {
                    "id": node.id,
                    "appears_at": node.appears,
                    "dedicated": not self.spot,
                    "states": [{"at": since, "state": state} for since, state in node.states],
                    "scheduling": [{"at": 0, "state": "enabled" if node.enabled else "disabled"}],
                }
                for node in self.nodes
            ],
        }
        if self.autoscaled:
            pool["autoscale"] = {"formula": "$TargetDedicatedNodes = 1;"}
        if self.resize_error:
            pool["resize_errors"] = {"code": self.resize_code, "message": "No cores left"}
        if self.deleting_at < NEVER:
            start = [] if self.deleting_at == 0 else [{"at": 0, "state": "active"}]
            pool["states"] = [*start, {"at": self.deleting_at, "state": "deleting"}]
            pool["removed_at"] = self.deleting_at + 10
        return pool

    def scenario(self) -> dict[str, Any]:
        return {"start": "now", "pools": [self.wire()], "jobs": []}


@dataclass(frozen=True)
class Job:
    """Without a pool of its own it has one whose nodes are well: those of its preparations."""

    states: tuple[tuple[float, str], ...]
    tasks: tuple[Work, ...]
    preparations: tuple[Work, ...]
    scheduling_error_at: float = NEVER
    count_lag: float = 0
    pool: Pool | None = None

    def state_at(self, at: float) -> str:
        return [state for since, state in self.states if since <= at][-1]

    def task_nodes(self, at: float) -> set[str]:
        """The nodes on which tasks are or have been."""
        return {self.node_of(task) for task in self.tasks if task.created <= at and task.run_at(at)}

    def node_of(self, task: Work) -> str:
        own = task.id.replace("task", "tvm")
        begun = [work.runs[0].starts for work in self.preparations if work.id == own and work.runs]
        return own if begun and task.runs and begun[0] <= task.runs[0].starts else TASK_NODE

    def nodes_there(self, at: float) -> set[str]:
        """The nodes that are in the pool."""
        return {work.id for work in self.preparations if at < _removed_at(work.id)}

    def scenario(self) -> dict[str, Any]:
        nodes = [{"id": work.id, "removed_at": _removed_at(work.id)} for work in self.preparations]
        job: dict[str, Any] = {
            "id": "job-1",
            "pool": "pool-1",
            "states": [{"at": since, "state": state} for since, state in self.states],
            "task_count_lag": self.count_lag,
            "tasks": [{**_task(task), "node": self.node_of(task)} for task in self.tasks],
            "preparation": {"command_line": "true", "entries": [_entry(work) for work in self.preparations]},
        }
        errors = [_terminating_error(since) for since, state in self.states if state == "terminating"]
        if self.scheduling_error_at < NEVER:
            errors.append({"at": self.scheduling_error_at, "code": "InvalidPool", "message": "There is no such pool"})
        job["scheduling_error"] = errors
        pool = self.pool.wire() if self.pool else {"id": "pool-1", "nodes": nodes}
        return {"start": "now", "pools": [pool], "jobs": [job]}


def _removed_at(node_id: str) -> float:
    return 30 if node_id.endswith("4") else 10**9


def _task(task: Work) -> dict[str, Any]:
    wire: dict[str, Any] = {"id": task.id, "created_at": task.created}
    if task.runs:
        wire |= {"runs_at": task.runs[0].starts, **task.runs[0].wire()}
    return wire


def _entry(work: Work) -> dict[str, Any]:
    return {"node": work.id, "attempts": [{"starts_at": run.starts, **run.wire()} for run in work.runs]}


def _terminating_error(since: float) -> dict[str, Any]:
    """What a job carries while its release tasks run. It is no failure."""
    return {
        "at": since,
        "until": since + 5,
        "category": "ServerError",
        "code": "JobTerminationAwaitingNodeProcessing",
        "message": "Waiting for processing from one or more nodes",
    }


@st.composite
def runs(draw: st.DrawFn, earliest: float, attempts: int = 1) -> tuple[Run, ...]:
    """Runs one after the other; the last may never end."""
    found: list[Run] = []
    at = earliest
    for _number in range(draw(st.sampled_from((1, 1, 1, 1, 1, 0)) if attempts == 1 else st.integers(1, attempts))):
        starts = at + draw(st.integers(0, 25))
        ends = starts + draw(spans)
        ok = draw(st.integers(0, 5)) < 5
        found.append(Run(starts, ends, ok, None if ok else draw(st.sampled_from(EXIT_CODES))))
        at = ends + 1
    if found and draw(st.integers(0, 7)) == 7:
        found[-1] = Run(found[-1].starts, NEVER)
    return tuple(found)


@st.composite
def works(draw: st.DrawFn, prefix: str, most: int, attempts: int) -> tuple[Work, ...]:
    made = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        created = 0 if attempts > 1 else draw(st.sampled_from((0, 0, 0, 15)))
        made.append(Work(f"{prefix}-{number}", created, draw(runs(created, attempts))))
    return tuple(made)


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """A job that stays active, ends by itself when its tasks have, is ended, disabled, or cannot be scheduled."""
    tasks = draw(works("task", 4, 1))
    preparations = draw(works("tvm", 4, 3))
    fate = draw(st.sampled_from(FATES))
    lag = draw(st.sampled_from((0, 3, 15)))
    if fate == "stays":
        return Job(((0, "active"),), tasks, preparations, count_lag=lag)
    if fate == "scheduling_error":
        return Job(((0, "active"),), _cut(tasks, 0), _cut(preparations, 0), 0, lag)
    if fate == "all_done":
        at = max((run.ends for task in tasks for run in task.runs), default=NEVER)
        if at == NEVER or any(not task.runs for task in tasks):
            return Job(((0, "active"),), tasks, preparations, count_lag=lag)
    else:
        at = draw(times)
    return Job(_ending(fate, at, draw(spans)), _cut(tasks, at), _cut(preparations, at), count_lag=lag)


def _ending(fate: str, at: float, span: float) -> tuple[tuple[float, str], ...]:
    start = () if at == 0 else ((0.0, "active"),)
    if fate == "disabled":
        return (*start, (at, "disabled"))
    if fate == "deleted":
        return (*start, (at, "deleting"))
    return (*start, (at, "terminating"), (at + span, "completed"))


def _cut(works: tuple[Work, ...], at: float) -> tuple[Work, ...]:
    """What is left of the work in a job that ends at that time; tasks stay, and may never have run."""
    kept = (
        Work(work.id, work.created, tuple(run for run in (each.cut(at) for each in work.runs) if run)) for work in works
    )
    return tuple(work for work in kept if work.created <= at and (work.runs or work.id.startswith("task")))


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    """A pool whose nodes come, boot, reboot, fail their start task, or are taken out of scheduling."""
    nodes = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        appears = draw(st.sampled_from((0, 0, 10)))
        states = [(float(appears), "creating"), (appears + 5.0, "waitingforstarttask")]
        at = appears + 5 + draw(spans)
        states.append((float(at), draw(st.sampled_from(("idle", "idle", "idle", "starttaskfailed", "unusable")))))
        if states[-1][1] == "idle":
            for state in draw(
                st.lists(st.sampled_from(("rebooting", "running", "offline", "idle", "unknown")), max_size=2)
            ):
                at += draw(spans)
                states.append((float(at), state))
        enabled = draw(st.sampled_from((True, True, True, False)))
        nodes.append(Node(f"tvm-{number}", appears, tuple(states), enabled))
    return Pool(tuple(nodes), draw(st.sampled_from((0, 12))) if nodes else 0, len(nodes))


kinds_of_nodes = st.fixed_dictionaries(
    {"spot": st.booleans(), "resize_code": st.sampled_from(("ResizeStopped", "AllocationTimedout"))}
)


@st.composite
def short_pools(draw: st.DrawFn) -> Pool:
    """A pool that does not get the nodes that it is to have: for ever, or for as long as the service looks for them."""
    pool = draw(pools())
    more = draw(st.sampled_from((0, 1, 2)))
    return replace(
        pool,
        steady_at=draw(st.sampled_from((0, 12))),
        target=len(pool.nodes) + more,
        autoscaled=draw(st.integers(0, 4)) == 0,
        resize_error=draw(st.booleans()),
        **draw(kinds_of_nodes),
    )


@st.composite
def starving_jobs(draw: st.DrawFn) -> Job:
    """A job with tasks that never get a node, and a pool that has none for them: for some time, or for ever."""
    pool = draw(pools())
    if draw(st.integers(0, 2)):
        # Nodes that all end with a failed start task are what this is about.
        pool = replace(pool, nodes=tuple(replace(node, states=_failing(node)) for node in pool.nodes))
    pool = replace(
        pool,
        steady_at=draw(st.sampled_from((0, 12))),
        target=len(pool.nodes) + draw(st.sampled_from((0, 0, 1))),
        autoscaled=draw(st.integers(0, 4)) == 0,
        resize_error=draw(st.integers(0, 2)) == 0,
        deleting_at=draw(st.sampled_from((NEVER, NEVER, 5, 20))),
        **draw(kinds_of_nodes),
    )
    never = tuple(Work(f"task-{number}", 0, ()) for number in range(1, draw(st.integers(1, 3)) + 1))
    done = (Work("task-9", 0, (Run(0, draw(spans)),)),) if draw(st.booleans()) else ()
    return Job(((0, "active"),), never + done, (), count_lag=draw(st.sampled_from((0, 3, 15))), pool=pool)


def _failing(node: Node) -> tuple[tuple[float, str], ...]:
    *before, (last, _state) = node.states
    return (*before, (last, "starttaskfailed"))


@st.composite
def jobs_with_own_pool(draw: st.DrawFn) -> Job:
    """A job whose pool goes when it has ended, as one that the service made for it."""
    job = draw(jobs())
    ended = next((since for since, state in job.states if state in ("terminating", "deleting")), NEVER)
    nodes = (Node(TASK_NODE, 0, ((0, "idle"),)),)
    return replace(job, preparations=(), pool=Pool(nodes, 0, 1, deleting_at=ended + draw(st.integers(0, 3))))


@dataclass(frozen=True)
class Weather:
    """How the account answers: seconds for each request, and how it misbehaves."""

    latency: float
    faults: tuple[dict[str, Any], ...] = field(default_factory=tuple)


weathers = st.builds(
    Weather,
    latency=st.sampled_from((0.01, 1.0, 2.0)),
    # Good weather half of the time: bad weather hides what a gate says of the lifecycle.
    faults=st.just(())
    | st.lists(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(
                    (
                        "status",
                        "reset",
                        "reset_in_body",
                        "truncated",
                        "html",
                        "empty",
                        "content_type",
                        "error_in_200",
                        "repeated_next_link",
                        "redirect",
                    )
                ),
                "status": st.sampled_from((429, 500, 503)),
                "probability": st.sampled_from((0.1, 0.3)),
                "seed": st.integers(0, 1000),
                "after": st.integers(0, 5),
            }
        ),
        min_size=1,
        max_size=2,
    ).map(lambda found: tuple({**fault, "status": 302} if fault["kind"] == "redirect" else fault for fault in found)),
)
