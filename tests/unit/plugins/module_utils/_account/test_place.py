# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where something ran, as far as the service says it in words."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._account.place import Place, place_of
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError


@pytest.mark.parametrize("item", [{}, {"nodeInfo": {}}, {"nodeInfo": {"nodeId": None, "poolId": ""}}])
def test_what_is_not_told_is_not_known(item: dict[str, Any]) -> None:
    assert place_of(item) == Place(None, None, None)


def test_a_place_has_three_parts() -> None:
    node = {"poolId": "p", "nodeId": "n", "taskRootDirectory": "workitems/j", "nodeUrl": "https://…"}
    assert place_of({"nodeInfo": node}) == Place("p", "n", "workitems/j")


@pytest.mark.parametrize("name", ["poolId", "nodeId", "taskRootDirectory"])
@pytest.mark.parametrize("value", [7, -1, 0, True, False, [], ["n"], {}])
def test_what_is_no_text_is_an_answer_that_is_not_understood(name: str, value: Any) -> None:
    with pytest.raises(AnswerError, match=f"{name} of a task's node is not a text"):
        place_of({"nodeInfo": {name: value}})
