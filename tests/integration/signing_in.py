# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads jobs of a simulated account as a module does, with the real azure-identity, and lists who asked for tokens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import TokenStore
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.asking import params_of
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.modules import JOBS

SCOPE = "https://batch.core.windows.net//.default"
ACCESS_TOKEN = "a-token-that-was-brought"
FEDERATED_TOKEN = "a-token-of-another-provider"
USER, PASSWORD = "ann@example.com", "password-of-ann"
IDENTITY = "77777777-8888-9999-aaaa-bbbbbbbbbbbb"
LIFETIME = 3600

SCENARIO: dict[str, Any] = {
    "account": {
        "access_token": ACCESS_TOKEN,
        "federated_token": FEDERATED_TOKEN,
        "users": {USER: PASSWORD},
        "identities": [IDENTITY],
        "token_lifetime": LIFETIME,
    },
    "pools": [{"id": "pool-1", "nodes": {"count": 1, "id": "tvm-{n}"}}],
    "jobs": [{"count": 20, "id": "job-{n}", "pool": "pool-1", "states": [{"at": 0, "state": "active"}]}],
}


class AccountClock(DrivenClock):
    """A driven clock whose pauses pass for the account as well."""

    def __init__(self, simulator: Simulator, *pauses: float) -> None:
        super().__init__()
        self._simulator = simulator
        self._pauses = list(pauses)

    def sleep(self, seconds: float) -> None:
        # The client's own idea of the pause counts for its deadline; how much happens meanwhile is the test's affair.
        super().sleep(seconds)
        self._simulator.clock.advance(self._pauses.pop(0) if self._pauses else seconds)


def read(
    account: Simulator, clock: Clock | None = None, store: TokenStore | None = None, **options: Any
) -> dict[str, Any]:
    """The result of `batch_job_info` of one job, as far as the options name no other. None leaves an option out."""
    given = {
        "account_endpoint": account.url,
        "account_name": account.account,
        "ca_path": account.ca_path,
        "authority_host": account.authority,
        "disable_instance_discovery": True,
        "retries": 0,
        **({} if "job_ids" in options else {"job_id": "job-1"}),
        **options,
    }
    return run(params_of(JOBS.arguments, **given), JOBS, clock=clock, store=store)


def failure(account: Simulator, clock: Clock | None = None, **options: Any) -> str:
    """The sentence of a read that must not succeed. Anything but an error of the collection's family is a traceback."""
    with pytest.raises(BatchError) as failed:
        read(account, clock, **options)
    return str(failed.value)


def principal(account: Simulator, **changes: str) -> dict[str, str]:
    """The options of the service principal that the account knows."""
    return {"client_id": account.client_id, "secret": account.secret, "tenant": account.tenant, **changes}


def login_failure(account: Simulator, **options: Any) -> str:
    """The one line of a failure to sign in, after which the account has not been asked for anything."""
    sentence = failure(account, **options)
    assert "\n" not in sentence
    assert len(account.requests) == 0
    return sentence


def ways(account: Simulator) -> list[tuple[str, int]]:
    """How tokens were asked for, and with what success."""
    return [(login.way, login.status) for login in account.logins.snapshot()]


def schemes(account: Simulator) -> set[str]:
    """The kinds of credential that the requests carried."""
    return {exchange.headers["authorization"].partition(" ")[0] for exchange in account.requests}


def issued_token(account: Simulator) -> str:
    """A token as somebody else gets it, who then hands it on. It does not count as a login."""
    form = {
        "grant_type": "client_credentials",
        "client_id": account.client_id,
        "client_secret": account.secret,
        "scope": SCOPE,
    }
    url = f"{account.url}/{account.tenant}/oauth2/v2.0/token"
    answer = requests.post(url, form, verify=account.ca_path, timeout=60)
    account.logins.clear()
    return str(answer.json()["access_token"])


def with_certificate(account: Simulator, home: Path) -> dict[str, Any]:
    issued = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("client", key_type=trustme.KeyType.RSA)
    issued.private_key_and_cert_chain_pem.write_to_path(str(home / "pair.pem"))
    return {"client_id": account.client_id, "tenant": account.tenant, "x509_certificate_path": str(home / "pair.pem")}


# By the name that the messages give them: all that ask the sign-in host themselves.
WAYS: dict[str, Callable[[Simulator, Path], dict[str, Any]]] = {
    "a service principal's secret": lambda account, home: dict(principal(account)),
    "a service principal's certificate": with_certificate,
    "a federated token (workload identity)": lambda account, home: {
        "oidc_token": FEDERATED_TOKEN,
        "client_id": account.client_id,
        "tenant": account.tenant,
    },
    "a user's password": lambda account, home: {"ad_user": USER, "password": PASSWORD, "tenant": account.tenant},
}
