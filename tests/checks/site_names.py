# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the documentation site writes names: an extension of Sphinx, which site_pages.py adds to its conf.py."""

from __future__ import annotations

import re
from typing import Any

# What is copied into a terminal is not broken, and an attribute, which has a '>' before the next '<', is not read.
_LONG_NAME = re.compile(r"<pre>.*?</pre>|\bbatchops\.azure\.\w+(?![^<]*>)", re.DOTALL)


def setup(app: Any) -> dict[str, bool]:
    app.connect("source-read", _name_the_collection)
    app.connect("html-page-context", _let_names_break)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def as_written(text: str) -> str:
    """antsibull-docs makes words of a collection's name, as if it were a title."""
    return text.replace("Batchops.Azure", "batchops.azure")


def breakable(html: str) -> str:
    """A place to break after each dot and underscore of a long name: a phone would break it within a word. Copied text has none."""

    def broken(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith("<pre>") else re.sub(r"(?<=[._])", "<wbr>", found[0])

    return _LONG_NAME.sub(broken, html)


def _name_the_collection(_app: Any, _page: str, source: list[str]) -> None:
    source[0] = as_written(source[0])


def _let_names_break(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    if "body" in context:
        context["body"] = breakable(context["body"])
