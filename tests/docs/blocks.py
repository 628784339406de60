# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the examples of the documentation: code blocks of guides and READMEs, and the EXAMPLES of plugins.

A comment before a block says what a test has to know and a reader has not. In a guide it is `.. run: at=6 status=2`,
in Markdown `<!-- run: at=6 status=2 -->`:

    scenario=NAME  which bundled scenario of the simulator is played, `demo` if it is not said
    at=SECONDS     how far it has got, 60 if it is not said
    step=SECONDS   by how much time moves at each request, 0 if it is not said
    status=NUMBER  the exit status of the block's last command, 0 if it is not said
    file=NAME      the name under which the commands of the same document find the block
    because=WORDS  why the block is not run; the rest of the line
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_RST = re.compile(
    r"^\.\. code-block:: (?P<language>\w+)\n(?P<options>(?: {3}:.*\n)*)\n(?P<text>(?: {3}.*\n|\n)+)", re.MULTILINE
)
_MARKDOWN = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"^(?:\.\.|<!--) run: (?P<words>.*?)(?: -->)?\n\s*\Z", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """An example: where it stands, and what it holds."""

    path: Path
    line: int
    language: str
    text: str
    mark: dict[str, str] = field(default_factory=dict)

    @property
    def document(self) -> str:
        return str(self.path.relative_to(PROJECT))

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"


def _marked(before: str) -> dict[str, str]:
    found = _MARK.search(before)
    if not found:
        return {}
    words, _separator, because = found["words"].partition("because=")
    mark = dict(word.split("=", 1) for word in words.split())
    return {**mark, "because": because} if because else mark


def _caption(options: str) -> dict[str, str]:
    caption = re.search(r":caption: (\S+)", options)
    return {"file": caption[1]} if caption else {}


def _in_document(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for found in (_RST if path.suffix == ".rst" else _MARKDOWN).finditer(text):
        line = text.count("\n", 0, found.start("text")) + 1
        mark = {**_caption(found.groupdict().get("options", "")), **_marked(text[: found.start()])}
        yield Block(path, line, found["language"], textwrap.dedent(found["text"]).strip("\n") + "\n", mark)


def _in_plugin(path: Path) -> Iterator[Block]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES":
            yield Block(path, node.lineno + 1, "yaml", ast.literal_eval(node.value))


def documents() -> list[Path]:
    """The READMEs and the guides."""
    guides = sorted((PROJECT / "docs" / "docsite" / "rst").glob("*.rst"))
    return [PROJECT / "README.md", *sorted((PROJECT / "roles").glob("*/README.md")), *guides]


def examples(language: str) -> list[Block]:
    """All examples in one language, `yaml` or `console`."""
    found = [block for path in documents() for block in _in_document(path)]
    for kind in ("modules", "filter"):
        for path in sorted((PROJECT / "plugins" / kind).glob("*.py")):
            found += _in_plugin(path)
    return [block for block in found if block.language == language]
