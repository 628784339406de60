# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of the site that are made of what stands elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.checks import site_names, site_pages

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_page_says_all_that_the_comment_says(playbook: Path) -> None:
    comment = site_pages.comment_of(playbook)
    page = iter(re.findall(r"[\w./$@=-]+", site_pages.page_of(playbook.stem, comment).replace("``", "")))
    # In its order: an iterator is used up.
    missing = [word for line in comment for word in re.findall(r"[\w./$@=-]+", line) if word not in page]
    assert missing == []


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_page_has_a_row_for_each_variable(playbook: Path) -> None:
    comment = site_pages.comment_of(playbook)
    rows = re.findall(r"^   \* - ``(\w+)``\n     - \S", site_pages.page_of(playbook.stem, comment), re.MULTILINE)
    assert rows == [line.split()[0] for line in comment if re.match(r"  batch_\w+ ", line)]
    assert len(rows) >= 4


def test_every_playbook_has_a_page_in_the_list(tmp_path: Path) -> None:
    guides = tmp_path / "docs" / "docsite" / "rst"
    guides.mkdir(parents=True)
    (tmp_path / "playbooks").symlink_to(ROOT / "playbooks")
    extra = guides.parent / "extra-docs.yml"
    extra.write_text((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"), encoding="utf-8")
    site_pages.add_pages(tmp_path)
    sections = {
        part["title"]: part["toctree"] for part in yaml.safe_load(extra.read_text(encoding="utf-8"))["sections"]
    }
    assert sections["Playbooks"] == [f"playbook_{path.stem}" for path in PLAYBOOKS]
    assert sections["Performance"] == ["performance"]
    assert all((guides / f"{page}.rst").is_file() for page in (*sections["Playbooks"], "performance"))


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (
            "<h1>batchops.azure.batch_job_info module</h1>",
            "<h1>batchops.<wbr>azure.<wbr>batch_<wbr>job_<wbr>info module</h1>",
        ),
        ('<a title="batchops.azure.gate role" href="#batchops.azure.gate">gate</a>', None),
        ("<p>batchops.azure 1 &gt; 0</p>", None),
        ("<pre><span></span>$ ansible localhost -m batchops.azure.batch_job_info\n</pre>", None),
    ],
)
def test_long_names_may_break_where_they_are_read(html: str, wanted: str | None) -> None:
    assert site_names.breakable(html) == (wanted or html)


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (
            '<table class="docutils align-default"><td id="a_b"><code>batch_pool_id</code></td></table>',
            '<table class="docutils align-default"><td id="a_b"><code>batch_<wbr>pool_<wbr>id</code></td></table>',
        ),
        ('<table class="docutils"><td><pre>batch_pool_id</pre> _private</td></table>', None),
        ('<table class="longtable ansible-option-table docutils"><td>batch_pool_id</td></table>', None),
        ("<p><code>batch_pool_id</code></p>", None),
    ],
)
def test_in_tables_every_name_may_break_at_its_underscores(html: str, wanted: str | None) -> None:
    assert site_names.breakable(html) == (wanted or html)


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<span class="pre">--https</span>', '<span class="pre whole">--https</span>'),
        ('<span class="pre">2025-06-01</span>', '<span class="pre whole">2025-06-01</span>'),
        (
            '<span class="pre">job_id</span> <span class="pre">-</span>',
            '<span class="pre">job_id</span> <span class="pre whole">-</span>',
        ),
        # Longer than a phone is wide.
        (f'<span class="pre">https://{"my-account" * 5}</span>', None),
    ],
)
def test_what_has_a_dash_is_kept_whole(html: str, wanted: str | None) -> None:
    assert site_names.kept_whole(html) == (wanted or html)


def test_the_pages_of_the_site_get_all_of_it() -> None:
    handlers: dict[str, Callable[..., None]] = {}
    site_names.setup(SimpleNamespace(connect=handlers.__setitem__))
    context: dict[str, Any] = {
        "body": '<h1>batchops.azure.gate</h1><span class="pre">-vvv</span>',
        "toctree": lambda depth: f"<a>batchops.azure.gate role – {depth}</a>",
    }
    handlers["html-page-context"](None, "index", "page.html", context, None)
    assert context["body"] == '<h1>batchops.<wbr>azure.<wbr>gate</h1><span class="pre whole">-vvv</span>'
    assert context["toctree"](depth=2) == "<a>gate role</a>"


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (
            '<a href="g.html">batchops.azure.batch_gate_info module – Check several things</a>',
            '<a href="g.html">batch_gate_info module</a>',
        ),
        ("<a>Playbook batchops.azure.drain_pool</a>", "<a>Playbook drain_pool</a>"),
        ("<a>Together with azure.azcollection</a>", None),
        ("<a>Entry point main – Continue only if</a>", None),
    ],
)
def test_the_menu_has_names_only(html: str, wanted: str | None) -> None:
    assert site_names.in_menu(html) == (wanted or html)


def test_the_page_of_a_playbook_marks_names_and_nothing_else() -> None:
    comment = [
        "Asks batchops.azure.gate, see gate_result.open | or *not*.",
        "",
        "Variables:",
        "  batch_wait   like gate_wait (default: false)",
    ]
    page = site_pages.page_of("any", comment)
    assert "Asks ``batchops.azure.gate``, see ``gate_result.open`` \\| or \\*not\\*." in page
    assert "   * - ``batch_wait``\n     - like ``gate_wait`` (default: false)\n" in page
    assert "   :header-rows: 1\n   :widths: 30 70\n\n   * - Variable\n     - Meaning\n" in page


def test_a_measured_number_keeps_its_unit(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "performance.md").write_text(
        "![A](images/a.svg)\n\n| a | 21.3 ms | 1.25 % | 2 to 3 |\n", encoding="utf-8"
    )
    site_pages.add_measured(tmp_path, tmp_path)
    written = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert (
        written == "![A](../../images/a.svg)\n\n| a | 21.3\N{NO-BREAK SPACE}ms | 1.25\N{NO-BREAK SPACE}% | 2 to 3 |\n"
    )


def test_the_collection_has_its_name_at_the_top_of_the_index() -> None:
    source = ["Batchops.Azure\n==============\n"]
    handlers: dict[str, Callable[..., None]] = {}
    site_names.setup(SimpleNamespace(connect=handlers.__setitem__))
    handlers["source-read"](None, "index", source)
    assert source == ["batchops.azure\n==============\n"]
