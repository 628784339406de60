# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables stand in for which option; that they make a credential is tested with the choice of one."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.environment import (
    identity_of_machine,
    read_environment,
)


def test_each_part_says_which_variable_it_is_from() -> None:
    environ = {"AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "hunter2", "AZURE_TENANT_ID": "t", "HOME": "/root"}
    assert read_environment(environ) == (
        {"client_id": "c", "secret": "hunter2", "tenant": "t"},
        {"client_id": "AZURE_CLIENT_ID", "secret": "AZURE_CLIENT_SECRET", "tenant": "AZURE_TENANT_ID"},
    )


def test_of_two_variables_the_first_that_is_not_empty_counts() -> None:
    assert read_environment({"AZURE_TENANT": "", "AZURE_TENANT_ID": "t"})[0] == {"tenant": "t"}
    assert read_environment({"AZURE_TENANT": "one", "AZURE_TENANT_ID": "other"})[0] == {"tenant": "one"}


def test_an_empty_environment_has_no_parts() -> None:
    assert read_environment({}) == ({}, {})


_POD = {"AZURE_AUTHORITY_HOST": "https://a/", "AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": "/t"}
_OF_THE_ENVIRONMENT = {"tenant": "t", "oidc_token_file_path": "/t"}


def test_a_federated_token_is_the_identity_of_a_machine_that_has_no_endpoint() -> None:
    named = {**_POD, "AZURE_CLIENT_ID": "c"}
    federated = "a federated token (workload identity)"
    assert identity_of_machine(named, None) == (federated, {**_OF_THE_ENVIRONMENT, "client_id": "c"})
    assert identity_of_machine(named, "other") == (federated, {**_OF_THE_ENVIRONMENT, "client_id": "other"})
    for endpoint in ("IDENTITY_ENDPOINT", "MSI_ENDPOINT"):
        machine = {**named, endpoint: "http://127.0.0.1/msi"}
        assert identity_of_machine(machine, None) == ("a managed identity", {"client_id": "c"})


@pytest.mark.parametrize("name", _POD)
def test_less_than_all_of_its_variables_make_no_federated_token(name: str) -> None:
    assert identity_of_machine({**_POD, name: ""}, "c") == ("a managed identity", {"client_id": "c"})


def test_a_federated_token_without_a_client_id_is_left_to_the_library_which_says_so() -> None:
    assert identity_of_machine(_POD, None) == ("a managed identity", {"client_id": ""})
