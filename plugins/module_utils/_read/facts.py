# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns what the service sent into facts: snake_case, one shape for all api-versions, secrets masked.

Nothing is lost: a property that is not known here passes through under its snake_case name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import islice
from operator import methodcaller
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._mask.places import LEAVES, VALUES
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import (
    LONGEST,
    MASK,
    NONE,
    STRICT,
    cut,
    mask_signature,
    mask_text,
    may_hold_secret,
    may_hold_signature,
)
from ansible_collections.batchops.azure.plugins.module_utils._read.alike import Alike, all_alike
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import ENVELOPE, Property, property_of

Change = Callable[[Any], Any]

# No secret is this short and looks like a time or a duration.
_LONGEST_TIME = 32
# No answer of the service has lists in lists at all.
_DEEPEST_LIST = 100
_PLAIN: frozenset[type] = frozenset((int, float, bool, type(None)))
_NOTHING: frozenset[type] = frozenset((type(None),))
_TEXTS, _OBJECTS, _LISTS = {str}, {dict}, {list}

# There are few of these words, and tasks are on few nodes: one object for each is enough.
_values = methodcaller("values")
_lower = lru_cache(maxsize=1000)(str.lower)
_of_another = lru_cache(maxsize=10_000)(mask_signature)


class _Way(NamedTuple):
    """What becomes of the values of a property: what its name says once is not asked for each.

    Values of the types in `kept` stay as they are. Texts of one property that stand in many objects stay too if `all_kept` says so.
    `items` makes the items of several lists at once; None where a list is one value.
    """

    fact: str
    kept: frozenset[type]
    all_kept: Callable[[Sequence[str]], bool]
    text: Change
    other: Change
    items: Change | None
    objects: bool

    def of(self, value: Any) -> Any:
        if type(value) in self.kept:
            return value
        return self.text(value) if isinstance(value, str) else self.other(value)


