# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Upgrades of nodes to another version of their image, one by one or in waves."""

from __future__ import annotations

from dataclasses import dataclass

from .reader import Reader
from .spread import Spread
from .timeline import Timeline

UPGRADE_STATES = ("upgradingos", "reimaging")


@dataclass(frozen=True)
class Upgrade:
    """When each node of a group gets another version, and in which state it is meanwhile."""

    starts_at: Spread
    takes: Spread
    state: str
    version: str

    def ends_at(self, index: int) -> float:
        """Return when a node is back with the new version."""
        return self.starts_at.at(index) + self.takes.at(index)


def read_upgrades(node: Reader, count: int) -> tuple[Upgrade, ...]:
    """Read the upgrades of a group of nodes, in order of time."""
    return tuple(_read_upgrade(section, count) for section in node.sections("upgrades"))


def _read_upgrade(reader: Reader, count: int) -> Upgrade:
    upgrade = Upgrade(
        starts_at=reader.spread("starts_at", count) or Spread(0.0),
        takes=reader.spread("takes", count) or Spread(5.0),
        state=reader.choice("state", "upgradingos", UPGRADE_STATES),
        version=reader.required_text("version"),
    )
    reader.finish()
    return upgrade


def upgraded_states(states: Timeline, upgrades: tuple[Upgrade, ...], index: int, has_start_task: bool) -> Timeline:
    """Lay the upgrades of one node over its states. From then on it does nothing else: it is idle when it is back."""
    steps = list(zip(states.times, states.values))
    for upgrade in upgrades:
        begins, ends = upgrade.starts_at.at(index), upgrade.ends_at(index)
        steps = [step for step in steps if step[0] < begins] + [(begins, upgrade.state)]
        if has_start_task:
            steps.append((begins + (ends - begins) * 0.8, "waitingforstarttask"))
        steps.append((ends, "idle"))
    return Timeline(steps)


def image_versions(first: str, upgrades: tuple[Upgrade, ...], index: int) -> Timeline:
    """Return which version one node has: the new one once it is back."""
    return Timeline([(float("-inf"), first), *((upgrade.ends_at(index), upgrade.version) for upgrade in upgrades)])
