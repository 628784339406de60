# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads parts of a JSON object of the service. What is of another type than it must be is an error, never absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError

# The service has no envelope around an error; other dialects of OData, and what stands before it, do.
ERRORS = frozenset(("error", "odata.error", "@odata.error"))


def is_error(body: Mapping[str, Any]) -> bool:
    """Whether this is the body of an error, whatever the status says."""
    if not ERRORS.isdisjoint(body):
        return True
    return isinstance(body.get("code"), str) and isinstance(body.get("message"), (dict, str))


def same_id(item: Mapping[str, Any], wanted: str, what: str) -> None:
    """An answer about one object is about that object. With another id, or without one, it says nothing of it."""
    if id_of(item, f"the answer about {what} {wanted}").lower() != wanted.lower():
        raise AnswerError(f"The answer about {what} {wanted} is about another one")


def id_of(item: Mapping[str, Any], what: str, name: str = "id") -> str:
    """The id of an object. One without it cannot be counted, and speaks of nothing."""
    value = item.get(name)
    # A filter gets texts of a class that ansible-core has made.
    if isinstance(value, str) and value:
        return value
    raise AnswerError(f"There is no {name} in {what}")


def part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside an item, empty where it is absent. Anything else in its place is an error: nothing is read from it."""
    value = item.get(name)
    # The type of JSON first: it is asked for every item of a large answer, and asking an abstract type takes ten times as long.
    if value.__class__ is dict:
        return value  # type: ignore[no-any-return]
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise AnswerError(f"{name} of {item.get('id', 'an item')} is not an object")
    return value


def objects(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of objects inside an item, empty where it is absent."""
    value = item.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(element, Mapping) for element in value):
        raise AnswerError(f"{name} of {item.get('id', 'an item')} is not a list of objects")
    return value


def number(item: Mapping[str, Any], name: str) -> int | None:
    """A count inside an item; None where it is absent."""
    value = item.get(name)
    # To Python, true is a number.
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise AnswerError(f"{name} of {item.get('id', 'an item')} is not a number")
    return value