class Facts:
    """Makes facts; `redact` decides what is masked in them: by the place and by looks, by looks only, or nothing.

    It goes through the objects of a page property by property: what can be told of a thousand values at once takes a tenth of the time.
    """

    def __init__(self, redact: str = STRICT) -> None:
        self._strict = redact == STRICT
        # Whatever is not exactly the word for it masks.
        self._masks = redact != NONE
        # By the name of the property. Each is worked out when it is first needed.
        self._way_of = cache(self._way)

    def of(self, wire: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of one object. `odata.` annotations are the envelope's and are left out. Facts of facts are the same, masked."""
        return self.each((wire,))[0]

    def each(self, objects: Sequence[Mapping[str, Any]], **parent: str) -> list[dict[str, Any]]:
        """The facts of each object, in their order, behind the id of the parent."""
        shapes = list(map(tuple, objects))
        if len(set(shapes)) == 1:
            return self._alike(shapes[0], objects, parent)
        by_shape: dict[tuple[str, ...], list[int]] = {}
        for index, names in enumerate(shapes):
            by_shape.setdefault(names, []).append(index)
        made: dict[int, dict[str, Any]] = {}
        for names, indexes in by_shape.items():
            made.update(zip(indexes, self._alike(names, [objects[index] for index in indexes], parent)))
        return [made[index] for index in range(len(objects))]

    def _alike(
        self, names: tuple[str, ...], objects: Sequence[Mapping[str, Any]], parent: dict[str, str]
    ) -> list[dict[str, Any]]:
        """Of objects that have these properties, in this order."""
        # Made once, and copied with the names of the rest: half the time of making each from pairs.
        common: dict[str, Any] = dict(parent)
        columns: dict[str, Sequence[Any]] = {}
        for name, values in zip(names, zip(*map(_values, objects))):
            way = self._way_of(name)
            if way.fact == ENVELOPE:
                continue
            # An old and a new name may be of one fact: then the last one stands.
            if all_alike(values):
                columns.pop(way.fact, None)
                common[way.fact] = way.of(values[0])
            else:
                common[way.fact] = None
                columns[way.fact] = self._column(way, values)
        made = [common.copy() for _wire in objects]
        for fact, column in columns.items():
            for facts, value in zip(made, column):
                facts[fact] = value
        return made

    def _column(self, way: _Way, values: tuple[Any, ...]) -> Sequence[Any]:
        types = set(map(type, values))
        if types <= way.kept:
            return values
        if types == _TEXTS:
            return values if way.all_kept(values) else list(map(way.text, values))
        # Those of which one is like the next are made once.
        if types == _OBJECTS and way.objects and values[0] != values[1]:
            return self.each(values)
        if types == _LISTS and way.items and values[0] != values[1]:
            items = iter(way.items([item for value in values for item in value]))
            return [list(islice(items, len(value))) for value in values]
        return list(map(way.of, values))

    def _way(self, name: str) -> _Way:
        known = property_of(name)
        if self._masks and known.secret:
            return _Way(known.fact, _NOTHING, _none_kept, _masked, _masked, None, False)
        if self._strict and known.place:
            place = self._in_place(known.place, partial(self._shaped, known, _as_it_is))
            items = place if known.place in (VALUES, LEAVES) else None
            return _Way(known.fact, _NOTHING, _none_kept, place, self._once(place), items, False)
        all_kept, text = self._texts(known)
        shaped = partial(self._shaped, known, text)
        return _Way(known.fact, _PLAIN, all_kept, text, self._once(shaped), shaped, not known.user_keyed)

    def _texts(self, known: Property) -> tuple[Callable[[Sequence[str]], bool], Change]:
        """Whether all texts there are as they should be, and what is made of one otherwise."""
        if known.enum:
            return _none_kept, _lower
        if not self._masks:
            return _all_kept, _as_it_is
        if known.identifier:
            # A signature never belongs into an identifier; a word like "token" may.
            return (_no_signature, mask_signature) if known.own else (_none_kept, _of_another)
        return (_all_short, self._time) if known.time else (self._no_secret, self._free)

    def _no_secret(self, texts: Sequence[str]) -> bool:
        return not may_hold_secret("\n".join(texts))

    def _time(self, value: str) -> str:
        return value if len(value) < _LONGEST_TIME else self._free(value)

    def _once(self, make: Change) -> Change:
        """Makes what is like the one before only once."""
        return Alike(make)

    def _in_place(self, place: str, shaped: Change) -> Change:
        """What `strict` makes of a value there. Facts are made of those parts that are not masked whole."""
        from ansible_collections.batchops.azure.plugins.module_utils._mask.by_place import mask_place, without_values

        if place == VALUES:
            return lambda value: mask_place(place, shaped(without_values(value)))
        if place == LEAVES:
            return lambda value: mask_place(place, shaped(value))
        return partial(mask_place, place)

    def _shaped(self, known: Property, text: Change, value: Any, depth: int = 0) -> Any:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, dict):
            return self._user_keyed(value) if known.user_keyed else self.of(value)
        if isinstance(value, list):
            objects = not known.user_keyed and set(map(type, value)) == _OBJECTS
            # How deep Python itself goes differs by version; whoever prints the facts must be able to follow, too.
            if depth > _DEEPEST_LIST:
                raise RecursionError
            items = self.each(value) if objects else [self._shaped(known, text, item, depth + 1) for item in value]
            return self._named(known, items) if known.named_secrets else items
        return value

    def _named(self, known: Property, items: list[Any]) -> list[Any]:
        """Of names and values: a name may tell of a credential."""
        if not self._masks or (self._strict and known.place):
            return items
        from ansible_collections.batchops.azure.plugins.module_utils._read.user_keyed import mask_named

        return mask_named(items, self._covers_name)

    def _covers_name(self, _name: str) -> bool:
        return True

    def _free(self, value: str) -> str:
        if self._strict and "://" in value:
            from ansible_collections.batchops.azure.plugins.module_utils._mask.urls import mask_urls

            value = mask_urls(cut(value, LONGEST))
        return mask_text(value)

    def _user_keyed(self, value: dict[str, Any]) -> Any:
        if not self._masks:
            return value
        from ansible_collections.batchops.azure.plugins.module_utils._read.user_keyed import mask_keyed

        return mask_keyed(value, self._covers_name, self._free)


def _as_it_is(value: Any) -> Any:
    return value


def _masked(_value: Any) -> str:
    return MASK


def _all_kept(_texts: Sequence[str]) -> bool:
    return True


def _none_kept(_texts: Sequence[str]) -> bool:
    return False


def _all_short(texts: Sequence[str]) -> bool:
    return max(map(len, texts)) < _LONGEST_TIME


def _no_signature(texts: Sequence[str]) -> bool:
    # Divided by what is in no pattern, so that nothing is found between two.
    return not may_hold_signature("\n".join(texts))
