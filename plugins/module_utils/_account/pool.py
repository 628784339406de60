# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a pool, as far as it decides whether there are or will be nodes that can run tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.json import number, objects, part, same_id
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

if TYPE_CHECKING:
    from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client

# What of a pool decides what can be expected of it.
NEEDED = (
    "id",
    "state",
    "allocationState",
    "currentDedicatedNodes",
    "currentLowPriorityNodes",
    "targetDedicatedNodes",
    "targetLowPriorityNodes",
    "enableAutoScale",
    "autoScaleRun",
    "resizeErrors",
)
# Since when it is in its state, and in its allocation state; told where a wait ends because nothing changes.
TIMES = ("stateTransitionTime", "allocationStateTransitionTime")
_KINDS = ("Dedicated", "LowPriority")

# A resize that somebody stopped: the pool stays where it is.
_STOPPED = "resizestopped"
# The second is of old pools whose operating system is changed.
_KNOWN = ("active", "deleting", "upgrading")


class Size(NamedTuple):
    """How many nodes of one kind there are and are to be; None where the service does not mention it."""

    current: int | None
    target: int | None

    @property
    def mentioned(self) -> bool:
        """Whether one of them is known at least. A kind that is not mentioned has no nodes."""
        return self.current is not None or self.target is not None

    @property
    def short(self) -> bool:
        """Whether it is known that there are fewer than there are to be."""
        return self.current is not None and self.target is not None and self.current < self.target

    @property
    def over(self) -> bool:
        """Whether it is known that there are more than there are to be."""
        return self.current is not None and self.target is not None and self.current > self.target

    def __str__(self) -> str:
        current, target = ("?" if count is None else count for count in self)
        return f"{current} of {target}"


