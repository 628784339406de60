# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `strict` shows of a value by its place. Commands as people write them are in the test of what is told by looks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.by_place import (
    mask_command,
    mask_place,
    without_values,
)
from ansible_collections.batchops.azure.plugins.module_utils._mask.places import COMMAND, LEAVES, URL, VALUES, WHOLE
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (WHOLE, "hunter2", MASK),
        (WHOLE, {"a": "hunter2"}, MASK),
        (COMMAND, "/bin/sh -c 'PASS=hunter2 run'", f"sh {MASK}"),
        (COMMAND, ["hunter2"], MASK),
        (URL, "https://u:hunter2@x/c?sig=hunter2", f"https://{MASK}@x/c?sig={MASK}"),
        (VALUES, [{"name": "A", "value": "hunter2"}, None, "hunter2"], [{"name": "A", "value": MASK}, None, MASK]),
        (LEAVES, {"a": ["hunter2", 7, True, None, ""]}, {"a": [MASK, MASK, True, None, ""]}),
        (VALUES, [{"name": "A", "value": None, "more": ""}], [{"name": "A", "value": None, "more": ""}]),
        (VALUES, "hunter2", MASK),
        (URL, {"hunter2": 1}, MASK),
        ("a kind that is not known", "hunter2", MASK),
    ],
)
def test_each_kind_of_place_shows_what_it_may(kind: str, value: Any, shown: Any) -> None:
    assert mask_place(kind, value) == shown


@pytest.mark.parametrize("kind", [WHOLE, COMMAND, URL, VALUES, LEAVES])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_not_set_stays_so(kind: str, value: Any) -> None:
    assert mask_place(kind, value) == value


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("setup", "setup"),
        ("  ", "  "),
        ("A=hunter2 run", MASK),
        ('"C:\\x y\\run.exe" /p', f"run.exe {MASK}"),
        ("'a", MASK),
        ("https://x/hunter2 run", MASK),
        ("", ""),
    ],
)
def test_of_a_command_the_program_is_shown_if_that_is_what_stands_there(line: str, shown: str) -> None:
    assert mask_command(line) == shown


def test_of_named_values_only_the_names_are_kept_for_facts() -> None:
    named = [{"name": "A", "value": "hunter2", "more": None, "empty": ""}, "hunter2", None]
    kept = [{"name": "A", "value": True, "more": None, "empty": ""}, "hunter2", None]
    assert without_values(named) == kept
    assert mask_place(VALUES, kept) == mask_place(VALUES, named)
    assert without_values("hunter2") == "hunter2"
