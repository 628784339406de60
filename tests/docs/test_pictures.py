# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures show what there is."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape
from xml.etree import ElementTree

from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT, documents, examples
from ansible_collections.batchops.azure.tests.docs.console import commands, comparable

IMAGES = PROJECT / "docs" / "images"
TEXT = re.compile(r'<text [^>]*?x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')


def recorded() -> list[str]:
    """The lines of the recorded terminal."""
    rows: defaultdict[float, list[tuple[float, str]]] = defaultdict(list)
    for left, top, text in TEXT.findall((IMAGES / "gate.svg").read_text(encoding="utf-8")):
        rows[float(top)].append((float(left), unescape(text).replace("\xa0", " ")))
    return ["".join(text for left, text in sorted(rows[top])) for top in sorted(rows)]


def test_the_recorded_terminal_shows_what_the_guide_shows() -> None:
    """Its words are those of the guide, which are run. Times and lines of progress are its own."""
    [command] = [
        command
        for block in examples("console")
        for command in commands(block)
        if command.text == "ansible-playbook gate.yml" and block.path.stem == "guide_first_gate"
    ]
    expected = [line for line in comparable(command.output) if line != "..." and not line.startswith("<progress")]
    told = comparable(recorded())
    assert [line for line in expected if line not in told] == []
    assert sum(line.startswith("gate: ") and "prep job-7 " in line for line in recorded()) > 3


def test_pictures_need_nothing_from_elsewhere() -> None:
    for image in IMAGES.glob("*.svg"):
        text = image.read_text(encoding="utf-8")
        ElementTree.fromstring(text)
        assert "@import" not in text
        assert "url(http" not in text.replace('"', "")


def test_every_picture_of_a_guide_is_there() -> None:
    named = {
        (path.parent / name).resolve()
        for path in documents()
        for name in re.findall(r"^\.\. image:: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"gate.svg"} <= {path.name for path in named}
    assert [path for path in named if not path.is_file()] == []
