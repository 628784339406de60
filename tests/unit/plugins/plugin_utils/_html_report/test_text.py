# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.text import output, shown
from markupsafe import Markup


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\"x\" 'y' & z", "&#34;x&#34; &#39;y&#39; &amp; z"),
        ("a\x1b[31mb\x00\x7f", "a␛[31mb␀␡"),
        # Turns the letters behind it round, or is not seen at all.
        ("a\u202eb\u200bc\ufeff", "a&lt;U+202E&gt;b&lt;U+200B&gt;c&lt;U+FEFF&gt;"),
        # No text that can be written to a file.
        ("\ud800", "&lt;U+D800&gt;"),
        ("two\nlines\tand\xa0blanks", "two␊lines␉and blanks"),
        ("{{ lookup('pipe', 'id') }}", "&#123;&#123; lookup(&#39;pipe&#39;, &#39;id&#39;) }}"),
        ("naïve 日本 ✔", "naïve 日本 ✔"),
    ],
)
def test_a_text_is_escaped_and_nothing_in_it_is_unseen(text: str, written: str) -> None:
    assert isinstance(shown(text), Markup)
    assert shown(text) == written
    shown(text).encode()


def test_a_text_without_an_end_gets_one() -> None:
    assert len(shown("x" * 100_000)) == 400


@pytest.mark.parametrize("value", [3, None, 1.5, Markup("<b>")])
def test_what_is_no_text_stays(value: object) -> None:
    assert shown(value) is value


def test_output_keeps_its_lines_and_its_end() -> None:
    assert output("one\n\ttwo\r\x1b<b>\n") == "one\n\ttwo␍␛&lt;b&gt;\n"
    assert output("x" * 5_000 + "end").startswith("…xxx")
    assert output("x" * 5_000 + "end").endswith("xend")
    assert len(output("x" * 5_000)) == 3_001
