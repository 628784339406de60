# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Python library that is not there is named, with the Python that lacks it, and only when it is needed."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
# What `requests` itself needs.
WITH_REQUESTS = ("requests", "urllib3", "idna", "certifi", "charset_normalizer")


JOB = {"account_endpoint": "http://127.0.0.1:9", "account_name": "a", "job_id": "b", "retries": 0}


def call(
    tmp_path: Path, packages: tuple[str, ...], environment: Mapping[str, str] = MappingProxyType({}), **options: Any
) -> str:
    """The message of the module in a Python that has these packages and no others."""
    for name in ("ansible", "ansible_collections", *packages):
        spec = importlib.util.find_spec(name)
        assert spec is not None
        folder = Path(spec.submodule_search_locations[0] if spec.submodule_search_locations else str(spec.origin))
        (tmp_path / name).symlink_to(folder)
    given = {**JOB, **options}
    run = subprocess.run(
        # -S: without site-packages.
        [sys.executable, "-S", "-m", "ansible_collections.batchops.azure.plugins.modules.batch_job_info"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": given}),
        env={"PYTHONPATH": str(tmp_path), "HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    result = json.loads(run.stdout)
    assert result["failed"]
    assert "Traceback" not in run.stderr
    return str(result["msg"])


@pytest.mark.parametrize(
    ("packages", "options", "library"),
    [
        ((), {"account_key": KEY}, "requests"),
        (WITH_REQUESTS, {"client_id": "one", "secret": "another", "tenant": "third"}, "azure-identity"),
        (WITH_REQUESTS, {"account_key": KEY, "query": "jobs"}, "jmespath"),
        (WITH_REQUESTS, {"account_key": KEY, "expression": "summary.total > `0`"}, "jmespath"),
    ],
)
def test_the_library_and_the_python_are_named(
    tmp_path: Path, packages: tuple[str, ...], options: dict[str, Any], library: str
) -> None:
    message = call(tmp_path, packages, **options)
    assert message.startswith(f"The Python library {library} is needed")
    assert message.endswith(f"{sys.executable} -m pip install {library}")


def test_a_shared_key_needs_neither_azure_identity_nor_jmespath(tmp_path: Path) -> None:
    assert call(tmp_path, WITH_REQUESTS, account_key=KEY) == "http://127.0.0.1:9: the connection was refused"


NEEDED = f"The Python library azure-identity is needed to sign in with Entra ID, but {sys.executable} cannot import it"
NONE = "no key, token, secret, certificate or password"


@pytest.mark.parametrize(
    ("environment", "options", "begins"),
    [
        (
            {},
            {},
            f"No credential was found. Passed over: the options: {NONE}; the environment: {NONE}; profile default of ",
        ),
        (
            {"AZURE_CLIENT_ID": "one", "AZURE_TENANT_ID": "two"},
            {},
            "No credential was found. Passed over: the options: ",
        ),
        (
            {"AZURE_SECRET": "one"},
            {},
            f"No credential was found. Passed over: the options: {NONE}; the environment: a service principal's secret without",
        ),
        ({}, {"tenant": "one", "client_id": "two"}, "No credential was found. Passed over: the options: "),
        (
            {},
            {"auth_source": "env"},
            f"No credential was found for auth_source env. Passed over: the environment: {NONE}",
        ),
        ({}, {"auth_source": "shared_key"}, "No credential was found for auth_source shared_key. Passed over: "),
        ({}, {"secret": "one"}, "secret: is not enough to sign in with a service principal's secret"),
        ({}, {"profile": "other"}, "profile: profile other of ~/.azure/credentials: "),
        # What was meant needs the library, and nothing else is wrong.
        ({}, {"auth_source": "cli"}, NEEDED),
        ({}, {"auth_source": "msi"}, NEEDED),
        ({"AZURE_CLIENT_ID": "one", "AZURE_TENANT": "two", "AZURE_SECRET": "three"}, {}, NEEDED),
        ({}, {"access_token": "a-token"}, "http://127.0.0.1:9: the connection was refused"),
        ({"AZURE_BATCH_ACCESS_KEY": KEY}, {}, "http://127.0.0.1:9: the connection was refused"),
    ],
    ids=str,
)
def test_a_credential_that_nobody_gave_is_not_told_as_a_library_that_is_missing(
    tmp_path: Path, environment: dict[str, str], options: dict[str, Any], begins: str
) -> None:
    message = call(tmp_path, WITH_REQUESTS, environment, **options)
    assert message.startswith(begins)
    if message.startswith("No credential was found. "):
        # Where everything else is empty, it is the Azure CLI that would need it.
        assert f". The Azure CLI is tried last: {NEEDED}. " in message


@pytest.mark.parametrize(
    ("package", "options", "library"),
    [
        ("requests", {"account_key": KEY}, "requests"),
        ("azure", {"client_id": "one", "secret": "another", "tenant": "third"}, "azure-identity"),
        ("jmespath", {"account_key": KEY, "query": "jobs"}, "jmespath"),
    ],
)
def test_they_are_named_inside_the_controller_too(
    tmp_path: Path, package: str, options: dict[str, Any], library: str
) -> None:
    (tmp_path / f"{package}.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    arguments = ["-vvv", "-m", "batchops.azure.batch_job_info", "-a", json.dumps({**JOB, **options})]
    run = subprocess.run(
        [Path(sys.executable).with_name("ansible"), "localhost", *arguments],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "runs inside the controller" in run.stdout, run.stdout + run.stderr
    assert f"The Python library {library} is needed" in run.stdout
    assert f"{sys.executable} -m pip install {library}" in run.stdout
