# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges the nodes of a pool."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ansible_collections.batchops.azure.plugins.module_utils._account.pool import PoolState, accuse_node
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Offender, Reason, name_some
from ansible_collections.batchops.azure.plugins.module_utils._nodes.tally import HEALTHY, NodeTally
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions

# Nodes in the same plight that are told one by one.
_MOST_SENTENCES = 3


def judge(question: ReadOptions, tally: NodeTally, pool: PoolState, missing: list[str]) -> Judgement:
    """All nodes of the pool, those expected, or at least so many; but for as many failed ones as are tolerated."""
    return NodeVerdict(question, tally, pool, missing).judge()


@dataclass(frozen=True)
class NodeVerdict:
    """The nodes of one pool, and what they come to. Each rule is a method that returns its reasons."""

    question: ReadOptions
    tally: NodeTally
    pool: PoolState
    # Ids of named nodes that do not exist.
    missing: list[str]

    def judge(self) -> Judgement:
        accused = self._accused()
        too_many = len(accused) > self.question.max_failed_nodes
        judgement = Judgement(
            failed=(accused if too_many else []) + self._going_away(),
            missing=self._disputed() + ([] if self._enough else self._waited_for()),
            tolerated=([] if too_many else accused) + self._empty(),
        )
        short = self._short(bool(accused) and not too_many)
        (judgement.failed if self.pool.stuck else judgement.missing).extend(short)
        judgement.missing += self._not_enough_yet() + self._unknown_pool()
        judgement.going_on = bool(self._waiting or self.tally.disputed or self._more_may_come)
        return judgement

    @property
    def _needs_health(self) -> bool:
        return (self.question.condition or "") in HEALTHY

    @property
    def _whole_pool(self) -> bool:
        question = self.question
        return not (question.node_ids or question.expected_nodes or question.filter or question.min_nodes is not None)

    @property
    def _prefix(self) -> str:
        return f"{self.pool.id}/" if self.question.several else ""

    @cached_property
    def _absent(self) -> list[str]:
        return self.missing + sorted(set(self.question.expected_nodes) - self.tally.weighed)

    @cached_property
    def _doubted(self) -> set[str]:
        return self.tally.disputed & self.tally.weighed

    @cached_property
    def _good(self) -> int:
        return len(self.tally.satisfying - self._doubted)

    @cached_property
    def _failed(self) -> list[str]:
        if not self._needs_health:
            return []
        return [node for node in self.tally.lacking if node in self.tally.broken and node not in self._doubted]

    @cached_property
    def _waiting(self) -> dict[str, str]:
        """Nodes that may still get there, and what they lack."""
        apart = self._doubted.union(self._failed)
        return {node: why for node, why in self.tally.lacking.items() if node not in apart}

    @property
    def _enough(self) -> bool:
        """Whether there are as many as are asked for, so that the others may be on their way."""
        question = self.question
        if question.min_nodes is None or question.expected_nodes:
            return False
        # One that is as wanted there must be, however many failed ones are tolerated.
        return self._good >= max(1, question.min_nodes)

    @property
    def _more_may_come(self) -> bool:
        """Whether the pool may still get nodes by itself, and it matters."""
        if self.question.node_ids:
            return False
        return not self.pool.settled

    def _accused(self) -> list[Reason]:
        offenders = [accuse_node(self.pool.id, self.tally.broken[node]) for node in self._failed]
        return [Reason(f"{self._prefix}{offender.node_id}: {offender.why}", offender) for offender in offenders]

    def _going_away(self) -> list[Reason]:
        if not (self.tally.total and self.pool.state == "deleting" and self._needs_health):
            return []
        why = f"{self.pool}: its nodes go away, the pool is being deleted"
        return [Reason(why, Offender("pool", why, pool_id=self.pool.id))]

    def _disputed(self) -> list[Reason]:
        why = "is listed twice, in different states"
        return [
            Reason(f"{self._prefix}{node}: {why}", Offender("node", why, pool_id=self.pool.id, node_id=node))
            for node in sorted(self._doubted)
        ]

    def _waited_for(self) -> list[Reason]:
        """A sentence for each node; one for all where many are the same: a pool has thousands that start at once."""
        alike: dict[str, list[Offender]] = {}
        for node_id, why in self._waiting.items():
            alike.setdefault(why, []).append(Offender("node", why, pool_id=self.pool.id, node_id=node_id))
        reasons: list[Reason] = []
        for why, offenders in alike.items():
            names = [f"{self._prefix}{offender.node_id}" for offender in offenders]
            if len(names) > _MOST_SENTENCES:
                reasons.append(Reason(f"{name_some(names)}: each {why}", *offenders))
            else:
                reasons += [Reason(f"{name}: {why}", offender) for name, offender in zip(names, offenders)]
        return reasons

    def _unknown_pool(self) -> list[Reason]:
        """What a pool is to have says nothing while it is not known what happens to it."""
        if self.pool.known or not self._needs_health or not self._whole_pool or not self.tally.total:
            return []
        return [self._of_pool(f"its state {self.pool.state} is not known")]

    def _empty(self) -> list[Reason]:
        if self.tally.total or not self._emptied or not self.pool.autoscaled:
            return []
        return [Reason(f"{self.pool}: it is drained because it is empty, and autoscaling may give it nodes again")]

    @property
    def _emptied(self) -> bool:
        """Not the empty list says so, but the pool: it is to have no node, has none, and is not about to get any."""
        pool, question = self.pool, self.question
        empty = pool.state == "active" and pool.steady and pool.current == 0 and pool.target == 0
        return question.empty_ok and question.condition == "drained" and self._whole_pool and empty

    def _short(self, some_tolerated: bool) -> list[Reason]:
        """Whether nodes are missing that the pool would have to get."""
        if self._absent:
            return [self._more_nodes(f"does not have {name_some(self._absent)}")]
        if not self.tally.total:
            return [] if self._emptied else [self._more_nodes("no node was found")]
        if too_few := self._too_few:
            return [] if self._may_be_enough else [self._more_nodes(too_few)]
        if some_tolerated and not self._good and not self._waiting and not self._doubted:
            return [self._more_nodes(f"no node is {self.question.condition}")]
        return self._unfinished()

    @property
    def _too_few(self) -> str | None:
        least = self.question.min_nodes
        if least is None or self._good >= max(1, least):
            return None
        return f"{self._good} of at least {least} nodes are {self.question.condition}"

    @property
    def _may_be_enough(self) -> bool:
        """Whether the nodes that there are may still become as many as are asked for."""
        possible = self._good + len(self._waiting) + len(self._doubted)
        return possible >= (self.question.min_nodes or 0) and possible > 0

    def _not_enough_yet(self) -> list[Reason]:
        too_few, absent = self._too_few, self._absent
        return (
            [Reason(f"{self.pool.id}: {too_few}")]
            if self.tally.total and too_few and not absent and self._may_be_enough
            else []
        )

    def _unfinished(self) -> list[Reason]:
        """All nodes that there are is not all nodes that there will be."""
        if not self._needs_health or not self._whole_pool:
            return []
        if self.pool.target is None:
            return [self._more_nodes("the service does not say how many nodes it should have")]
        if self.pool.steady and self.tally.total >= self.pool.target:
            return []
        return [self._more_nodes("more nodes are to come")]

    def _more_nodes(self, sentence: str) -> Reason:
        """Nodes are missing: they may still come, unless the pool is stuck."""
        return self._of_pool(f"{sentence}, and {why}" if (why := self.pool.stuck or self.pool.short) else sentence)

    def _of_pool(self, sentence: str) -> Reason:
        return Reason(f"{self.pool}: {sentence}", Offender("pool", f"{self.pool}: {sentence}", pool_id=self.pool.id))
