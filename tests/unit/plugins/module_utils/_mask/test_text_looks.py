# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of what people write is recognised by its looks, and that what is no secret stays readable."""

from __future__ import annotations

import re

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.by_place import mask_command
from ansible_collections.batchops.azure.plugins.module_utils._mask.names import is_secret_name
from ansible_collections.batchops.azure.plugins.module_utils._mask.patterns import mask_known
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import LONGEST, MASK, mask_text
from ansible_collections.batchops.azure.tests.unit.plugins.module_utils import secret_looks

LINES, NAMES = secret_looks.COMMAND_LINES, secret_looks.SETTING_NAMES


def test_the_tables_are_large_enough_to_say_something() -> None:
    assert len(set(LINES)) >= 93
    assert len(set(NAMES)) >= 58
    assert all("hunter2" in line for line in (*LINES, *secret_looks.UNTOLD_LINES))


@pytest.mark.parametrize("line", LINES)
def test_a_secret_on_a_command_line_is_recognised(line: str) -> None:
    masked = mask_text(line)
    assert "hunter2" not in masked
    # Not by masking everything.
    assert masked.startswith(line.partition(" ")[0].partition("=")[0])
    assert mask_text(masked) == masked


@pytest.mark.parametrize("line", [*LINES, "ConvertTo-SecureString hunter2", *(f"{name}=hunter2" for name in NAMES)])
def test_no_text_is_passed_over_in_which_a_pattern_finds_something(line: str) -> None:
    words = line.split(" ")
    for first in range(len(words)):
        for behind in range(first + 1, len(words) + 1):
            part = " ".join(words[first:behind])
            assert mask_text(part) == mask_known(part, part.lower(), MASK)


@pytest.mark.parametrize("line", [*LINES, *secret_looks.UNTOLD_LINES])
def test_strict_masks_it_whether_it_is_recognised_or_not(line: str) -> None:
    masked = mask_command(line)
    assert re.fullmatch(rf"([\w.-]+ )?{MASK}", masked)
    assert "hunter2" not in masked


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_tells_of_a_credential(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", secret_looks.HARMLESS_NAMES)
def test_a_name_that_tells_of_none(name: str) -> None:
    assert not is_secret_name(name)


def test_of_a_long_name_its_end_tells() -> None:
    assert is_secret_name(f"password_{'a' * 150}")
    assert not is_secret_name(f"password_{'a' * 300}")


@pytest.mark.parametrize("line", secret_looks.HARMLESS_LINES)
def test_what_is_no_secret_stays_readable(line: str) -> None:
    assert mask_text(line) == line


def test_a_long_text_loses_its_tail_at_a_words_end_before_it_is_masked() -> None:
    words = "word " * (LONGEST // 5 - 4)
    assert mask_text(f"{words}--password hunter2") == f"{words}--password {MASK}"
    assert mask_text(f"{words}--password {'hunter2' * 9} {words}") == f"{words}--password {MASK}"


def test_of_a_text_as_much_is_shown_as_the_longest_command_line_has() -> None:
    assert len(mask_text("word " * 10_000)) == pytest.approx(32 * 1024, abs=5)


@pytest.mark.parametrize("text", ["hunter2" * LONGEST, " " * LONGEST * 2, "\n" * LONGEST + "hunter2" * LONGEST])
def test_of_one_word_that_is_too_long_nothing_is_left(text: str) -> None:
    assert mask_text(text).strip() == "…"
