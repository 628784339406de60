# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of module_utils: who may import whom. Imports inside functions and those for types only count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from ansible_collections.batchops.azure.plugins.module_utils._registry import JUDGED, RESOURCES

ROOT = Path(__file__).parents[2] / "plugins" / "module_utils"
PREFIX = "ansible_collections.batchops.azure.plugins.module_utils."

ROOMS = {resource.reader.__module__.split(".")[-2]: resource for resource in RESOURCES.values()}
# From the ground up: a room imports from itself and from what stands before it. Resources stand side by side.
FLOORS = (
    *({"_base"}, {"_mask"}, {"_http"}, {"_auth"}, {"_read"}, {"_account"}),
    set(ROOMS),
    *({"_registry"}, {"_gate"}, {"_after"}, {"_run"}),
)
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}
FILES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(ROOT.rglob("*.py"))}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            for name in (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)):
                if name.startswith(PREFIX) and name.removeprefix(PREFIX) in FILES:
                    yield name.removeprefix(PREFIX)


GRAPH = {name: set(imported(path)) for name, path in FILES.items()}


def room_of(name: str) -> str:
    return name.partition(".")[0]


def test_every_import_is_seen() -> None:
    """Written in one way only: as a name from the whole path."""
    for name, path in FILES.items():
        text = path.read_text(encoding="utf-8")
        assert "importlib" not in text or name == "_read.progress", name
        assert "import ansible_collections" not in text, name


def test_a_room_imports_only_what_stands_below_it() -> None:
    arrows = [(name, other) for name, others in GRAPH.items() for other in others if room_of(name) != room_of(other)]
    upwards = [arrow for arrow in arrows if FLOOR[room_of(arrow[1])] >= FLOOR[room_of(arrow[0])]]
    assert len(arrows) > 100
    assert upwards == []


def test_no_circle() -> None:
    assert list(TopologicalSorter(GRAPH).static_order())


def test_every_resource_has_the_same_files() -> None:
    for room, resource in ROOMS.items():
        there = {path.stem for path in (ROOT / room).glob("*.py")}
        judged = {"condition", "progress", "tally"} if resource.name in JUDGED else set()
        assert there >= {"reader", "resource", *judged}, room


def test_few_files_stand_outside_of_a_room_and_none_is_a_facade() -> None:
    assert len([name for name in FILES if "." not in name]) <= 4
    assert not list(ROOT.rglob("__init__.py"))
