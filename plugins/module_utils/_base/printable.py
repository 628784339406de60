# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sentences without what a terminal would obey: parts of them are words of the service, of tenants and of playbooks.

Facts stay as the service sent them; what is displayed as a sentence comes through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# Colours and the like, window titles, and what else begins with an escape. None matches across lines.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]"
    # Typed over itself, or over an underscore: so manuals are printed in bold and underlined.
    r"|([^\n])\x08(?=\1)|_\x08",
)
# Keys of a result that hold sentences, or lists of them, and those that hold items which have some of their own.
_SENTENCES = ("msg", "reasons", "tolerated", "last_transient_error", "warnings", "sentence", "reason", "tail_error")
_ITEMS = ("failures", "checks")


def printable(line: str) -> str:
    """Without what breaks a line, moves the cursor, turns letters round or is unseen: a `?` stands in its place."""
    if line.isprintable():
        return line
    return "".join(character if character.isprintable() else "?" for character in line)


def on_one_line(sentence: str) -> str:
    """A sentence that may have several lines, printable: they are divided by blanks."""
    if sentence.isprintable():
        return sentence
    return printable("".join(" " if character.isspace() else character for character in sentence))


def visible(text: str) -> str:
    """Several lines without what a terminal would obey. A carriage return alone ends a line too: progress is written so."""
    if text.isprintable():
        return text
    text = re.sub(r"(?<!\r)\r+\n|\r|[\x85\u2028\u2029]", "\n", _ESCAPES.sub("", text))
    return "".join(
        character if character in "\n\t" or character.isprintable() else " " if _is_blank(character) else ""
        for character in text
    )


def shown(result: dict[str, Any]) -> dict[str, Any]:
    """The result of a module in which every sentence is printable. The one place for all of them."""
    cleaned = {name: _each(on_one_line, value) if name in _SENTENCES else value for name, value in result.items()}
    for name in _ITEMS:
        if isinstance(cleaned.get(name), list):
            cleaned[name] = [shown(item) if isinstance(item, dict) else item for item in cleaned[name]]
    if isinstance(cleaned.get("failure"), dict):
        cleaned["failure"] = shown_failure(cleaned["failure"])
    return cleaned


def shown_failure(failure: dict[str, Any]) -> dict[str, Any]:
    """A `failure` whose message and details are printable: playbooks put them into sentences of their own."""
    details = [{name: _each(on_one_line, value) for name, value in detail.items()} for detail in failure["values"]]
    return {**failure, "message": on_one_line(failure["message"]), "values": details}


def _each(change: Callable[[str], str], value: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    return [_each(change, item) for item in value] if isinstance(value, list) else value


def _is_blank(character: str) -> bool:
    # Spaces of other widths; not the separators among the control characters.
    return character.isspace() and character > "\x9f"
