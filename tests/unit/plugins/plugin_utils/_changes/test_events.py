# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of what differs between two looks."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.plugin_utils._changes.events import changes, event, limited_to_host
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.seen import Key, Seen

NOW, AT = "2026-01-31T08:00:00.123Z", "2026-01-31T07:59:59.1234567Z"
NODE = Seen("node", "tvm-1", "idle", None, AT, None, "pool-1", "tvm-1")
TASK = Seen("task", "t", "running", None, None, "job-1")


def by_key(*objects: Seen) -> dict[Key, Seen]:
    return {seen.key: seen for seen in objects}


def test_what_is_as_it_was_is_no_event_whatever_else_is_said_of_it() -> None:
    assert not list(changes(by_key(NODE, TASK), by_key(NODE._replace(at=NOW, reason="words"), TASK), NOW))


def test_every_key_is_always_there() -> None:
    [told] = changes(by_key(NODE), by_key(NODE._replace(to="unusable", reason="is\nunusable\x1b[2J")), NOW)
    assert told == {
        "batch": {
            "kind": "node",
            "id": "tvm-1",
            "job_id": None,
            "pool_id": "pool-1",
            "node_id": "tvm-1",
            "from": "idle",
            "to": "unusable",
            "reason": "is unusable?[2J",
            "at": AT,
        }
    }


def test_what_is_new_comes_from_nothing_and_what_is_gone_becomes_nothing() -> None:
    new, gone = (told["batch"] for told in changes(by_key(NODE), by_key(TASK), NOW))
    assert (new["id"], new["from"], new["to"], new["reason"], new["at"]) == ("t", None, "running", None, NOW)
    assert (gone["id"], gone["from"], gone["to"]) == ("tvm-1", "idle", None)
    assert (gone["reason"], gone["at"]) == ("is not listed any more", NOW)


def test_the_host_is_the_one_of_the_inventory_and_only_of_events_about_a_node() -> None:
    about_node, about_task = (event(seen, None, seen.to, NOW) for seen in (NODE, TASK))
    assert limited_to_host(about_node) == {**about_node, "meta": {"hosts": ["pool-1_tvm-1"]}}
    assert limited_to_host(about_task) == about_task
