# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A kind of object on the wire: its properties, who builds each one, and since when it exists.

Properties are built one by one, so a narrow ``$select`` costs only what it shows, and a ``$filter`` looks at the same
values that a body shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, Protocol

from .versions import trim, within


class View(Protocol):
    """An object at one moment: what a scenario adds to its body by hand."""

    @property
    def extra(self) -> Mapping[str, Any]:
        """Return the ``wire`` mapping of the scenario."""


Build = Callable[[Any], Any]


def nothing(view: Any) -> None:
    """Build a property that only a scenario's ``wire`` can fill."""


@dataclass(frozen=True)
class Property:
    """One property of a body.

    ``build`` returns None where it does not apply. ``parts`` does the same for some of the names in an object, which is
    cheaper than building all of it for the sake of one.
    """

    name: str
    build: Build = nothing
    since: str | None = None
    until: str | None = None
    nested: frozenset[str] | None = None
    parts: Callable[[Any, Iterable[str]], Any] | None = None

    def value(self, view: View) -> Any:
        """Return the value, with what the scenario adds by hand."""
        built = self.build(view)
        return merge(built, view.extra[self.name]) if self.name in view.extra else built


@dataclass(frozen=True)
class Filterable:
    """A property that ``$filter`` may name: where it stands in the body and what it is compared with."""

    path: tuple[str, ...]
    kind: str
    # Reads the value without building the object around it, for lists that are long.
    quick: Callable[[Any], Any] | None = None


@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of object."""

    metadata: str
    properties: tuple[Property, ...]
    filters: Mapping[str, Filterable]
    limits: Mapping[str, tuple[str | None, str | None]] | None = None

    def known(self, version: str) -> dict[str, Property]:
        """Return the properties that a version knows."""
        return _known(self, version)

    def renderer(self, version: str, selection: Mapping[str, Any] | None, expand: bool) -> Renderer:
        """Return what writes objects of this kind, or the selected parts of them. Made once a request."""
        names = [name for name in self.known(version) if name != "stats" or expand]
        if selection is not None:
            names = [name for name in names if name in selection]
        chosen = selection or {}
        steps = [(self.known(version)[name], chosen.get(name)) for name in names]
        return Renderer(steps, version, self.limits)


@lru_cache(maxsize=256)
def _known(resource: Resource, version: str) -> dict[str, Property]:
    return {prop.name: prop for prop in resource.properties if within(version, prop.since, prop.until)}


class Renderer:
    """Writes the bodies of one answer."""

    def __init__(self, steps: list[tuple[Property, Any]], version: str, limits: Any) -> None:
        self._steps = [(prop.name, _builder(prop, chosen), chosen) for prop, chosen in steps]
        self._version = version
        self._limits = limits

    def body(self, view: View) -> dict[str, Any]:
        """Return the body of one object."""
        extra = view.extra
        body: dict[str, Any] = {}
        for name, build, part in self._steps:
            value = build(view)
            if extra and name in extra:
                value = merge(value, extra[name])
            if value is not None:
                body[name] = pick(value, part) if part and isinstance(value, dict) else value
        return trim(body, self._version, self._limits) if self._limits else body


def _builder(prop: Property, chosen: Mapping[str, Any] | None) -> Build:
    some = prop.parts
    if not chosen or some is None:
        return prop.build
    names = list(chosen)
    # A scenario may have laid something over the whole.
    return lambda view: prop.build(view) if view.extra else some(view, names)


def pick(value: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named parts of a nested object."""
    return {
        name: pick(value[name], part) if part and isinstance(value[name], dict) else value[name]
        for name, part in names.items()
        if name in value
    }


def merge(built: Any, added: Any) -> Any:
    """Lay what a scenario adds over what was built. A null takes a property away."""
    if not isinstance(built, dict) or not isinstance(added, Mapping):
        return added
    merged = {**built}
    for key, value in added.items():
        merged[key] = merge(built.get(key), value)
    return {key: value for key, value in merged.items() if value is not None}
