# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of similar objects: ``count`` of them, one pattern for their ids, and exceptions by id or number.

A job may have 100,000 tasks, so members are made when they are first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Callable, Generic, TypeVar

from .errors import ScenarioError
from .reader import Reader

T = TypeVar("T")
# Longer groups are not looked through when a scenario is read.
_LONG = 2000
Maker = Callable[[int, str], T]

_NUMBER = re.compile(r"\{n(?::([^{}]*))?\}")
# Two ways to say one thing: an exception that uses one way drops what the group said in the other.
_INSTEAD_OF = {"takes": "ends_at", "ends_at": "takes", "ready_at": "states", "states": "ready_at"}


class IdPattern:
    """An id with ``{n}`` (or ``{n:04d}``) for the number of the member, counted from 1."""

    def __init__(self, pattern: str, where: str) -> None:
        parts = _NUMBER.split(pattern)
        if len(parts) > 3:
            raise ScenarioError(f"{where} may hold {{n}} once only")
        self.numbered = len(parts) == 3
        self._before = parts[0]
        self._format = (parts[1] or "") if self.numbered else ""
        self._after = parts[2] if self.numbered else ""

    def format(self, index: int) -> str:
        """Return the id of the member with this index, counted from 0."""
        if not self.numbered:
            return self._before
        return self._before + format(index + 1, self._format) + self._after


class Group(Generic[T]):
    """``count`` members that one maker makes, and other makers for some of them."""

    def __init__(self, count: int, pattern: IdPattern, make: Maker[T], exceptions: dict[int, Maker[T]]) -> None:
        self.count = count
        self.pattern = pattern
        self._make = make
        self._exceptions = exceptions

    def member(self, index: int) -> T:
        """Make the member with this index, counted from 0 within the group."""
        return self._exceptions.get(index, self._make)(index, self.pattern.format(index))


class Members(Sequence[T]):
    """The members of several groups, one after the other, each made once."""

    def __init__(self, groups: list[Group[T]]) -> None:
        self.groups = groups
        self._made: list[T | None] = [None] * sum(group.count for group in groups)
        self._by_id: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        made = self._made[index]
        if made is None:
            made = self._made[index] = self._make(index if index >= 0 else index + len(self))
        return made

    def __iter__(self) -> Iterator[T]:
        return (self[index] for index in range(len(self)))

    def _make(self, index: int) -> T:
        for group in self.groups:
            if index < group.count:
                return group.member(index)
            index -= group.count
        raise IndexError(index)

    def find(self, identifier: str) -> T | None:
        """Return the member with this id, whatever the case of its letters."""
        if not self._by_id:
            identifiers = (group.pattern.format(index) for group in self.groups for index in range(group.count))
            self._by_id = {text.lower(): index for index, text in enumerate(identifiers)}
        index = self._by_id.get(identifier.lower())
        return None if index is None else self[index]

    def ends(self) -> list[T]:
        """Return all members of short groups, and the first and the last one of long ones."""
        begin, found = 0, []
        for group in self.groups:
            positions = range(group.count)
            chosen = positions if group.count < _LONG else (0, group.count - 1)
            found += [self[begin + position] for position in chosen]
            begin += group.count
        return found

    def made(self) -> int:
        """Return how many members have been made so far."""
        return sum(1 for member in self._made if member is not None)

    def ids(self) -> list[str]:
        """Return all ids, in order."""
        return [group.pattern.format(index) for group in self.groups for index in range(group.count)]


def read_members(parent: Reader, key: str, parse: Callable[[Reader, int], Maker[T]], id_key: str = "id") -> Members[T]:
    """Read a group or a list of groups. ``parse`` turns the mapping of a group into what makes its members."""
    return members_of([read_group(reader, parse, id_key) for reader in parent.sections(key)], parent.place(key))


def members_of(groups: list[Group[T]], where: str) -> Members[T]:
    """Return the members of all groups. ``where`` is what is said of two that have one id."""
    members = Members(groups)
    if sum(group.count for group in groups) < _LONG:
        _refuse_twins(members, where)
    return members


def _refuse_twins(members: Members[Any], where: str) -> None:
    seen: set[str] = set()
    for text in members.ids():
        if text.lower() in seen:
            raise ScenarioError(f"{where} has {text!r} twice (ids differ by more than case)")
        seen.add(text.lower())


def read_group(reader: Reader, parse: Callable[[Reader, int], Maker[T]], id_key: str = "id") -> Group[T]:
    """Read one group."""
    count = reader.integer("count", 1)
    if count < 0:
        raise ScenarioError(f"{reader.place('count')} must not be negative")
    pattern = IdPattern(reader.required_text(id_key), reader.place(id_key))
    if count > 1 and not pattern.numbered:
        raise ScenarioError(f"{reader.place(id_key)} needs {{n}} for its {count} members")
    overrides = reader.mapping("overrides")
    make = parse(reader, count)
    reader.finish()
    exceptions = {
        _index_of(which, pattern, count, reader.place("overrides")): _exception(reader, which, change, parse, id_key)
        for which, change in overrides.items()
    }
    return Group(count, pattern, make, exceptions)


def _index_of(which: Any, pattern: IdPattern, count: int, where: str) -> int:
    if isinstance(which, int) and 1 <= which <= count:
        return which - 1
    for index in range(count):
        if pattern.format(index).lower() == str(which).lower():
            return index
    raise ScenarioError(f"{where}.{which} names no member of its group (1 to {count}, or an id)")


def _exception(
    reader: Reader, which: Any, change: Any, parse: Callable[[Reader, int], Maker[T]], id_key: str
) -> Maker[T]:
    """Parse the mapping of the group again with the changes of one member in it."""
    where = f"{reader.place('overrides')}.{which}"
    for key in Reader(change, where).data:
        if key in (id_key, "count", "overrides"):
            raise ScenarioError(f"{where}.{key} cannot be changed for one member")
    dropped = {_INSTEAD_OF.get(key) for key in change}
    kept = {key: value for key, value in reader.data.items() if key not in dropped}
    merged = Reader({**kept, **change}, where, reader.origin)
    for key in (id_key, "count", "overrides"):
        merged.has(key)
    make = parse(merged, reader.integer("count", 1))
    merged.finish()
    return make
