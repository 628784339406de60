# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ad hoc commands, as the README shows them: right id, wrong id, wrong key, dead server, wrong options."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.playing import play

SCENARIO = Path(__file__).parent / "targets" / "setup_simulator" / "files" / "scenario.yml"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(SCENARIO) as started:
        yield started


def ad_hoc(simulator: Simulator, module: str, arguments: str, **environment: str) -> tuple[bool, dict[str, Any]]:
    """Whether it succeeded, and its result; everything but the arguments comes from the environment."""
    run = subprocess.run(
        [Path(sys.executable).with_name("ansible"), "localhost", "-m", f"batchops.azure.{module}", "-a", arguments],
        env={
            **os.environ,
            **account_of(simulator),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert simulator.key not in run.stdout + run.stderr
    return run.returncode == 0, json.loads(run.stdout[run.stdout.index("=> {") + 3 :])


def test_a_job_is_read_with_nothing_but_its_id(simulator: Simulator) -> None:
    ok, result = ad_hoc(simulator, "batch_job_info", "job_id=job-done")
    assert ok
    assert result["jobs"][0]["state"] == "completed"


def test_a_gate_is_one_line_too(simulator: Simulator) -> None:
    checks = [{"check": "tasks", "job_id": "job-done"}, {"check": "preparation", "job_id": "job-failed"}]
    ok, result = ad_hoc(simulator, "batch_gate_info", json.dumps({"checks": checks, "wait": True}))
    assert not ok
    assert [check["verdict"] for check in result["checks"]] == ["satisfied", "failed"]
    assert result["msg"] == (
        f"Stopped waiting after {result['elapsed']:.0f} s, what the gate asks for can no longer be satisfied:"
        " tvm-3: preparation failed, exit code 1 (FailureExitCode) [preparation of job-failed]"
    )
    ok, result = ad_hoc(simulator, "batch_gate_info", json.dumps({"checks": checks[:1]}))
    assert ok
    assert result["verdict"] == "satisfied"


def test_a_wrong_id_names_the_code_of_the_service(simulator: Simulator) -> None:
    ok, result = ad_hoc(simulator, "batch_job_info", "job_id=job-none")
    assert not ok
    assert result["failure"]["code"] == "JobNotFound"


def test_a_wrong_key_shows_what_the_service_says_of_the_signature(simulator: Simulator) -> None:
    key = base64.b64encode(b"not the key of this account at all").decode()
    ok, result = ad_hoc(simulator, "batch_job_info", "job_id=job-done", AZURE_BATCH_ACCESS_KEY=key)
    assert not ok
    assert result["failure"]["code"] == "AuthenticationFailed"
    assert "AuthenticationErrorDetail" in result["msg"]
    assert key not in json.dumps(result)


def test_a_dead_server_is_named(simulator: Simulator) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}"
        ok, result = ad_hoc(simulator, "batch_job_info", "job_id=job-done retries=0", AZURE_BATCH_ENDPOINT=dead)
    assert not ok
    assert result["msg"] == f"{dead}: the connection was refused"


REFUSED = {
    "job_id=job/7": "job_id: 'job/7' is not an id",
    "limit=-1": "limit: -1 is out of range; give a whole number, 1 or more",
    "page_size=1001": "page_size: 1001 is out of range; give a whole number, 1 to 1000",
    "query=jobs[": "query: 'jobs[' is not JMESPath",
    "api_version=2025": "api_version: '2025' is not an api-version",
    "account_key=nonsense!": "account_key: is not base64",
    "account_endpoint=http://me:pw@127.0.0.1": "account_endpoint: holds credentials before an '@'",
    "account_endpoint=https://a.b.batch.azure.com/jobs": "account_endpoint: holds a path or a query",
    "account_endpoint=ftp://a.b.batch.azure.com": "account_endpoint: the scheme 'ftp' is not https",
    "account_endpoint=http://a.b.batch.azure.com": "account_endpoint: plain http is only for a loopback address",
    "wait=true": "wait: needs condition or expression",
}


@pytest.fixture(scope="module")
def refused(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The results of all that is refused, as tasks of one play: an ad hoc command for each would take a second."""
    tasks = [{"batchops.azure.batch_job_info": arguments} for arguments in REFUSED]
    simulator.reset_requests()
    results = play(tmp_path_factory.mktemp("refused"), tasks, account_of(simulator)).results
    assert not simulator.requests
    return results


@pytest.mark.parametrize("arguments", REFUSED)
def test_bad_input_is_refused_before_any_request(refused: list[dict[str, Any]], arguments: str) -> None:
    result = refused[list(REFUSED).index(arguments)]
    assert result["failed"]
    assert result["msg"].startswith(REFUSED[arguments])
