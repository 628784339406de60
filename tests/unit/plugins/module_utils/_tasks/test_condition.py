# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition reads beside the tasks, look after look."""

from __future__ import annotations

from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.asking_tasks import ENTRIES, LIST
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page
from ansible_collections.batchops.azure.tests.support.modules import GATE, TASKS
from ansible_collections.batchops.azure.tests.support.scripted_clock import ScriptedClock
from ansible_collections.batchops.azure.tests.support.wire import (
    job,
)


def test_a_wait_goes_on_until_one_answer_says_one_thing(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(LIST, page(ENTRIES["succeeded"], ENTRIES["running"]), page(ENTRIES["succeeded"]))
    result = ask(service, TASKS, ScriptedClock(5), job_id="job-1", condition="succeeded", wait=True, wait_sleep=5)
    assert (result["verdict"], result["polls"]) == ("satisfied", 2)


def test_a_gate_is_not_open_either(service: Loopback) -> None:
    service.say("/jobs/job-1", job())
    service.say(LIST, page(ENTRIES["succeeded"], ENTRIES["running"]))
    assert ask(service, GATE, checks=[{"check": "tasks", "job_id": "job-1"}])["verdict"] == "pending"
