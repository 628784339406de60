# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Azure CLI is asked once for a token, and when it has none its reason is passed on."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import (
    AccountClock,
    issued_token,
    login_failure,
    read,
    ways,
)
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.azure_cli import AzureCli, complains, prints, prints_token

_COMMAND = "account get-access-token --output json --resource https://batch.core.windows.net/"
_START = "Signing in with the Azure CLI from this machine failed: "
_JOBS = [f"job-{number}" for number in range(1, 11)]


@pytest.mark.parametrize("source", ["cli", "auto"])
def test_the_command_is_called_once_for_all_requests(account: Simulator, commands: Path, source: str) -> None:
    token = issued_token(account)
    cli = AzureCli(commands, prints_token(token))
    assert read(account, auth_source=source, job_ids=_JOBS)["summary"]["total"] == 10
    assert cli.calls == [_COMMAND]
    assert {exchange.headers["authorization"] for exchange in account.requests} == {f"Bearer {token}"}
    assert ways(account) == []


def test_the_tenant_among_the_options_is_handed_on(account: Simulator, commands: Path) -> None:
    cli = AzureCli(commands, prints_token(issued_token(account)))
    assert read(account, auth_source="cli", tenant=account.tenant)["jobs"]
    assert cli.calls == [f"{_COMMAND} --tenant {account.tenant}"]


def test_a_token_that_is_about_to_expire_is_renewed_before_the_next_request(account: Simulator, commands: Path) -> None:
    first, second = issued_token(account), issued_token(account)
    cli = AzureCli(commands, prints_token(first, seconds_left=0), prints_token(second))
    result = read(
        account,
        AccountClock(account, 1, 1),
        auth_source="cli",
        task_counts=False,
        wait=True,
        wait_timeout=300,
        expression="summary.total == `2`",
    )
    assert result["polls"] > 2
    sent = [exchange.headers["authorization"] for exchange in account.requests]
    assert sent == [f"Bearer {first}"] + [f"Bearer {second}"] * (len(sent) - 1)
    assert len(cli.calls) == 2


def test_a_missing_command_is_named(account: Simulator) -> None:
    assert login_failure(account, auth_source="cli") == f"{_START}Azure CLI not found on path"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (complains('ERROR: Please run "az login" to setup account.'), "Please run 'az login'"),
        (complains("ERROR: Please run az login to setup account."), "Please run 'az login' to set up an account"),
        (complains("ERROR: AADSTS70043: The refresh token has expired. Run az login"), "AADSTS70043"),
        (complains("WARNING: a preview\nERROR: AADSTS50173: The provided grant has expired"), "AADSTS50173"),
        ("exit 3\n", "Failed to invoke Azure CLI"),
        (complains("not a command", 127), "Azure CLI not found on path"),
        (prints(""), "Unexpected output from Azure CLI"),
        (prints("WARNING: hello"), "Unexpected output from Azure CLI"),
        (prints("{}"), "Unexpected output from Azure CLI"),
        (prints("[]"), "Azure CLI"),
        (prints("null"), "Azure CLI"),
        (prints('{"accessToken": "eyJhunter2.hunter2.hunter2", "expiresOn": "soon"}'), "Unexpected output"),
        (prints('{"accessToken": "eyJhunter2.hunter2.hunter2"'), "Unexpected output"),
    ],
)
def test_what_it_says_instead_of_a_token_is_passed_on_without_a_secret(
    account: Simulator, commands: Path, answer: str, words: str
) -> None:
    cli = AzureCli(commands, answer)
    sentence = login_failure(account, auth_source="cli")
    assert sentence.startswith(_START)
    assert words in sentence
    assert "hunter2" not in sentence
    assert len(cli.calls) == 1


def test_a_tenant_that_is_none_never_reaches_the_command(account: Simulator, commands: Path) -> None:
    cli = AzureCli(commands, prints_token("x"))
    assert "tenant" in login_failure(account, auth_source="cli", tenant="x; touch y")
    assert cli.calls == []
