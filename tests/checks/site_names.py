# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the documentation site writes names: an extension of Sphinx, which site_pages.py adds to its conf.py."""

from __future__ import annotations

import re
from typing import Any

# What is copied into a terminal is not broken, and an attribute, which has a '>' before the next '<', is not read.
_LONG_NAME = re.compile(r"<pre>.*?</pre>|\bbatchops\.azure\.\w+(?![^<]*>)", re.DOTALL)
_TABLE = re.compile(r'<table class="docutils.*?</table>', re.DOTALL)
_NAME_IN_TABLE = re.compile(r"<pre>.*?</pre>|\b[^\W_]\w*_\w+(?![^<]*>)", re.DOTALL)
_IN_MENU = re.compile(r"\bbatchops\.azure\.(\w+(?: \w+)?)(?: – [^<]*)?(?=<)")
_WITH_DASH = re.compile(r'<span class="pre">(?=[^<]*-)([^<]{1,24}</span>)')


def setup(app: Any) -> dict[str, bool]:
    app.connect("source-read", _name_the_collection)
    app.connect("html-page-context", _fit_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def as_written(text: str) -> str:
    """antsibull-docs makes words of a collection's name, as if it were a title."""
    return text.replace("Batchops.Azure", "batchops.azure")


def breakable(html: str) -> str:
    """A place to break after each dot and underscore of a long name: a phone would break it within a word. Copied text has none.

    In a table any name may be too long for its column. Elsewhere the next line has room for it.
    """

    def broken(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith("<pre>") else re.sub(r"(?<=[._])(?=\w)", "<wbr>", found[0])

    html = _LONG_NAME.sub(broken, html)
    return _TABLE.sub(lambda table: _NAME_IN_TABLE.sub(broken, table[0]), html)


def kept_whole(html: str) -> str:
    """What a browser would break at its dash, such as --https, though the next line has room for it."""
    return _WITH_DASH.sub(r'<span class="pre whole">\1', html)


def in_menu(html: str) -> str:
    """Names only: with the collection before and a sentence behind, the menu of all pages is three times as long."""
    return _IN_MENU.sub(r"\1", html)


def _name_the_collection(_app: Any, _page: str, source: list[str]) -> None:
    source[0] = as_written(source[0])


def _fit_names(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    if "toctree" in context:
        menu = context["toctree"]
        context["toctree"] = lambda **options: in_menu(menu(**options))
    if "body" in context:
        context["body"] = kept_whole(breakable(context["body"]))
