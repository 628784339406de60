# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The heat map: a cell for each node, by state, broken ones first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.facts import Node

# States by how they bode, the worst first; a word that is not among them comes right after what is broken.
_STATES = {
    "bad": ("starttaskfailed", "unusable", "unknown"),
    "odd": (),
    "away": ("preempted", "offline", "deallocated", "deallocating", "leavingpool"),
    "coming": ("creating", "starting", "waitingforstarttask", "rebooting", "reimaging", "upgradingos"),
    "busy": ("running",),
    "ready": ("idle",),
}
_KINDS = list(_STATES)
_KIND = {state: kind for kind, states in _STATES.items() for state in states}
_WORDS = {
    "starttaskfailed": "start task failed",
    "waitingforstarttask": "waiting for start task",
    "leavingpool": "leaving pool",
    "upgradingos": "upgrading OS",
}
# Above that cells have no names: the page would be too large.
_MOST_NAMES = 2_000
_LISTED = 200
_ERRORS = 5


class Group(NamedTuple):
    kind: str
    words: str
    size: int
    # One for each cell; empty where cells have none.
    names: list[str]
    listed: list[str]
    more: int
    errors: list[str]


def heat_map_of(nodes: Iterable[Node]) -> list[Group]:
    groups: defaultdict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in nodes:
        groups[_kind_and_words(node)].append(node)
    several = len({node.pool for members in groups.values() for node in members}) > 1
    named = sum(map(len, groups.values())) <= _MOST_NAMES
    ordered = sorted(groups, key=lambda key: (_KINDS.index(key[0]), -len(groups[key]), key[1]))
    return [_group(*key, groups[key], several, named or key[0] == "bad") for key in ordered]


def _group(kind: str, words: str, members: list[Node], several: bool, named: bool) -> Group:
    names = [f"{node.pool} / {node.id}" if several else node.id for node in members]
    errors = Counter(error for node in members for error in node.errors)
    return Group(
        kind,
        words,
        len(members),
        names if named and len(names) <= _MOST_NAMES else [],
        names[:_LISTED],
        max(0, len(names) - _LISTED),
        [f"{error} ({number} ×)" if number > 1 else error for error, number in errors.most_common(_ERRORS)],
    )


def _kind_and_words(node: Node) -> tuple[str, str]:
    words, kind = _WORDS.get(node.state, node.state), _KIND.get(node.state, "odd")
    if node.start_task_failed and node.state != "starttaskfailed":
        kind, words = "bad", f"{words}, start task failed"
    if not node.enabled:
        kind, words = "away" if kind in ("busy", "ready") else kind, f"{words}, scheduling disabled"
    return kind, words
