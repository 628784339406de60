# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``$filter``: parsed by odata-query, checked against what the service allows, evaluated over wire values."""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from typing import Any, Callable

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from ..model.moments import ticks_of
from ..wire.resource import Filterable, Property, Resource
from .errors import invalid_value

Predicate = Callable[[Any], bool]

_TOKENS = re.compile(r"datetime'(?P<time>[^']*)'|(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.]*)", re.IGNORECASE)
_BARE_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
# The lexer takes the first letters of allocationState for its keyword "all"; no property has this prefix.
_PREFIX = "property_"
_WORDS = {"and", "or", "eq", "ne", "gt", "ge", "lt", "le", "true", "false", "startswith", "not", "null", "in"}
_COMPARATORS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


class _Refused(Exception):
    """Why a filter is not one that the service takes."""


def compile_filter(text: str | None, resource: Resource) -> Predicate | None:
    """Return a test of one view, or None when there is no filter. Raises ServiceError for a bad one."""
    if text is None:
        return None
    found = _compile(text, _ByName(resource))
    if isinstance(found, str):
        raise invalid_value("$filter", text, f"The filter cannot be understood: {found}")
    return found


class _ByName:
    """A resource as a key of the cache: its name says all."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def __hash__(self) -> int:
        return hash(self.resource.metadata)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByName) and other.resource.metadata == self.resource.metadata


@lru_cache(maxsize=256)
def _compile(text: str, key: _ByName) -> Predicate | str:
    """Return the test, or why there is none."""
    try:
        tree = ODataParser().parse(ODataLexer().tokenize(_prepare(text)))
        if tree is None:
            raise _Refused("the expression is empty")
        return _Compiler(key.resource).test(tree)
    except (ODataException, _Refused) as error:
        return str(error)


def _prepare(text: str) -> str:
    """Rewrite the service's time literals and shield property names from the lexer's keywords."""
    bare = _TOKENS.sub("", text)
    if _BARE_TIME.search(bare):
        raise _Refused("a time must be written DateTime'…'")

    def rewrite(match: re.Match[str]) -> str:
        if match["time"] is not None:
            return match["time"]
        if match["text"] is not None:
            return match["text"]
        name = match["name"]
        return name if name.lower() in _WORDS else _PREFIX + name

    return _TOKENS.sub(rewrite, text.strip())


class _Compiler:
    """Turns a parsed filter into one function of a view."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def test(self, node: Any) -> Predicate:
        """Compile a truth value."""
        if isinstance(node, ast.BoolOp):
            left, right = self.test(node.left), self.test(node.right)
            if isinstance(node.op, ast.And):
                return lambda view: left(view) and right(view)
            return lambda view: left(view) or right(view)
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.Call) and node.func.name == "startswith":
            return self._starts_with(node)
        raise _Refused(f"{type(node).__name__} is not supported")

    def _comparison(self, node: Any) -> Predicate:
        compare = _COMPARATORS.get(type(node.comparator))
        if compare is None:
            raise _Refused(f"{type(node.comparator).__name__} is not supported")
        name, filterable = self._property(node.left)
        wanted = _literal(name, filterable, node.right)
        read = self._reader(filterable)
        # What is absent is equal to nothing, and different from everything.
        absent = compare is operator.ne

        def test(view: Any) -> bool:
            value = read(view)
            return absent if value is None else compare(value, wanted)

        return test

    def _starts_with(self, node: Any) -> Predicate:
        if len(node.args) != 2 or not isinstance(node.args[1], ast.String):
            raise _Refused("startswith takes a property and a text")
        name, filterable = self._property(node.args[0])
        if filterable.kind != "text":
            raise _Refused(f"{name} is not a text")
        read, prefix = self._reader(filterable), node.args[1].py_val.casefold()
        return lambda view: (read(view) or "").startswith(prefix)

    def _property(self, node: Any) -> tuple[str, Filterable]:
        name = _path(node)
        if name not in self._resource.filters:
            raise _Refused(f"{name} cannot be filtered on")
        return name, self._resource.filters[name]

    def _reader(self, filterable: Filterable) -> Callable[[Any], Any]:
        prop: Property = next(prop for prop in self._resource.properties if prop.name == filterable.path[0])
        inner = filterable.path[1:]
        convert, quick = _CONVERSIONS[filterable.kind], filterable.quick

        def read(view: Any) -> Any:
            if quick is not None and not view.extra:
                value = quick(view)
            else:
                value = prop.value(view)
                for name in inner:
                    value = value.get(name) if value else None
            return None if value is None else convert(value)

        return read


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "text": str.casefold,
    "time": lru_cache(maxsize=65536)(ticks_of),
    "number": float,
    "truth": bool,
}
_LITERALS: dict[str, tuple[type, ...]] = {
    "text": (ast.String,),
    "time": (ast.DateTime,),
    "number": (ast.Integer, ast.Float),
    "truth": (ast.Boolean,),
}


def _literal(name: str, filterable: Filterable, node: Any) -> Any:
    allowed: Any = _LITERALS[filterable.kind]
    if not isinstance(node, allowed):
        raise _Refused(f"{name} is compared with a {filterable.kind}")
    if filterable.kind == "time":
        ticks = ticks_of(node.val)
        if ticks is None:
            raise _Refused(f"{node.val} is no time")
        return ticks
    return _CONVERSIONS[filterable.kind](node.py_val)


def _path(node: Any) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_path(node.owner)}/{node.attr.replace(_PREFIX, '', 1)}"
    if isinstance(node, ast.Identifier):
        return str(node.name).replace(_PREFIX, "", 1)
    raise _Refused("a property must stand on the left")
