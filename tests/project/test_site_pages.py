# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of the site that are made of what stands elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from ansible_collections.batchops.azure.tests.checks import site_names, site_pages

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_page_says_all_that_the_comment_says(playbook: Path) -> None:
    comment = site_pages.comment_of(playbook)
    page = iter(re.findall(r"[\w./$@=-]+", site_pages.page_of(playbook.stem, comment)))
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


def test_the_collection_has_its_name_at_the_top_of_the_index() -> None:
    source = ["Batchops.Azure\n==============\n"]
    handlers: dict[str, Callable[..., None]] = {}
    site_names.setup(SimpleNamespace(connect=handlers.__setitem__))
    handlers["source-read"](None, "index", source)
    assert source == ["batchops.azure\n==============\n"]
