# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPath over a result: the options `query` and `expression`. Loaded only when one of them is used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LibraryError, OptionError


class Query:
    """A checked expression. `option` is the name of the option that it came from."""

    def __init__(self, option: str, text: str) -> None:
        try:
            import jmespath
            from jmespath.exceptions import IncompleteExpressionError, JMESPathError, ParseError
        except ImportError as error:
            raise LibraryError("jmespath", f"for the option {option}", sys.executable) from error
        self._option = option
        self._text = text
        self._error = JMESPathError
        try:
            self._compiled = jmespath.compile(text)
        except ParseError as error:
            # The library calls it invalid, and not why.
            ends = isinstance(error, IncompleteExpressionError)
            why = "it ends too early" if ends else error.msg or "it cannot be parsed"
            raise OptionError(option, f"{text!r} is not JMESPath: {why}, at position {error.lex_position}") from error
        except JMESPathError as error:
            position = getattr(error, "lexer_position", getattr(error, "lex_position", None))
            where = "" if position is None else f", at position {position}"
            raise OptionError(option, f"{text!r} is not JMESPath: {' '.join(str(error).split())}{where}") from error
        except RecursionError as error:
            raise OptionError(option, f"{text[:100]!r} is not JMESPath: it is nested too deeply") from error

    def mentions(self, name: str) -> bool:
        """Whether the expression names that property anywhere."""

        def named(node: Any) -> bool:
            return (node.get("type") == "field" and node.get("value") == name) or any(
                named(child) for child in node.get("children", ())
            )

        return named(self._compiled.parsed)

    def strangers(self, result: dict[str, Any]) -> list[str]:
        """What the expression reads of the result, or of its summary, that is not there: to it, a misspelled name is null."""
        return [
            ".".join(path)
            for path in _paths(self._compiled.parsed)
            if path[0] not in result or (path[0] == "summary" and path[-1] not in (path[0], *result["summary"]))
        ]

    def over(self, result: dict[str, Any]) -> Any:
        """What the expression gives. A function applied to a value of the wrong type is an OptionError."""
        try:
            return self._compiled.search(result)
        except self._error as error:
            # Its own words would quote the value, which may be a secret: an expression is judged on facts that are not masked.
            raise OptionError(self._option, f"{self._text!r} does not fit the result: {_misfit(error)}") from None
        except (ArithmeticError, TypeError, ValueError, RecursionError) as error:
            # What the library does not check, such as a step of 0. Only the kind: the words are Python's, about a value.
            raise OptionError(
                self._option, f"{self._text!r} does not fit the result ({type(error).__name__})"
            ) from None

    def touches(self, path: tuple[str, ...]) -> bool:
        """Whether the expression names that property, and the list that it is in."""
        return all(self.mentions(name) for name in path[-2:])

    def lacking(self, result: dict[str, Any]) -> str | None:
        """What keeps the expression from being true; None where it is true. Only true is true."""
        value = self.over(result)
        if value is True:
            return None
        if value is False or value is None:
            return f"expression {self._text!r} gives {'false' if value is False else 'null'}"
        raise OptionError(self._option, f"{self._text!r} must give true or false, and gives {_kind(value)}; compare it")


# Parts of an expression that all look at the result itself; of others, only the first one does.
_ABREAST = frozenset(
    "comparator and_expression or_expression not_expression function_expression multi_select_list multi_select_dict".split()
)


def _paths(node: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The names that are read from the result itself, each with the one behind it."""
    kind, children = node["type"], node.get("children") or []
    if kind in ("subexpression", "pipe"):
        # The result itself, in front of what is read of it.
        while len(children) > 1 and children[0]["type"] in ("current", "identity"):
            children = children[1:]
    if kind == "field":
        yield (node["value"],)
    elif kind == "subexpression" and [child["type"] for child in children[:2]] == ["field", "field"]:
        yield tuple(child["value"] for child in children[:2])
    elif kind not in ("expref", "literal"):
        for child in children if kind in _ABREAST else children[:1]:
            yield from _paths(child)


def in_place_of(strangers: list[str], result: dict[str, Any]) -> str:
    """What there is where these were looked for."""
    of_summary = all(name.startswith("summary.") for name in strangers)
    where, names = ("summary", result["summary"]) if of_summary else ("result", result)
    return f"the {where} has {', '.join(name for name in names if name != 'changed')}"


def _kind(value: Any) -> str:
    """In the words of JMESPath, and not of Python."""
    kinds: dict[type, str] = {str: "a string", list: "an array", dict: "an object"}
    return kinds.get(type(value), "a number")


def _misfit(error: Exception) -> str:
    if not hasattr(error, "current_value"):
        return " ".join(str(error).split())
    accepted = " or ".join(map(str, getattr(error, "expected_types", ())))
    return f"{getattr(error, 'function_name', 'a function')}() takes {accepted}, and was given {getattr(error, 'actual_type', 'something else')}"
