# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Walks what was answered and the facts made of it side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.batchops.azure.tests.contract.fact_names import fact_name
from ansible_collections.batchops.azure.tests.contract.official_models import enumerated, user_keyed


def losses(wire: Any, fact: Any, name: str = "", path: str = "") -> Iterator[str]:
    """What is lost, added or changed, one sentence each; nothing where every leaf is found in its place.

    Only the case of a value that is one of a few words may differ.
    """
    if isinstance(wire, dict) and isinstance(fact, dict):
        yield from _losses_of_object(wire, fact, name in user_keyed(), path)
    elif isinstance(wire, list) and isinstance(fact, list):
        if len(wire) != len(fact):
            yield f"{path}: {len(wire)} items became {len(fact)}"
        for place, (left, right) in enumerate(zip(wire, fact)):
            yield from losses(left, right, name, f"{path}[{place}]")
    elif type(wire) is not type(fact) or (wire != fact and not _same_word(name, wire, fact)):
        yield f"{path}: {wire!r} became {fact!r}"


def _losses_of_object(wire: dict[str, Any], fact: dict[str, Any], keys_are_the_users: bool, path: str) -> Iterator[str]:
    names = {name if keys_are_the_users else fact_name(name): name for name in wire if not name.startswith("odata.")}
    for name in names.keys() - fact.keys():
        yield f"{path}/{name} is lost"
    for name in fact.keys() - names.keys():
        yield f"{path}/{name} was not there"
    for name in names.keys() & fact.keys():
        yield from losses(wire[names[name]], fact[name], names[name], f"{path}/{name}")


def _same_word(name: str, wire: Any, fact: Any) -> bool:
    return name in enumerated() and isinstance(wire, str) and wire.casefold() == fact.casefold()
