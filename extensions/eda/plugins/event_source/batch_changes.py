# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes in a Batch account as events for ansible-rulebook. What is read is in plugin_utils; here is how it is found from any path."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: batch_changes
short_description: Changes of nodes, preparation, tasks, jobs, pools and gates of an Azure Batch account
version_added: 1.0.0
description:
  - Polls a Batch account, and sends an event for each change since the last poll.
  - "An event is C({batch: {kind, id, job_id, pool_id, node_id, from, to, reason, at}}). All of these keys are always present; C(null) where they do not apply.
    C(extensions/eda/schemas/batch_changes.json) in the collection is a JSON Schema of it."
  - C(kind) is C(node), C(preparation), C(task), C(job), C(pool), C(gate) or C(source).
  - C(to) is the outcome if there is one, C(succeeded) or C(failed), and otherwise the state under the service's own name.
    C(from) is the previous value of C(to), or C(null) for something new. C(to) is C(null) for something that is no longer listed.
  - C(reason) is a sentence that says why, where something has failed or is missing.
  - C(at) is the time of the change, as the service writes it, or the time of the poll if the service does not say.
  - Anything that comes and goes between two polls is missed.
  - If something cannot be read, the source tries again after pauses that grow to ten minutes, or for which the service asks, up to an hour.
    Events of kind C(source) report when that begins and ends,
    C(from) C(reading) C(to) C(failing) and back. The C(id) names what is watched, such as C(preparation of job-7), or is the endpoint if nothing can be read.
  - The source never ends by itself, except at the start, if an option is refused or a Python library is missing.
author:
  - The batchops.azure authors (@batchops)
extends_documentation_fragment:
  - batchops.azure._account
  - batchops.azure._auth
options:
  watch:
    description: What is watched. Every poll reads each list once, and each named job or pool separately.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description:
          - V(nodes) are the nodes of a pool. C(to) is the state. It is C(failed) for a node that is C(idle) or C(running) although its start task has failed.
          - V(preparation) is the job preparation task of a job, on each node where it runs or has run. C(to) is C(running), C(succeeded) or C(failed).
          - V(tasks) are the tasks of a job.
          - V(jobs) are named jobs, or all jobs of the account. C(to) of a completed job is how it ended, which takes further requests when a job completes.
            C(to) is also C(failed) for a job with a scheduling error.
          - V(pools) are named pools, or all pools of the account. C(to) of an active pool is its allocation state; C(failed) if a resize ended short of nodes.
          - V(gate) is a list of checks, as M(batchops.azure.batch_gate_info) takes it. C(to) is the verdict.
          - C(to) is C(unknown) if something ended with an unknown result.
        type: str
        required: true
        choices: [nodes, preparation, tasks, jobs, pools, gate]
      name:
        description: The name of the gate in events, V(gate) if not set.
        type: str
      job_id:
        description: A job. V(preparation) and V(tasks) need it or O(watch[].job_ids).
        type: str
      job_ids:
        description: Several jobs. Each is read separately, so a deleted job does not hide the others.
        type: list
        elements: str
      pool_id:
        description: A pool. V(nodes) need it or O(watch[].pool_ids).
        type: str
      pool_ids:
        description: Several pools.
        type: list
        elements: str
      filter:
        description:
          - An OData filter that the service applies to the list, for example C(state eq 'active').
          - Something that no longer passes the filter is reported as if it were gone, with C(null) as C(to).
        type: str
      checks:
        description: The checks of a gate.
        type: list
        elements: dict
  interval:
    description: Seconds between two polls.
    type: float
    default: 30
  initial:
    description:
      - Whether the first poll sends events for everything it sees, with C(null) as C(from).
      - It then finds out how each completed job ended, which takes at least two requests for each.
    type: bool
    default: false
  limit_to_hosts:
    description:
      - Adds C(meta.hosts) to events about a node, with the name that the inventory plugin P(batchops.azure.batch_nodes#inventory) gives it.
      - ansible-rulebook limits the actions of a rule to those hosts. A playbook for C(localhost) then does not run on any host.
    type: bool
    default: false
  page_size:
    description: How many items the service sends in one page of a list, V(1) to V(1000). It changes the number of requests, not the result.
    type: int
notes:
  - Only C(GET) requests are sent. All polls share one client, and so one sign-in.
  - Needs ansible-core and requests for the Python that runs ansible-rulebook, and azure-identity to sign in with Entra ID.
"""

EXAMPLES = r"""
- name: Watch a job and its pool
  hosts: localhost
  sources:
    - batchops.azure.batch_changes:
        account_endpoint: myaccount.westeurope.batch.azure.com
        interval: 30
        watch:
          - kind: preparation
            job_id: job-7
          - kind: nodes
            pool_id: pool-7
          - kind: gate
            name: deployment
            checks:
              - check: tasks
                job_id: job-7
  rules:
    - name: Preparation has failed
      condition: event.batch.kind == "preparation" and event.batch.to == "failed"
      action:
        debug:
          msg: "{{ event.batch.node_id }}: {{ event.batch.reason }}"
"""

import importlib
import sys
from pathlib import Path
from typing import Any

# What ansible-rulebook runs is this file, and not a member of a package.
_HERE = Path(__file__).absolute()


async def main(queue: Any, args: dict[str, Any]) -> None:
    """What ansible-rulebook calls. It never returns."""
    _make_importable(_HERE)
    try:
        from ansible_collections.batchops.azure.plugins.plugin_utils._changes.source import follow
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"batch_changes cannot import {error.name}. It needs ansible-core and requests for {sys.executable},"
            " and its collection in ansible_collections/batchops/azure"
        ) from error
    await follow(queue, args)


def _make_importable(source: Path) -> None:
    """Lets Python find the collection to which this file belongs.

    Ansible finds collections by a loader that is not there. Another folder of collections may have been imported already.
    """
    collection = source.parents[4]
    namespace, collections = collection.parent, collection.parent.parent
    if (collections.name, namespace.name, collection.name) != ("ansible_collections", "batchops", "azure"):
        # A checkout: whatever is installed is taken.
        return
    if str(collections.parent) not in sys.path:
        sys.path.append(str(collections.parent))
    for name, folder in (("ansible_collections", collections), ("ansible_collections.batchops", namespace)):
        package = importlib.import_module(name)
        # First, so that no other version of the collection is taken. A list, which nobody works out anew.
        package.__path__ = [str(folder), *(path for path in package.__path__ if path != str(folder))]
