# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not used is not imported: it would cost every task its time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import options_of
from ansible_collections.batchops.azure.tests.support.modules import GATE, looks, reads

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
NAMES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
PACKAGE = "ansible_collections.batchops.azure.plugins"
KEY = {"account_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}
# Nobody listens there. A module gets as far as sending its first request.
ACCOUNT = {"account_endpoint": "http://127.0.0.1:9", "account_name": "a", "retries": 0}
WHAT: dict[str, dict[str, Any]] = {
    **reads(job="b", pool="b"),
    **looks(job="b", pool="b"),
    GATE.module: {"checks": [{"check": "jobs", "job_id": "b", "condition": "succeeded"}]},
}
SECRET = {"client_id": "one", "secret": "another", "tenant": "third", "authority_host": "http://127.0.0.1:9"}


def packages(command: list[str], given: str = "") -> tuple[set[str], str]:
    """The packages that a program imports, as Python itself logs them, and its output."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *command], input=given, capture_output=True, text=True, check=False
    )
    lines = [line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")]
    return {part for line in lines for part in (line, line.split(".")[0])}, run.stdout


def imported(name: str, **options: Any) -> set[str]:
    """The packages that a module imports up to its first request."""
    arguments = {"ANSIBLE_MODULE_ARGS": {**ACCOUNT, **WHAT[name], **options}}
    found, output = packages(["-m", f"{PACKAGE}.modules.{name}"], json.dumps(arguments))
    assert "the connection was refused" in json.loads(output)["msg"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_with_a_shared_key_neither_azure_identity_nor_jmespath_is_loaded(name: str) -> None:
    found = imported(name, **KEY)
    assert "requests" in found
    assert not found & {"azure", "azure.identity", "msal", "cryptography", "jmespath"}


def test_a_query_loads_jmespath_and_nothing_of_azure() -> None:
    found = imported("batch_job_info", **KEY, query="jobs")
    assert "jmespath" in found
    assert "azure" not in found


def test_a_client_secret_loads_azure_identity() -> None:
    arguments = {"ANSIBLE_MODULE_ARGS": {**ACCOUNT, **WHAT["batch_job_info"], **SECRET}}
    found, _output = packages(["-m", f"{PACKAGE}.modules.batch_job_info"], json.dumps(arguments))
    assert "azure.identity" in found
    assert "jmespath" not in found


READS = reads(job="job-7", pool="pool-7")
# Of conditions, waits, refusals, tokens, and of what is found in several places.
_SELDOM = re.compile(
    r"_after\.|_account\.(capacity|dependencies|pool|prospects|task_nodes)|_auth\.(bearer|entra|environment|kinds|profile|token_source)"
    r"|_base\.printable|_http\.(breakage|ca_path|credential_hint|file_part|links|pace|refusal|retry)|_mask\.(allowance|commands|patterns|urls)"
    r"|_read\.(expression|last_look|merge|progress|query|threads|unmasked)|condition|rules|scope|subtasks"
)
# What others need for a judgement only, and one needs for its facts.
_OWN = {"batch_pool_info": ("_account.pool",)}
# Of a file that is compiled anew at every task. What is above must be worth it, and this figure then.
_MOST_KILOBYTES = 142
# What stands between a pool and its nodes is among its facts.
_MORE_KILOBYTES = {"batch_pool_info": 3}


def _file(name: str) -> Path:
    return (PLUGINS / "module_utils").joinpath(*name.split(".")).with_suffix(".py")


@pytest.mark.parametrize("name", READS)
def test_one_read_compiles_only_what_it_uses(name: str) -> None:
    with Simulator("demo") as account:
        options = options_of(account)
        arguments = {"ANSIBLE_MODULE_ARGS": {**options, **READS[name]}}
        found, output = packages(["-m", f"{PACKAGE}.modules.{name}"], json.dumps(arguments))
    assert json.loads(output)["summary"]
    prefix = f"{PACKAGE}.module_utils."
    pulled = [one.removeprefix(prefix) for one in found if one.startswith(f"{prefix}_")]
    assert "_http.client" in pulled
    assert not [one for one in pulled if _SELDOM.search(one) and one not in _OWN.get(name, ())]
    size = sum(path.stat().st_size for path in map(_file, pulled) if path.exists()) / 1024
    assert size < _MOST_KILOBYTES + _MORE_KILOBYTES.get(name, 0)


_COLLECTING = """
import atexit, gc, runpy, sys
atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 10_000, file=sys.stderr))
runpy.run_module(sys.argv.pop(), run_name="__main__")
"""


@pytest.mark.parametrize("wait", [False, True])
def test_a_module_looks_for_garbage_only_when_it_may_live_long(wait: bool) -> None:
    arguments = {**ACCOUNT, **KEY, **WHAT["batch_job_info"], "wait": wait, "wait_timeout": 0.1}
    command = [sys.executable, "-c", _COLLECTING, f"{PACKAGE}.modules.batch_job_info"]
    given = json.dumps({"ANSIBLE_MODULE_ARGS": arguments})
    run = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert "the connection was refused" in json.loads(run.stdout)["msg"]
    # What was imported is frozen: more than ten thousand objects.
    assert run.stderr.split() == [str(wait), "True"]


def test_every_module_begins_in_the_same_way() -> None:
    sources = [(PLUGINS / "modules" / f"{name}.py").read_text() for name in NAMES]
    starts = {source.partition("\nimport gc\n")[2].partition("from ansible_collections")[0] for source in sources}
    assert len(starts) == 1
    assert "gc.disable()" in starts.pop()


@pytest.mark.parametrize("name", sorted(path.stem for path in (PLUGINS / "action").glob("*.py")))
def test_an_action_plugin_loads_requests_at_once_and_nothing_that_few_use(name: str) -> None:
    """Linear strategy imports its file once in the parent, and every task inherits that."""
    found, _output = packages(["-c", f"import {PACKAGE}.action.{name}"])
    assert "requests" in found
    assert not found & {"azure", "azure.identity", "msal", "jmespath"}