class PoolState(NamedTuple):
    """`errors` are codes and sentences about why the pool could not get its nodes, since its last resize."""

    id: str
    state: str
    allocation_state: str
    dedicated: Size
    spot: Size
    autoscaled: bool = False
    errors: tuple[tuple[str, str], ...] = ()
    # Why the formula could not be evaluated the last time; None where it could, or where there is none.
    formula_error: str | None = None
    # Since when it is as it is, as the service writes it; known only where it was asked for.
    since: Any = None

    @property
    def current(self) -> int | None:
        return _sum([kind.current for kind in (self.dedicated, self.spot) if kind.mentioned])

    @property
    def target(self) -> int | None:
        return _sum([kind.target for kind in (self.dedicated, self.spot) if kind.mentioned])

    @property
    def known(self) -> bool:
        return self.state in _KNOWN

    @property
    def steady(self) -> bool:
        return self.allocation_state == "steady"

    @property
    def resize_errors(self) -> list[str]:
        return [sentence for _code, sentence in self.errors]

    @property
    def most(self) -> int | None:
        """How many nodes it will have at most unless somebody acts; None where that is not known, or may change by itself."""
        if self.state != "active" or not self.steady or self.autoscaled or not self.counted:
            return None
        return sum(max(kind.current or 0, kind.target or 0) for kind in (self.dedicated, self.spot))

    @property
    def counted(self) -> bool:
        """Whether the service says of each kind how many nodes there are and are to be."""
        return self.current is not None and self.target is not None

    @property
    def has_fewer(self) -> bool:
        """Whether nodes of a kind are missing, however many there are of the other one."""
        return self.dedicated.short or self.spot.short

    @property
    def has_more(self) -> bool:
        """Whether there are too many nodes of a kind, however many there are of the other one."""
        return self.dedicated.over or self.spot.over

    @property
    def resized(self) -> bool:
        """Whether it is active, steady, and has of each kind as many nodes as it is to have."""
        exact = all((kind.current or 0) == (kind.target or 0) for kind in (self.dedicated, self.spot))
        return self.state == "active" and self.steady and self.counted and exact

    @property
    def accused(self) -> bool:
        """Whether it has stopped with fewer or more nodes than it is to have."""
        return self.state == "active" and (self.stuck or self.kept) is not None

    @property
    def stale_errors(self) -> list[str]:
        """Errors that stay until the next resize, although the pool has by now what it is to have. They accuse nobody."""
        return self.resize_errors if self.counted and not (self.has_fewer or self.has_more) else []

    @property
    def stuck(self) -> str | None:
        """Why no further node will come by itself; None while one may."""
        if self.state == "deleting":
            return "the pool is being deleted"
        # A formula is evaluated again, and may bring nodes by itself.
        if not self.steady or self.autoscaled or not self.errors:
            return None
        # The service keeps seeking Spot nodes, unless somebody stopped it.
        if self.dedicated.short or (self.spot.short and self._stopped):
            return f"it stopped resizing, {'; '.join(self.resize_errors)}"
        return None

    @property
    def kept(self) -> str | None:
        """Why nodes that it has too many stay; None where they may still leave. Work is not kept waiting by them.

        A resize that somebody stopped leaves the pool as large as it was then. Of other errors nobody says that.
        """
        if self.state == "deleting" or not self.steady or self.autoscaled or not (self.has_more and self._stopped):
            return None
        return f"it stopped resizing, {'; '.join(self.resize_errors)}, and keeps more nodes than it should have"

    @property
    def _stopped(self) -> bool:
        return any(code.lower() == _STOPPED for code, _sentence in self.errors)

    @property
    def short(self) -> str | None:
        """Why it has not got all its nodes, where it may still get them. An error outlives the shortage that it was about."""
        if self.stuck or not self.steady:
            return None
        errors = self.has_fewer and self.errors
        why = [f"it could not get them so far, {'; '.join(self.resize_errors)}"] if errors else []
        return ", and ".join([*why, *([self.failing_formula] if self.failing_formula else [])]) or None

    @property
    def failing_formula(self) -> str | None:
        """It is evaluated again, and may then give the pool its nodes."""
        return f"its autoscale formula fails, {self.formula_error}" if self.autoscaled and self.formula_error else None

    @property
    def settled(self) -> bool:
        """Whether no node comes unless somebody acts."""
        if self.stuck:
            return True
        return self.known and self.steady and self.counted and not self.has_fewer and not self.autoscaled

    def summary(self) -> dict[str, Any]:
        return {
            "pool_state": self.state,
            "allocation_state": self.allocation_state,
            "current_nodes": self.current,
            "target_nodes": self.target,
            "resize_errors": self.resize_errors,
        }

    def __str__(self) -> str:
        scale = ", autoscaled" if self.autoscaled else ""
        return f"pool {self.id} has {Size(self.current, self.target)} nodes ({self.allocation_state}{scale})"


def read_pool_state(client: Client, pool_id: str) -> PoolState:
    return pool_state(pool_id, client.get(("pools", pool_id), {"$select": ",".join(NEEDED)}))


def pool_state(pool_id: str, pool: Mapping[str, Any]) -> PoolState:
    """What the service says of the pool. Raises AnswerError where it speaks of none, or of another one."""
    same_id(pool, pool_id, "pool")
    state = str(pool.get("state") or "unknown").lower()
    dedicated, spot = (
        Size(_count(pool, f"current{kind}Nodes", state), _count(pool, f"target{kind}Nodes", state)) for kind in _KINDS
    )
    return PoolState(
        pool_id,
        state,
        str(pool.get("allocationState") or "unknown").lower(),
        dedicated,
        spot,
        bool(pool.get("enableAutoScale")),
        tuple(
            (str(error.get("code")), mask_words(f"{error.get('code')}: {error.get('message')}"))
            for error in objects(pool, "resizeErrors")
        ),
        _formula_error(part(pool, "autoScaleRun")),
    )


def _formula_error(run: Mapping[str, Any]) -> str | None:
    error = part(run, "error")
    return mask_words(f"{error.get('code')}: {error.get('message')}") if run.get("error") is not None else None


def _count(pool: Mapping[str, Any], name: str, state: str) -> int | None:
    """A pool that is being deleted can have -1. Any other that says so does not say how many."""
    count = number(pool, name)
    if count is None or count >= 0:
        return count
    return 0 if state == "deleting" else None


def _sum(counts: list[int | None]) -> int | None:
    """Not known where one of them is not, or where there is none."""
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None
