# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One block of `module_defaults` serves the modules of this collection and those of azure.azcollection beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import FEDERATED_TOKEN, ways
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.modules import reads

# A stand-in for the other collection: one module of its group, which takes what is common to its modules and gives it back.
_MODULE = """
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule({name: {"type": "raw"} for name in %r})
module.exit_json(given={name: value for name, value in module.params.items() if value is not None})
"""
_RUNTIME = {"requires_ansible": ">=2.16.0", "action_groups": {"all": ["azure_rm_batchaccount_info"]}}
_SHARED = (
    "ad_user adfs_authority_url api_profile auth_source cert_validation_mode client_id cloud_environment"
    " disable_instance_discovery log_mode log_path password profile secret subscription_id tenant thumbprint"
    " x509_certificate_path"
).split()
# Whatever of it is not there.
_READS = {module: {**options, "missing_ok": True} for module, options in reads(job="job-1", pool="pool-1").items()}


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder of collections that holds the stand-in."""
    folder = tmp_path / "collections" / "ansible_collections" / "azure" / "azcollection"
    (folder / "meta").mkdir(parents=True)
    (folder / "plugins" / "modules").mkdir(parents=True)
    (folder / "galaxy.yml").write_text(
        json.dumps(
            {"namespace": "azure", "name": "azcollection", "version": "3.0.0", "authors": [], "readme": "README"}
        )
    )
    (folder / "meta" / "runtime.yml").write_text(json.dumps(_RUNTIME))
    (folder / "plugins" / "modules" / "azure_rm_batchaccount_info.py").write_text(_MODULE % _SHARED)
    return tmp_path / "collections"


def play(account: Simulator, tmp_path: Path, group: str, defaults: dict[str, Any], *more: dict[str, Any]) -> None:
    """Runs the modules, and whatever more there is, with nothing but the defaults and what is to be read."""
    # The environment needs no second proof with each of them: where more is run, two will do.
    names = list(_READS)[: 2 if more else None]
    tasks = [{f"batchops.azure.{name}": _READS[name]} for name in names]
    whole = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {f"group/{group}": defaults},
        "tasks": [*tasks, *more],
    }
    (tmp_path / "play.yml").write_text(json.dumps([whole]), encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-playbook"), tmp_path / "play.yml"],
        env={
            **os.environ,
            "PATH": os.defpath,
            "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"),
            "ANSIBLE_DEVEL_WARNING": "false",
            "AZURE_AUTHORITY_HOST": str(account.authority),
            "AZURE_BATCH_ENDPOINT": account.url,
            "REQUESTS_CA_BUNDLE": str(account.ca_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def principal_of(account: Simulator) -> dict[str, Any]:
    return {
        "client_id": account.client_id,
        "secret": account.secret,
        "tenant": account.tenant,
        "disable_instance_discovery": True,
    }


# What the options that mean nothing here look like in such a block.
_ELSEWHERE = {
    "adfs_authority_url": "https://adfs.example.com/adfs",
    "api_profile": "latest",
    "auth_source": "auto",
    "cert_validation_mode": "validate",
    "cloud_environment": "AzureCloud",
    "log_mode": "file",
    "log_path": "/var/log/azure.log",
    "profile": "default",
    "subscription_id": "00000000-0000-0000-0000-000000000000",
    "thumbprint": "AB" * 20,
}


def test_the_collections_own_group_takes_every_common_option(account: Simulator, tmp_path: Path) -> None:
    own = {"account_endpoint": account.url, "account_name": "simulated", "ca_path": account.ca_path, "timeout": 20}
    play(account, tmp_path, "batchops.azure.all", {**_ELSEWHERE, **principal_of(account), **own})
    assert ways(account) == [("client_secret", 200)]


def test_one_block_reaches_both_collections(account: Simulator, tmp_path: Path, beside: Path) -> None:
    shared = {**_ELSEWHERE, **principal_of(account)}
    given = {"azure.azcollection.azure_rm_batchaccount_info": {}, "register": "other"}
    same = [f"other.given.{name} == {json.dumps(value)}" for name, value in shared.items() if name != "secret"]
    check = {"ansible.builtin.assert": {"that": [*same, "other.given.secret | length > 0"]}}
    assert set(shared) <= set(_SHARED)
    play(account, tmp_path, "batchops.azure.azcollection", shared, given, check)
    assert ways(account) == [("client_secret", 200)]


def test_the_other_ways_to_sign_in_may_stand_in_the_block(
    account: Simulator, tmp_path: Path, beside: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment holds is used; the block's user and certificate are accepted and passed over."""
    (home / "token").write_text(FEDERATED_TOKEN, encoding="utf-8")
    monkeypatch.setenv("AZURE_CLIENT_ID", account.client_id)
    monkeypatch.setenv("AZURE_TENANT", account.tenant)
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(home / "token"))
    other = {"ad_user": "ann@example.com", "password": "hunter2", "x509_certificate_path": "/no/such/file"}
    shared = {**_ELSEWHERE, **other, "auth_source": "env", "disable_instance_discovery": True}
    given = {"azure.azcollection.azure_rm_batchaccount_info": {}, "register": "answered"}
    check = {"ansible.builtin.assert": {"that": ["answered.given.ad_user == 'ann@example.com'"]}}
    play(account, tmp_path, "batchops.azure.azcollection", shared, given, check)
    assert ways(account) == [("client_assertion", 200)]


def test_the_shared_group_works_without_the_other_collection(account: Simulator, tmp_path: Path) -> None:
    play(account, tmp_path, "batchops.azure.azcollection", {**_ELSEWHERE, **principal_of(account)})
    assert ways(account) == [("client_secret", 200)]
