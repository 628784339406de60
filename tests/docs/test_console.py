# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every command of the guides and READMEs prints what stands beneath it."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT, Block, examples
from ansible_collections.batchops.azure.tests.docs.console import (
    Command,
    account_at,
    agrees,
    commands,
    comparable,
    run,
)
from ansible_collections.batchops.azure.tests.docs.not_run import NOT_RUN, why_not

CONSOLE = examples("console")
ALL = [(block, command) for block in CONSOLE for command in commands(block)]
LEFT_OUT = [(block, command) for block, command in ALL if why_not(command.text)]
# Ansible's own words around ours are those of this version.
WORDS_OF = (2, 21)


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Where the reader would be: with the files that the document shows, and tasks to go on with."""
    block: Block = request.getfixturevalue("block")
    shutil.copy(PROJECT / "tests" / "demo" / "deploy.yml", tmp_path)
    for shown in (*examples("yaml"), *examples("ini")):
        if shown.path == block.path and "file" in shown.mark:
            file = tmp_path / shown.mark["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(shown.text, encoding="utf-8")
    return tmp_path


RUN = [block for block in CONSOLE if any(not why_not(command.text) for command in commands(block))]


@pytest.mark.parametrize("block", RUN, ids=[block.place for block in RUN])
def test_commands_print_what_stands_beneath_them(block: Block, folder: Path) -> None:
    wanted = [command for command in commands(block) if not why_not(command.text)]
    with account_at(block.mark, folder) as account:
        for command in wanted:
            ran = run(command, folder, account)
            place = f"{block.document}:{command.line}: {command.text}"
            printed = "\n".join(ran.output)
            status = int(block.mark.get("status", 0)) if command is wanted[-1] else 0
            assert ran.status == status, f"{place}\nexits with {ran.status}, not {status}, and prints\n{printed}"
            if command.output and words_are_known():
                told = "\n".join(comparable(ran.output))
                assert agrees(command.output, ran.output), f"{place}\nprints\n{printed}\n\nor, compared:\n{told}"


def words_are_known() -> bool:
    return tuple(map(int, version("ansible-core").split(".")[:2])) >= WORDS_OF


@pytest.mark.parametrize(("block", "command"), LEFT_OUT, ids=[f"{b.document}:{c.line}" for b, c in LEFT_OUT])
def test_what_is_not_run(block: Block, command: Command) -> None:
    pytest.skip(f"{command.text.split('  ')[0]}: {why_not(command.text)}")


def test_nothing_is_left_out_without_need() -> None:
    texts = [command.text for block, command in LEFT_OUT]
    assert [pattern for pattern, reason in NOT_RUN if not any(re.match(pattern, text) for text in texts)] == []


@pytest.mark.parametrize(
    ("printed", "agreed"),
    [
        (["one", "prep job-7: 2/12 ready [#---------] 00:03", "prep job-7: 9/12 ready 00:09, ~0:02 left", "two"], True),
        (["one", "two"], False),
        (["one", "prep job-7: 2/12 prepared [#---------] 00:03", "two"], False),
        (["one", "prep job-8: 2/12 ready [#---------] 00:03", "two"], False),
        (["one", "prep job-7: 2/12 ready [#---------] 00:03", "between", "two"], True),
        (["one", "prep job-7: 2/12 ready [#---------] 00:03", "three"], False),
    ],
)
def test_the_comparison_can_fail(printed: list[str], agreed: bool) -> None:
    expected = ["one", "prep job-7: 3/12 ready [##--------] 01:03", "...", "two"]
    assert agrees(expected, printed) is agreed
