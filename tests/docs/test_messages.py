# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages by which the guide to troubleshooting is searched are those of the code, word for word."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT

GUIDE = PROJECT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst"
# Ansible's own, and codes of the service that the simulator never has a reason to give.
OTHERS = (
    "Unsupported parameters for ",
    " module",
    "Azure CLI not found on path",
    "AuthorizationFailure",
    "TooManyRequests",
    "TaskNotFound",
)
TERM = re.compile(r"^(``.*``)\n   \S", re.MULTILINE)
# What stands between what is particular to a case: an option before its sentence, a status behind its code.
BETWEEN = re.compile(r"\.\.\.|^\w+: | \(\d+\)$")


def terms() -> list[str]:
    """The messages. Several of them may have one explanation."""
    found = TERM.findall(GUIDE.read_text(encoding="utf-8"))
    return [term for line in found for term in re.findall(r"``(.+?)``(?:, |$)", line)]


def constants(folder: str) -> set[str]:
    """All texts of the code, as the pieces that stand between what is filled in."""
    paths = sorted(Path(PROJECT / folder).rglob("*.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.fixture(scope="module")
def words() -> str:
    return "\n".join(
        constants("plugins/module_utils")
        | constants("plugins/plugin_utils")
        | constants("plugins/filter")
        | constants("tests/simulator")
    )


@pytest.mark.parametrize("term", terms())
def test_a_message_is_one_of_the_code(term: str, words: str) -> None:
    pieces = [piece for piece in BETWEEN.split(term) if piece.strip()]
    assert pieces
    unknown = [piece for piece in pieces if piece not in OTHERS and piece.strip() not in words]
    assert not unknown, f"{GUIDE.name}: {term}: no message has {unknown}"


def test_there_are_messages() -> None:
    assert len(terms()) > 40
