# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words of strangers on a page: ids, messages and output come from tenants, from their programs and from playbooks.

Escaping is Jinja2's; here is what it leaves: characters that are unseen or turn letters round, and texts without an end.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

# A name, a time or a sentence. Output has a limit of its own.
_LONGEST = 400
_LONGEST_OUTPUT = 3_000


def shown(value: Any) -> Any:
    """What the template puts out, seen through before it is escaped. Numbers and what is markup already stay as they are."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _written(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…", "")


def output(text: str) -> Markup:
    """The end of what a program wrote, with its line breaks."""
    end = text[-_LONGEST_OUTPUT:]
    return Markup(_written(("…" if len(end) < len(text) else "") + end, "\n\t"))


def _written(text: str, kept: str) -> str:
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() or character in kept else _named(character) for character in text
        )
    if "{" in text:
        # What Ansible might take for a template, should the page ever pass through one.
        return Markup(str(escape(text)).replace("{", "&#123;"))
    return escape(text)


def _named(character: str) -> str:
    """A sign for a control character, a number for whatever else is not to be seen."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else " " if character.isspace() else f"<U+{code:04X}>"
