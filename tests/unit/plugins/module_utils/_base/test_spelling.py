# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that differ in case only are one, in the spelling that came first."""

from __future__ import annotations

from itertools import permutations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.spelling import Spelling

SPELLINGS = ("tvm-1", "TVM-1", "Tvm-1")


@pytest.mark.parametrize("written", list(permutations(SPELLINGS)), ids=str)
def test_the_first_spelling_stays(written: tuple[str, ...]) -> None:
    seen: dict[str, None] = {}
    spelling = Spelling(seen)
    for item_id in (*written, *reversed(written)):
        seen[spelling.first(item_id)] = None
    assert list(seen) == [written[0]]


def test_other_ids_stay_as_they_are() -> None:
    seen: dict[str, None] = {}
    spelling = Spelling(seen)
    for item_id in ("a", "B", "ab", "A-b", "b-"):
        seen[spelling.first(item_id)] = None
    assert list(seen) == ["a", "B", "ab", "A-b", "b-"]
