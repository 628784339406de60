# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records docs/images/gate.svg: the playbook of the guide to a first gate, played against the simulator in real time.

    python -m ansible_collections.batchops.azure.tests.docs.pictures.terminal

Needs rich, see tests/requirements/docs.txt, and takes half a minute.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT, examples
from ansible_collections.batchops.azure.tests.simulator import RealClock, Simulator
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

IMAGE = PROJECT / "docs" / "images" / "gate.svg"
WIDTH = 104
# What the role does besides, which is the same in each run.
_ASIDE = re.compile(r"^TASK \[(Gathering|Pass|batchops\.azure\.gate : (Validating|Keep|Refuse))")
# A font from the network would not be there when the picture is looked at.
_WEB_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def played() -> list[str]:
    """What a terminal shows, with colours."""
    [playbook] = [block.text for block in examples("yaml") if block.mark.get("file") == "gate.yml"]
    with tempfile.TemporaryDirectory() as folder, Simulator("demo", clock=RealClock()) as account:
        Path(folder, "gate.yml").write_text(playbook, encoding="utf-8")
        account.clock.set(0)
        done = subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "gate.yml"],
            cwd=folder,
            env={
                **os.environ,
                "ANSIBLE_FORCE_COLOR": "1",
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
                "AZURE_BATCH_ENDPOINT": account.url,
                "AZURE_BATCH_ACCOUNT": account.account,
                "AZURE_BATCH_ACCESS_KEY": account.key,
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return done.stdout.splitlines()


def worth_showing(lines: list[str]) -> Iterator[str]:
    """The tasks that say something, each with an empty line before it."""
    kept = False
    for line in lines:
        if re.match(r"(PLAY|TASK) ", line):
            kept = not (_ASIDE.match(line) or line.startswith("PLAY RECAP"))
            if kept:
                yield ""
        if kept and line.strip():
            yield line


def main() -> None:
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w", encoding="utf-8"), force_terminal=True)  # noqa: SIM115
    console.print(Text("$ ansible-playbook gate.yml", style="bold"))
    for line in worth_showing(played()):
        # The stars behind a heading would fill a line each.
        console.print(Text.from_ansi(re.sub(r"\*{4,}", "***", line)))
    svg = console.export_svg(title="batchops.azure", theme=MONOKAI, unique_id="gate")
    IMAGE.parent.mkdir(parents=True, exist_ok=True)
    IMAGE.write_text(_WEB_FONT.sub("", svg), encoding="utf-8")
    print(IMAGE.relative_to(PROJECT))


if __name__ == "__main__":
    main()
