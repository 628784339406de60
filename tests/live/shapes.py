# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shape of JSON objects: which keys they have, and of which types their values are. Never a value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# What is below these was named by the user.
_OF_THE_USER = {"resourceTags", "tags", "settings", "protectedSettings"}
# The service names its properties so. Another name may be anybody's, and is not told.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}|odata\.[A-Za-z]{1,32}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?P<fraction>\d{1,9}))?Z")
_DURATION = re.compile(r"P(?=[\dT])(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
# What any text may look like.
_TEXTS = {"text", "time", "duration"}


@dataclass
class Shape:
    """What objects of one resource have in common. Paths are as in `executionInfo.result` and `metadata[].name`."""

    kinds: dict[str, set[str]] = field(default_factory=dict)
    # How often a key was there, and how often there was an object that could have had it.
    present: Counter[str] = field(default_factory=Counter)
    objects: Counter[str] = field(default_factory=Counter)
    # By how many digits of a second's fraction.
    times: Counter[int] = field(default_factory=Counter)

    def add(self, item: dict[str, Any], path: str = "") -> None:
        """Looks at one more object."""
        self.objects[path] += 1
        for key, value in item.items():
            name = key if _NAME.fullmatch(key) else "*"
            self._see(value, f"{path}.{name}".lstrip("."), of_the_user=name in _OF_THE_USER)

    def _see(self, value: Any, path: str, of_the_user: bool = False) -> None:
        self.present[path] += 1
        self.kinds.setdefault(path, set()).add(self._kind(value))
        if of_the_user:
            return
        if isinstance(value, dict):
            self.add(value, path)
        elif isinstance(value, list):
            for member in value:
                self._see(member, f"{path}[]")

    def _kind(self, value: Any) -> str:
        if isinstance(value, str):
            if time := _TIME.fullmatch(value):
                self.times[len(time["fraction"] or "")] += 1
                return "time"
            return "duration" if _DURATION.fullmatch(value) else "text"
        return _KINDS[type(value)]

    def always(self, path: str) -> bool:
        """Whether every object that could have the key has it."""
        return self.present[path] == self.objects[parent_of(path)]

    def allows(self, path: str) -> set[str]:
        """The types that are no surprise there."""
        kinds = self.kinds.get(path, set())
        return kinds | (_TEXTS if "text" in kinds else set()) | ({"integer"} if "number" in kinds else set())


_KINDS = {dict: "object", list: "array", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def parent_of(path: str) -> str:
    """The object that has this key; of a member of an array, the array."""
    return path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]


def merged(shapes: Iterable[Shape]) -> Shape:
    """What was seen in any of them."""
    whole = Shape()
    for shape in shapes:
        for path, kinds in shape.kinds.items():
            whole.kinds.setdefault(path, set()).update(kinds)
        whole.present.update(shape.present)
        whole.objects.update(shape.objects)
        whole.times.update(shape.times)
    return whole
