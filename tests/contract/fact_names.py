# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Under which name a property of the wire must be found in the facts.

Written without a look at the code under test: Microsoft's own Python names where there are any, and letter by letter
where there are none.
"""

from __future__ import annotations

from functools import cache

from ansible_collections.batchops.azure.tests.contract.official_models import properties

# Where Microsoft's client gave a property another name, the facts keep the service's own word: it is what the
# documentation, a $filter and every other tool say.
SERVICE_WORD_KEPT = {
    "lun": "lun",
    "nodeList": "node_list",
    "nodeRebootOption": "node_reboot_option",
    "numFailedTasks": "num_failed_tasks",
    "numSucceededTasks": "num_succeeded_tasks",
    "numTaskRetries": "num_task_retries",
    "onAllTasksComplete": "on_all_tasks_complete",
    "onTaskFailure": "on_task_failure",
    "provision": "provision",
    "resourceStats": "resource_stats",
    "stats": "stats",
    "terminateReason": "terminate_reason",
    "usageStats": "usage_stats",
    "value": "value",
    "values": "values",
}

# One shape for all versions: the older name of a property gives the newer name's fact.
RENAMED = {"maxTasksPerNode": "task_slots_per_node"}

# A plural that a rule by letters tears apart, and that Microsoft's newest client does not have.
_PLURALS = {"publicIPs": "public_ips"}


@cache
def microsofts_names() -> dict[str, frozenset[str]]:
    """What Microsoft's Python client calls a property; it may differ from model to model."""
    names: dict[str, set[str]] = {}
    for _version, _model, name, schema in properties():
        if "x-python" in schema:
            names.setdefault(name, set()).add(schema["x-python"])
    return {name: frozenset(found) for name, found in names.items()}


def letter_by_letter(name: str) -> str:
    """A word begins at a capital that follows a small letter, or that a small letter follows."""
    words = ""
    for place, letter in enumerate(name):
        after_small = place > 0 and not name[place - 1].isupper()
        before_small = 0 < place < len(name) - 1 and name[place + 1].islower()
        words += ("_" if letter.isupper() and (after_small or before_small) else "") + letter.lower()
    return words


@cache
def fact_name(name: str) -> str:
    """The one name that the fact must have."""
    listed = {**RENAMED, **SERVICE_WORD_KEPT, **_PLURALS}
    if name in listed:
        return listed[name]
    known = microsofts_names().get(name, frozenset((letter_by_letter(name),)))
    (only,) = known
    return only
