# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds a request that arrived against the official description of its operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from ansible_collections.batchops.azure.tests.contract.official_operations import Operation, Schema, operations
from ansible_collections.batchops.azure.tests.contract.replay_server import Asked
from jsonschema import Draft4Validator, FormatChecker

# What any HTTP client may send. A body, and what announces one, belongs to no read.
_STANDARD_HEADERS = frozenset("accept accept-encoding authorization connection host user-agent".split())

# What Swagger shares with JSON Schema.
_KEYWORDS = frozenset("type format enum minimum maximum minLength maxLength pattern items".split())

_FORMATS = FormatChecker()
_FORMATS.checks("date-time-rfc1123", ValueError)(lambda text: parsedate_to_datetime(text) is not None)
_FORMATS.checks("date-time-rfc7231", ValueError)(lambda text: parsedate_to_datetime(text) is not None)
_FORMATS.checks("int32")(lambda number: not isinstance(number, int) or -(2**31) <= number < 2**31)

# A property, and what is said of it; times, numbers and words stand on the other side.
_TERM = re.compile(r"([A-Za-z][\w/]*)\s+(eq|ne|gt|ge|lt|le)\s|startswith\(([\w/]+),")


def violations(asked: Asked, version: str) -> Iterator[str]:
    """What the description of that version does not allow, one sentence each."""
    if asked.method != "GET":
        yield f"{asked.method} is sent; only GET may be"
    if "+" in urlsplit(asked.target).query:
        yield "a '+' stands in the query, which the service does not read as a blank"
    matching = [(found, values) for found in operations(version) if (values := found.matches(asked.path)) is not None]
    if len(matching) != 1:
        yield f"{len(matching)} operations have the path {asked.path}"
        return
    operation, values = matching[0]
    sent = [("path", name, value) for name, value in values] + _query_of(asked) + _headers_of(asked)
    yield from _undeclared(operation, sent)
    yield from _unnamed(operation, sent)
    given = {(place, name) for place, name, _value in sent}
    for (place, name), schema in operation.declared.items():
        if schema.get("required") and (place, name) not in given:
            yield f"{name} is required and not sent"


def _query_of(asked: Asked) -> list[tuple[str, str, str]]:
    pairs = (pair.partition("=") for pair in urlsplit(asked.target).query.split("&"))
    return [("query", unquote(name), unquote(value)) for name, _equals, value in pairs]


def _headers_of(asked: Asked) -> list[tuple[str, str, str]]:
    """Those that are not every client's; a header's name is the same in any case, unlike one in a query."""
    return [
        ("header", name.lower(), value)
        for name, value in asked.headers.items()
        if name.lower() not in _STANDARD_HEADERS
    ]


def _undeclared(operation: Operation, sent: list[tuple[str, str, str]]) -> Iterator[str]:
    """Names that the operation does not know or that come twice, and values out of their type or range."""
    seen = set()
    for place, name, value in sent:
        schema = operation.declared.get((place, name))
        if schema is None:
            yield f"{place} parameter {name} is not declared for {operation.template}"
            continue
        if (place, name) in seen:
            yield f"{place} parameter {name} is sent twice"
        seen.add((place, name))
        errors = Draft4Validator(
            {key: schema[key] for key in _KEYWORDS & schema.keys()}, format_checker=_FORMATS
        ).iter_errors(_typed(value, schema))
        yield from (f"{place} parameter {name}: {error.message}" for error in errors)


def _typed(text: str, schema: Schema) -> Any:
    """The value that the text of a URL or a header stands for; the text itself where it stands for none."""
    if schema["type"] == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if schema["type"] == "boolean" and text in ("true", "false"):
        return text == "true"
    return text.split(",") if schema["type"] == "array" else text


def _unnamed(operation: Operation, sent: list[tuple[str, str, str]]) -> Iterator[str]:
    """Properties in $select, $expand and $filter that the model of this version does not have: the service refuses them."""
    values = {name: value for place, name, value in sent if place == "query"}
    named = [name for option in ("$select", "$expand") for name in filter(None, values.get(option, "").split(","))]
    named += [first or second for first, _word, second in _TERM.findall(values.get("$filter", ""))]
    for name in named:
        if not operation.has_property(name):
            yield f"{operation.template} has no property {name}"
