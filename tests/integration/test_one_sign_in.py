# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One sign-in with each identity, by the real azure-identity, for all reads that share the tokens of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError, LoginError
from ansible_collections.batchops.azure.plugins.plugin_utils._run_tokens import RunTokens
from ansible_collections.batchops.azure.plugins.plugin_utils._token_file import new_keys
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    FEDERATED_TOKEN,
    IDENTITY,
    LIFETIME,
    SCENARIO,
    AccountClock,
    issued_token,
    principal,
    read,
    ways,
)
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.azure_cli import AzureCli, prints_token

Store = Callable[[], RunTokens]
_LOGIN = ("client_secret", 200)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The tokens of one run, as each of its tasks has them."""
    keys = new_keys()
    (tmp_path / "run").mkdir()
    return lambda: RunTokens(str(tmp_path / "run"), lambda words: None, keys)


@pytest.fixture(scope="module")
def machine() -> Iterator[Simulator]:
    """The machine that the tasks run on. Its endpoint speaks plain http, the account https."""
    with Simulator(SCENARIO) as simulator:
        yield simulator


def certificate(home: Path) -> dict[str, str]:
    issued = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("client", key_type=trustme.KeyType.RSA)
    issued.private_key_and_cert_chain_pem.write_to_path(str(home / "client.pem"))
    return {"x509_certificate_path": "~/client.pem"}


@pytest.mark.parametrize("kind", ["secret", "certificate", "federated token", "file of one", "identity", "cli"])
# A user's password is in test_sign_in_clouds.
def test_every_way_to_sign_in_is_gone_once(
    account: Simulator,
    machine: Simulator,
    commands: Path,
    home: Path,
    store: Store,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of_principal = {"client_id": account.client_id, "tenant": account.tenant}
    (home / "token").write_text(FEDERATED_TOKEN, encoding="utf-8")
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.url)
    machine.reset_requests()
    cli = AzureCli(commands, prints_token(issued_token(account)))
    options: dict[str, dict[str, Any]] = {
        "secret": principal(account),
        "certificate": {**of_principal, **certificate(home)},
        "federated token": {**of_principal, "oidc_token": FEDERATED_TOKEN},
        "file of one": {**of_principal, "oidc_token_file_path": "~/token"},
        "identity": {"auth_source": "msi", "client_id": IDENTITY},
        "cli": {"auth_source": "cli"},
    }
    for _task in range(3):
        assert read(account, store=store(), **options[kind])["jobs"]
    assert len(ways(account)) + len(machine.logins.snapshot()) + len(cli.calls) == 1
    assert len({exchange.headers["authorization"] for exchange in account.requests}) == 1
    # Without a store, as a module has none, each task signs in.
    assert read(account, **options[kind])["jobs"]
    assert len(ways(account)) + len(machine.logins.snapshot()) + len(cli.calls) == 2


def test_a_wrong_secret_is_refused_though_the_right_one_has_a_token(account: Simulator, store: Store) -> None:
    assert read(account, store=store(), **principal(account))["jobs"]
    for wrong in ({"secret": "another"}, {"client_id": "00000000-0000-0000-0000-000000000000"}):
        with pytest.raises(LoginError, match="AADSTS"):
            read(account, store=store(), **principal(account, **wrong))
    assert read(account, store=store(), **principal(account))["jobs"]
    assert ways(account).count(_LOGIN) == 1


def test_the_azure_cli_is_asked_again_once_somebody_else_has_signed_in_there(
    account: Simulator, commands: Path, home: Path, store: Store
) -> None:
    cli = AzureCli(commands, prints_token(issued_token(account)))
    for name in ("ann", "ann", "bob"):
        (home / ".azure" / "azureProfile.json").write_text(f'{{"user": "{name}"}}', encoding="utf-8")
        assert read(account, store=store(), auth_source="cli")["jobs"]
    assert len(cli.calls) == 2


def test_a_token_that_the_service_refuses_is_replaced_once_for_all(account: Simulator, store: Store) -> None:
    for _task in range(2):
        read(account, store=store(), task_counts=False, **principal(account))
    account.clock.advance(LIFETIME)
    for _task in range(2):
        read(account, store=store(), task_counts=False, **principal(account))
    assert ways(account) == [_LOGIN] * 2
    assert [exchange.status for exchange in account.requests] == [200, 200, 401, 200, 200]


def test_a_token_that_is_refused_for_good_is_not_left_to_others(
    account: Simulator, store: Store, tmp_path: Path
) -> None:
    account.faults.add("status", status=401, code="AuthenticationFailed", match="/jobs")
    with pytest.raises(BatchError, match="AuthenticationFailed"):
        read(account, store=store(), **principal(account))
    assert {path.suffix for path in (tmp_path / "run" / "batchops.azure").iterdir()} == {".lock"}


def test_a_wait_and_the_tasks_beside_it_share_what_it_renews(account: Simulator, store: Store) -> None:
    wait = {"wait": True, "wait_timeout": 300, "wait_sleep": 10, "expression": "summary.total == `0`"}
    result = read(account, AccountClock(account, 1, LIFETIME), store=store(), **principal(account), **wait)
    assert result["timed_out"]
    assert read(account, store=store(), **principal(account))["jobs"]
    assert ways(account) == [_LOGIN] * 2


# What Ansible does: the parent imports the action plugin, and forks a task after the other.
_TASKS = """
import json, os, sys
from ansible_collections.batchops.azure.plugins.action import batch_job_info
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.plugins.plugin_utils._run_tokens import RunTokens
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.modules import JOBS
for task in range(2):
    if os.fork() == 0:
        store = RunTokens(sys.argv[1], lambda words: None)
        run(params_of(JOBS.arguments, **json.loads(sys.argv[2])), JOBS, store=store)
        print(sorted({"azure.identity", "msal"} & set(sys.modules)), flush=True)
        os._exit(0)
    os.wait()
"""


def test_who_takes_a_token_imports_nothing_that_signs_in(account: Simulator, tmp_path: Path) -> None:
    options = {
        **principal(account),
        "account_endpoint": account.url,
        "authority_host": account.authority,
        "ca_path": account.ca_path,
        "disable_instance_discovery": True,
        "job_id": "job-1",
    }
    done = subprocess.run(
        [sys.executable, "-c", _TASKS, tmp_path, json.dumps(options)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["['azure.identity', 'msal']", "[]"], done.stderr
    assert ways(account) == [_LOGIN]
