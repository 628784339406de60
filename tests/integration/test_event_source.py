# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source as a file: what ansible-rulebook runs, found from any path, and what it says of itself."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import os
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.watches import ARGUMENTS, parse_watches
from ansible_collections.batchops.azure.tests.docs.blocks import examples
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of, options_of
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.following import said

PROJECT = Path(__file__).resolve().parents[2]
EDA = PROJECT / "extensions" / "eda"
SOURCE = EDA / "plugins" / "event_source" / "batch_changes.py"
PURELIB = Path(sysconfig.get_path("purelib"))
# As ansible-rulebook does, in a process that begins with nothing of the collection.
RUN = """
import asyncio, json, runpy, sys

async def first(main, options):
    queue = asyncio.Queue()
    task = asyncio.create_task(main(queue, options))
    getting = asyncio.create_task(queue.get())
    await asyncio.wait((task, getting), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    task.cancel()
    return await getting

file, options, before = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
for name in before:
    __import__(name)
print(json.dumps(asyncio.run(first(runpy.run_path(file)["main"], options))))
print(sys.modules["ansible_collections.batchops.azure.plugins.plugin_utils._changes.source"].__file__)
"""


def strings() -> dict[str, str]:
    """What the file says of itself."""
    found = {}
    for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[ast.unparse(node.targets[0])] = str(node.value.value)
    return found


def documented() -> dict[str, Any]:
    """The options with those of the fragments."""
    page = yaml.safe_load(strings()["DOCUMENTATION"])
    options: dict[str, Any] = page["options"]
    for fragment in page["extends_documentation_fragment"]:
        path = PROJECT / "plugins" / "doc_fragments" / f"{fragment.rpartition('.')[2]}.py"
        options |= yaml.safe_load(runpy.run_path(str(path))["ModuleDocFragment"].DOCUMENTATION)["options"]
    return options


def test_every_option_is_documented_as_it_is_taken() -> None:
    options = documented()
    assert set(options) == set(ARGUMENTS.spec)
    pages = [(options[name], taken) for name, taken in ARGUMENTS.spec.items()]
    watched = options["watch"]["suboptions"]
    taken_watch = ARGUMENTS.spec["watch"]["options"]
    assert set(watched) == set(taken_watch)
    pages += [(watched[name], {**taken, "options": {}}) for name, taken in taken_watch.items()]
    for page, taken in pages:
        for key in ("type", "default", "choices", "elements"):
            assert page.get(key) == taken.get(key)
        assert page.get("required", False) == taken.get("required", False)


def rulebooks() -> dict[str, Any]:
    """The rulebook of the collection, and those that are shown."""
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in EDA.glob("rulebooks/*.yml")}
    found["EXAMPLES"] = yaml.safe_load(strings()["EXAMPLES"])
    for block in examples("yaml"):
        data = yaml.safe_load(block.text)
        if isinstance(data, list) and "sources" in data[0]:
            found[f"{block.path.stem}-{block.line}"] = data
    return found


RULEBOOKS = rulebooks()


@pytest.mark.parametrize("name", RULEBOOKS)
def test_what_rulebooks_ask_of_the_source_is_what_it_takes(name: str) -> None:
    values = {"{{ batch_job_ids }}": ["job-7"], "{{ batch_interval }}": 30}
    [ruleset] = RULEBOOKS[name]
    [options] = [source["batchops.azure.batch_changes"] for source in ruleset["sources"]]
    text = json.dumps(options)
    for template, value in values.items():
        text = text.replace(json.dumps(template), json.dumps(value))
    assert parse_watches(params_of(ARGUMENTS, **json.loads(text)))


def test_rulebooks_are_shipped_and_shown() -> None:
    assert {name.rpartition("-")[0] or name for name in RULEBOOKS} == {
        "EXAMPLES",
        "gate_when_preparation_fails",
        "guide_events",
        "guide_many_accounts",
    }


def test_the_decision_environment_of_the_guide_is_the_one_that_is_shipped() -> None:
    shipped = yaml.safe_load((EDA / "decision-environment.yml").read_text(encoding="utf-8"))
    shown = [yaml.safe_load(block.text) for block in examples("yaml") if block.path.stem == "guide_events"]
    assert shipped in shown


def test_main_is_what_ansible_rulebook_calls() -> None:
    main = runpy.run_path(str(PURELIB / "ansible_collections/batchops/azure" / SOURCE.relative_to(PROJECT)))["main"]
    assert inspect.iscoroutinefunction(main)

    async def changes(account: Simulator) -> list[Any]:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        watch = [{"kind": "preparation", "job_id": "job-1"}]
        task = asyncio.create_task(main(queue, {**options_of(account), "watch": watch, "interval": 0.01}))
        assert await asyncio.to_thread(account.requests.wait_for, 2, "/jobpreparation")
        account.clock.set(12)
        events = [await asyncio.wait_for(queue.get(), 60) for _number in range(5)]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return events

    with Simulator("preparation_fails") as account:
        account.clock.set(3)
        events = asyncio.run(changes(account))
    assert set(said(events)) == {
        *(("preparation", f"tvm-{number}", "running", "succeeded") for number in (1, 2, 4)),
        ("preparation", "tvm-3", "running", "failed"),
        ("preparation", "tvm-5", None, "running"),
    }


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the collection where no Python looks for one."""
    collection = tmp_path_factory.mktemp("any path") / "ansible_collections" / "batchops" / "azure"
    shutil.copytree(PROJECT / "plugins", collection / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT / "extensions", collection / "extensions", ignore=shutil.ignore_patterns("__pycache__"))
    return collection


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is installed, but for collections."""
    folder = tmp_path_factory.mktemp("libraries")
    for path in PURELIB.iterdir():
        if path.name != "ansible_collections":
            (folder / path.name).symlink_to(path)
    return folder


def first_event(source: Path, libraries: Path, *imported: str) -> subprocess.CompletedProcess[str]:
    with Simulator("preparation_fails") as account:
        account.clock.set(3)
        options = {"watch": [{"kind": "preparation", "job_id": "job-1"}], "initial": True}
        # Without the site, which has the collection of the tests.
        command = [sys.executable, "-S", "-c", RUN, str(source), json.dumps(options), *imported]
        env = {**os.environ, **account_of(account), "PYTHONPATH": str(libraries)}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def copied(collection: Path) -> Path:
    return collection / SOURCE.relative_to(PROJECT)


def test_it_is_found_where_nobody_knows_of_collections(elsewhere: Path, libraries: Path) -> None:
    done = first_event(copied(elsewhere), libraries)
    assert done.returncode == 0, done.stderr
    event, file = done.stdout.splitlines()
    assert json.loads(event)["batch"]["kind"] == "preparation"
    assert Path(file).is_relative_to(elsewhere)


def test_another_folder_of_collections_is_not_taken_for_its_own(elsewhere: Path) -> None:
    """Whether it has a collection of the same name, and whether somebody has imported from there before."""
    for imported in ((), ("ansible_collections.batchops",)):
        done = first_event(copied(elsewhere), PURELIB, *imported)
        assert done.returncode == 0, done.stderr
        assert Path(done.stdout.splitlines()[1]).is_relative_to(elsewhere)


def test_what_is_missing_is_named(elsewhere: Path, libraries: Path, tmp_path: Path) -> None:
    done = first_event(copied(elsewhere), tmp_path)
    assert "batch_changes cannot import ansible. It needs ansible-core and requests for" in done.stderr
    # A checkout is no installed collection.
    done = first_event(SOURCE, libraries)
    assert "batch_changes cannot import ansible_collections." in done.stderr
