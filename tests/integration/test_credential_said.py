# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""At -v one line says which credential is used and from where, inside the controller and as a module alike; never its value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.integration.signing_in import ACCESS_TOKEN, SCENARIO
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of
from ansible_collections.batchops.azure.tests.support.playing import Played, play

JOBS = "batchops.azure.batch_job_info"
READ: dict[str, Any] = {"job_id": "job-1", "task_counts": False}
AS_MODULE = {"environment": {"BATCHOPS_TEST": "1"}}
WORDS = "signs in with"
KEY_OF_THE_ENVIRONMENT = f"{JOBS}: {WORDS} the account key from the environment (AZURE_BATCH_ACCESS_KEY)"


@pytest.fixture(scope="module")
def account() -> Iterator[Simulator]:
    with Simulator(SCENARIO) as simulator:
        yield simulator


def lines_of(done: Played) -> list[list[str]]:
    """What each task says of its credential."""
    return [[line for line in printed.splitlines() if f": {WORDS} " in line] for printed in done.by_task]


def test_one_line_names_the_credential_and_its_place(account: Simulator, home: Path, tmp_path: Path) -> None:
    calls = [
        READ,
        {**READ, "access_token": ACCESS_TOKEN},
        {**READ, "access_token": "not-a-token-of-this-account"},
        {**READ, "job_id": "job-none"},
    ]
    tasks = [{JOBS: call, **where} for call in calls for where in ({}, AS_MODULE)]
    done = play(tmp_path / "said", tasks, account_of(account), "-v")
    token = f"{JOBS}: {WORDS} an access token from the options (access_token)"
    expected = [KEY_OF_THE_ENVIRONMENT, token, token, KEY_OF_THE_ENVIRONMENT]
    assert lines_of(done) == [[line] for line in expected for _where in range(2)]
    assert [result["failed"] for result in done.results] == [False] * 4 + [True] * 4
    assert not [result for result in done.results if "signs_in_with" in result]
    for secret in (account.key, ACCESS_TOKEN, "not-a-token-of-this-account"):
        assert secret not in done.stdout + done.stderr


def test_nothing_is_said_without_v_or_with_no_log_or_of_half_a_credential(
    account: Simulator, home: Path, tmp_path: Path
) -> None:
    tasks = [{JOBS: READ}, {JOBS: READ, **AS_MODULE}]
    assert lines_of(play(tmp_path / "quiet", tasks, account_of(account))) == [[], []]
    tasks = [{**task, "no_log": True} for task in tasks] + [{JOBS: {**READ, "secret": "hunter2"}}]
    done = play(tmp_path / "secret", tasks, account_of(account), "-v")
    assert lines_of(done) == [[], [], []]
    assert done.results[-1]["msg"].startswith("secret: is not enough to sign in")
    assert "hunter2" not in done.stdout


def test_what_was_begun_elsewhere_is_in_the_line(account: Simulator, home: Path, tmp_path: Path) -> None:
    (home / ".azure" / "credentials").write_text(f"[default]\naccount_key={account.key}\n", encoding="utf-8")
    environ = {**account_of(account), "AZURE_BATCH_ACCESS_KEY": "", "AZURE_SECRET": "hunter2"}
    done = play(tmp_path / "begun", [{JOBS: READ}], environ, "-v")
    assert lines_of(done) == [
        [
            f"{JOBS}: {WORDS} the account key from profile default of ~/.azure/credentials;"
            " passed over: the environment: a service principal's secret without client_id and tenant"
        ]
    ]
    assert "hunter2" not in done.stdout
