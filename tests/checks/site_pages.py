# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documentation site has besides the pages that antsibull-docs makes: playbooks, performance, a style for phones, names as they are.

    python site_pages.py COLLECTION SITE

COLLECTION is a copy of the checkout, to which the pages are added; SITE is a folder made by antsibull-docs sphinx-init.
A page about a playbook is the comment at its top, so that there is one text only.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

LABEL = "ansible_collections.batchops.azure.docsite"
STYLE = Path(__file__).with_name("site.css")
_VARIABLE = re.compile(r"  (batch_\w+) +(\S.*)$")
_COMMAND = re.compile(r" +(ansible-playbook .*)$")
_MARKUP = re.compile(r"([*`|\\])")
# Names of variables and of what is in a collection.
_NAME = re.compile(r"\b(?:batchops\.azure\.)?\w+_\w+(?:\.\w+)*|\bbatchops\.azure\.\w+")
_MEASURED = re.compile(r"(?<=\d) (?=(?:ms|s|min|KB|MB|%) \|)")
_PERFORMANCE = """
.. _{label}.performance:

.. include:: ../../performance.md
   :parser: myst_parser.sphinx_
"""


def comment_of(playbook: Path) -> list[str]:
    """The lines of the comment at its top, without their signs."""
    lines = playbook.read_text(encoding="utf-8").splitlines()
    begin = lines.index("---") + 1
    end = next(number for number, line in enumerate(lines) if number >= begin and not line.startswith("#"))
    return [line.removeprefix("#").removeprefix(" ") for line in lines[begin:end]]


def page_of(name: str, comment: list[str]) -> str:
    """The page of a playbook: what it does, how it is called, and its variables as a table."""
    title = f"Playbook batchops.azure.{name}"
    return "\n".join([f".. _{LABEL}.playbook_{name}:", "", title, "=" * len(title), "", *_body(comment), ""])


def _body(comment: list[str]) -> Iterator[str]:
    block = ""
    for line in comment:
        command, variable = _COMMAND.match(line), _VARIABLE.match(line)
        if command:
            if block != "commands":
                yield from ("", ".. code-block:: console", "")
            block = "commands"
            yield f"   $ {command[1]}"
        elif line == "Variables:":
            block = "variables"
            yield from ("Variables", "---------", "", ".. list-table::", "   :header-rows: 1", "   :widths: 30 70", "")
            yield from ("   * - Variable", "     - Meaning")
        elif variable and block == "variables":
            yield from (f"   * - ``{variable[1]}``", f"     - {_plain(variable[2])}")
        elif block == "variables" and line.strip():
            yield f"       {_plain(line.strip())}"
        else:
            block = block if line.strip() and line.startswith(" ") else ""
            yield _plain(line.removeprefix("  "))


def _plain(words: str) -> str:
    """Names as names, and everything else as it is written."""
    return _NAME.sub(r"``\g<0>``", _MARKUP.sub(r"\\\1", words))


def add_pages(collection: Path) -> None:
    guides, extra = collection / "docs" / "docsite" / "rst", collection / "docs" / "docsite" / "extra-docs.yml"
    names = sorted(path.stem for path in (collection / "playbooks").glob("*.yml"))
    for name in names:
        comment = comment_of(collection / "playbooks" / f"{name}.yml")
        (guides / f"playbook_{name}.rst").write_text(page_of(name, comment), encoding="utf-8")
    (guides / "performance.rst").write_text(_PERFORMANCE.format(label=LABEL), encoding="utf-8")
    sections = {"Playbooks": [f"playbook_{name}" for name in names], "Performance": ["performance"]}
    with extra.open("a", encoding="utf-8") as file:
        for title, pages in sections.items():
            file.write(f"  - title: {title}\n    toctree:\n" + "".join(f"      - {page}\n" for page in pages))


def add_measured(collection: Path, site: Path) -> None:
    """The Markdown that the page on performance includes, beside the images."""
    text = (collection / "docs" / "performance.md").read_text(encoding="utf-8")
    text = text.replace("](images/", "](../../images/")
    # A number stays on the line of its unit.
    (site / "performance.md").write_text(_MEASURED.sub("\N{NO-BREAK SPACE}", text), encoding="utf-8")


def add_style(site: Path) -> None:
    static = site / "static"
    static.mkdir()
    shutil.copy(STYLE, static)
    with (site / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(f"\nimport sys\nsys.path.append({str(STYLE.parent)!r})\n")
        conf.write(f"extensions += ['myst_parser', 'site_names']\nhtml_static_path = [{str(static)!r}]\n")
        # Not what ends in .md: the page on performance is included.
        conf.write(f"source_suffix = {{'.rst': 'restructuredtext'}}\nhtml_css_files = [{STYLE.name!r}]\n")


if __name__ == "__main__":
    add_pages(Path(sys.argv[1]))
    add_measured(Path(sys.argv[1]), Path(sys.argv[2]))
    add_style(Path(sys.argv[2]))
