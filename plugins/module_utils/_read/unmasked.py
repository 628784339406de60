# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A query over a result, and whether values that are masked there had a part in it. Loaded only where there is a query."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import name_some
from ansible_collections.batchops.azure.plugins.module_utils._read.query import Query, in_place_of

Result = dict[str, Any]
Path = tuple[str, ...]


def answer(query: Query, result: Result, kind: str, facts: list[dict[str, Any]]) -> Result:
    """What the query gives over the result, and a warning more where masked values had a part in it. `facts` are not masked."""
    # A copy: an expression may give the result itself, which cannot hold itself and be printed.
    try:
        found = deepcopy(query.over(result))
    except RecursionError as error:
        raise AnswerError("The answer of the service is nested too deeply") from error
    warnings = [*_about_null(query, found, result), *_about_masks(query, found, result, {**result, kind: facts})]
    return {"query_result": found, **({"warnings": [*result.get("warnings", ()), *warnings]} if warnings else {})}


def _about_null(query: Query, found: Any, result: Result) -> list[str]:
    """To a query, a misspelled name is null."""
    if found is not None:
        return []
    strangers = query.strangers(result)
    return [
        f"query: it gives null, because {name_some(strangers)} is not in the result; {in_place_of(strangers, result)}"
        if strangers
        else "query: it gives null; nothing in the result has what it asks for"
    ]


def _about_masks(query: Query, found: Any, result: Result, plain: Result) -> list[str]:
    touched = _touched(query, found, result, plain)
    if not touched:
        return []
    return [
        f"query: it is over values that are masked ({touched}), and sees the mask in their place."
        " With redact=patterns or redact=none fewer are masked; an expression is judged on what the service sent."
    ]


def _touched(query: Query, found: Any, result: Result, plain: Result) -> str:
    paths = dict.fromkeys(_masked_paths(result, plain))
    named = [".".join(path[-2:]) for path in paths if query.touches(path)]
    if named or not paths:
        return name_some(named)
    # It may reach them without a name, through a wildcard or a function.
    try:
        return "" if query.over(plain) == found else name_some(".".join(path[-2:]) for path in paths)
    except OptionError:
        return name_some(".".join(path[-2:]) for path in paths)


def _masked_paths(shown: Any, plain: Any, path: Path = ()) -> Iterator[Path]:
    """The properties whose values differ, by the names that lead there."""
    if shown is plain:
        return
    if isinstance(shown, dict) and isinstance(plain, dict):
        for name, value in shown.items():
            yield from _masked_paths(value, plain.get(name), (*path, name))
    elif isinstance(shown, list) and isinstance(plain, list) and len(shown) == len(plain):
        for one, other in zip(shown, plain):
            yield from _masked_paths(one, other, path)
    elif shown != plain:
        yield path
