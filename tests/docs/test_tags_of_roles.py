# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example that includes a role carries the tag `always`: without it, `--tags deploy` would go past the gate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT, examples

_INCLUDE = "ansible.builtin.include_role"


def includes(data: Any) -> Iterator[dict[str, Any]]:
    """The tasks at any depth that include a role of the collection."""
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for item in items:
        yield from includes(item)
    if isinstance(data, dict) and str(data.get(_INCLUDE, {}).get("name")).startswith("batchops.azure."):
        yield data


SHOWN = [(block.place, task) for block in examples("yaml") for task in includes(yaml.safe_load(block.text))]
ROLES = sorted(path.name for path in (PROJECT / "roles").iterdir())


def test_the_read_me_of_the_collection_and_of_each_role_shows_one() -> None:
    documents = {place.rpartition(":")[0] for place, _task in SHOWN}
    assert documents >= {"README.md", *(f"roles/{role}/README.md" for role in ROLES)}


@pytest.mark.parametrize(("place", "task"), SHOWN, ids=[place for place, _task in SHOWN])
def test_an_include_that_is_shown_carries_the_tag(place: str, task: dict[str, Any]) -> None:
    assert "always" in task.get("tags", []), place


@pytest.mark.parametrize("role", ROLES)
def test_the_read_me_of_a_role_says_that_an_import_runs_whatever_tags_were_asked_for(role: str) -> None:
    text = (PROJECT / "roles" / role / "README.md").read_text(encoding="utf-8")
    [line] = [line for line in text.splitlines() if "carry the tag `always`" in line]
    assert "With `import_role`" in line
    assert "whatever tags were asked for" in line
