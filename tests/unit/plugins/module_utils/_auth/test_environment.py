# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables stand in for which option; that they make a credential is tested with the choice of one."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._auth.environment import read_environment


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
