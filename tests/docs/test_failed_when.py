# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every `failed_when` that the documentation shows, against a server that is down and a module that crashes: nothing passes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT, examples
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.playing import Task, play

_CRASH = "raise RuntimeError('lost')"


def tasks_in(data: Any) -> Iterator[Task]:
    """The tasks in plays, blocks and lists that say when they have failed."""
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            if "failed_when" in item:
                yield item
            for name in ("tasks", "block", "rescue", "always"):
                yield from tasks_in(item.get(name, []))


SHOWN = [(block.place, task) for block in examples("yaml") for task in tasks_in(yaml.safe_load(block.text))]
# The examples of the filters that say in words whether a gate is open take any result.
WHATEVER = [place for place, task in SHOWN if task["failed_when"] is False]
OURS = [
    (str(path.relative_to(PROJECT)), {**task, "loop": ["pool-7"]} if "loop" in task else task)
    for path in sorted((PROJECT / "playbooks").glob("*.yml"))
    for task in tasks_in(yaml.safe_load(path.read_text(encoding="utf-8")))
    if task["failed_when"] is not False
]
ALL = [(place, task) for place, task in SHOWN if task["failed_when"] is not False] + OURS
DEAD = {"AZURE_BATCH_ACCOUNT": "a", "AZURE_BATCH_ACCESS_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}


def reading(task: Task, **more: Any) -> Task:
    """The task as it is shown, that of one read in place of many."""
    kept = {name: value for name, value in task.items() if name != "when"}
    [module] = [name for name in kept if name.startswith("batchops.azure.")]
    return {**kept, module: {**kept[module], "retries": 0}, "ignore_errors": True, **more}


def test_there_are_some() -> None:
    assert {place.split(":")[0] for place, _task in ALL} >= {"README.md", "docs/docsite/rst/guide_troubleshooting.rst"}
    assert all(place.startswith("plugins/filter/") for place in WHATEVER)


@pytest.mark.parametrize("environment", [{}, {"ELSEWHERE": "1"}], ids=["in-controller", "module"])
def test_a_server_that_is_down_does_not_pass(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        down = {**DEAD, "AZURE_BATCH_ENDPOINT": f"http://127.0.0.1:{taken.getsockname()[1]}"}
        played = play(tmp_path, [reading(task, environment=environment) for _place, task in ALL], down)
    results = [result for result in played.results if "msg" in result]
    assert [result["failed"] for result in results] == [True] * len(ALL), played.stdout
    codes = [part["failure"]["code"] for result in results for part in result.get("results", [result])]
    assert codes == ["ConnectionFailed"] * len(ALL)


def test_nor_do_a_wrong_option_and_a_crash(tmp_path: Path) -> None:
    """What crashes has no `failure` that could be asked."""
    tasks = []
    for _place, task in ALL:
        asked = reading(task)
        [module] = [name for name in asked if name.startswith("batchops.azure.")]
        tasks.append({**asked, module: {**asked[module], "limit": "many"}})
        crash = {name: value for name, value in asked.items() if name != module}
        tasks.append({**crash, "ansible.builtin.command": {"argv": ["python3", "-c", _CRASH]}})
    played = play(tmp_path, tasks, DEAD)
    results = [result for result in played.results if "changed" in result]
    assert len(results) == len(tasks)
    assert all(result["failed"] for result in results), played.stdout


def test_what_is_named_does_pass(tmp_path: Path) -> None:
    tasks = [reading(task) for place, task in ALL if "JobNotFound" in task["failed_when"]]
    with Simulator("demo") as account:
        played = play(tmp_path, tasks, account_of(account))
    assert tasks
    assert [result["failed"] for result in played.results] == [False] * len(tasks), played.stdout
    assert {result["failure"]["code"] for result in played.results} == {"JobNotFound"}
