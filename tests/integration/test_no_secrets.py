# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret of the options, of the environment, of files or of the service's bodies is written anywhere, at -vvvv."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.batchops.azure.tests.integration.secret_play import Task, Written, ad_hoc, outcomes, play
from ansible_collections.batchops.azure.tests.integration.tunnel import Tunnel
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.driven_clock import driven_clock
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, Request, Silence, refusal
from ansible_collections.batchops.azure.tests.support.modules import JUDGED, NODES, POOLS, TASKS, reads

_SCENARIO = Path(__file__).parents[1] / "simulator" / "scenarios" / "secrets.yml"
# The word that stands in every secret of the scenario.
_WIRE = "hunter2"

# Each holds what has to be written in another way in a URL, in JSON or in base64.
SECRETS = {
    "account_key": base64.b64encode(b"the+key/of the account?").decode(),
    "wrong_key": base64.b64encode(b"a+key/of another account").decode(),
    "access_token": "brought~token.of+the/account~7Q1",
    "wrong_token": "brought~token.of+nobody/at-all~8R2",
    "client_secret": "Cl13nt~s3cr3t.of/the+principal",
    "wrong_client_secret": "Wr0ng~s3cr3t.of/the+principal",
    "password": "p4ss&w0rd of=ann%",
    "wrong_password": "gu3ss&ed of=ann%",
    "oidc_token": "f3der4ted.token-of.the/workload+",
    "wrong_oidc_token": "f3der4ted.token-of.no/workload+",
}
_USER = "ann@example.com"
_UNKNOWN = "00000000-1111-2222-3333-444444444444"
# Only in what a server says that is not the account.
_SIGNATURE, _PAGE = "S1gn4ture%2Fof%2BaSAS%3D", "P4geS3cret"

_MODULES = reads(job="job-1", pool="pool-1")
_MODULES[TASKS.module]["subtasks"] = True
# Conditions that do not come true, and of which the service's bodies say why.
_UNMET = {
    **{resource.module: resource.default_condition for resource in JUDGED.values()},
    NODES.module: "offline",
    # Nodes of the simulator do not tell the version of their image, unless a scenario says so.
    POOLS.module: "image_reached",
}


def scenario() -> dict[str, Any]:
    account = {
        "key": SECRETS["account_key"],
        "access_token": SECRETS["access_token"],
        "secret": SECRETS["client_secret"],
        "federated_token": SECRETS["oidc_token"],
        "users": {_USER: SECRETS["password"]},
    }
    return {**yaml.safe_load(_SCENARIO.read_text(encoding="utf-8")), "account": account}


@pytest.fixture(scope="module")
def account() -> Iterator[Simulator]:
    with Simulator(scenario(), https=True) as simulator:
        # Preparation and tasks have failed by then.
        simulator.clock.set(10)
        yield simulator


def echo(request: Request) -> Answer:
    """A proxy's page for those who look for mistakes: it shows the request."""
    header = request.headers["authorization"]
    text = f"<html><body>Bad gateway. Authorization: {header} Cookie: token={_PAGE} <a href='?sig={_SIGNATURE}'>"
    return Answer(text, 502, {"Content-Type": "text/html"})


def sas_in_text(request: Request) -> Answer:
    url = f"https://store.blob.core.windows.net/c?sv=1&sig={_SIGNATURE}&sr=c"
    return refusal(404, "JobNotFound", f"Cannot find {url}", ("Source", url), ("password", f"password={_PAGE}"))


@pytest.fixture(scope="module")
def other() -> Iterator[Loopback]:
    """Something other than the service, that says more than it should."""
    with Loopback() as loopback:
        for place in ("jobs", "pools"):
            loopback.say(f"/{place}/echo", echo)
            loopback.say(f"/{place}/sas", sas_in_text)
            loopback.say(f"/{place}/silence", Silence())
            loopback.say(
                f"/{place}/html", Answer(f"<p>password={_PAGE} sig={_SIGNATURE}", 200, {"Content-Type": "text/html"})
            )
            # Neither the service nor a gateway would; a credential that has no looks of its own must not come through.
            loopback.say(f"/{place}/raw", lambda asked: Answer(asked.headers["authorization"].split()[-1], 502))
        yield loopback


def tasks(account: Simulator, other: Loopback, tunnel: Tunnel, as_module: bool) -> Iterator[Task]:
    for module, names in _MODULES.items():
        yield from answers(account, module, names)
        # How one module writes a refusal, each of them does: test_in_controller.py compares them.
        if not as_module or module == "batch_job_info":
            yield from refusals(other, module, names, "echo", "sas")
    yield from refusals(other, "batch_job_info", _MODULES["batch_job_info"], "html", "raw", "silence")
    yield from logins(account, tunnel)


def answers(account: Simulator, module: str, names: dict[str, Any]) -> Iterator[Task]:
    own = {"account_endpoint": account.url, "account_name": account.account, "ca_path": account.ca_path, **names}
    key = {**own, "account_key": "{{ account_key }}"}
    yield Task(module, {**key, "query": "[jobs, tasks, nodes]"}, {}, fails=False)
    if module in _UNMET:
        yield Task(module, {**key, "condition": _UNMET[module], "wait": True}, {}, fails=True)
    yield Task(module, {**own, "account_key": "{{ wrong_key }}"}, {}, fails=True)


def refusals(other: Loopback, module: str, names: dict[str, Any], *ways: str) -> Iterator[Task]:
    [parent] = [name for name in ("job_id", "pool_id") if name in names]
    where = {"account_endpoint": other.url, "retries": 0, "access_token": "{{ wrong_token }}"}
    for way in ways:
        yield Task(module, {**where, parent: way, **({"timeout": 1} if way == "silence" else {})}, {}, fails=True)


def variable_of(name: str) -> str:
    return "{{ " + name + " }}"


def logins(account: Simulator, tunnel: Tunnel) -> Iterator[Task]:
    own = {
        "account_endpoint": account.url,
        "ca_path": account.ca_path,
        "authority_host": account.authority,
        "disable_instance_discovery": True,
        "job_id": "job-1",
        "details": "summary",
        "retries": 0,
    }
    whose = {"client_id": account.client_id, "tenant": account.tenant}
    # A name that the proxy is asked for; the certificate of the simulator is for loopback.
    user = {**own, "authority_host": "login.example", "cert_validation_mode": "ignore", "ad_user": _USER}
    proxy = {"HTTPS_PROXY": tunnel.url}
    yield Task("batch_job_info", {**own, "access_token": "{{ access_token }}"}, {}, fails=False)
    yield Task("batch_job_info", {**own, **whose, "client_secret": "{{ client_secret }}"}, {}, fails=False)
    unknown = {**whose, "client_id": _UNKNOWN, "secret": "{{ client_secret }}"}
    yield Task("batch_job_info", {**own, **unknown}, {}, fails=True)
    for wrong in ("", "wrong_"):
        fails = bool(wrong)
        yield Task("batch_job_info", {**own, **whose, "secret": variable_of(f"{wrong}client_secret")}, {}, fails)
        yield Task("batch_job_info", {**own, **whose, "oidc_token": variable_of(f"{wrong}oidc_token")}, {}, fails)
        yield Task("batch_job_info", {**user, "password": variable_of(f"{wrong}password")}, proxy, fails)


@pytest.fixture(scope="module", params=[{}, {"BATCHOPS_TEST": "1"}], ids=["in the controller", "as a module"])
def written(
    request: pytest.FixtureRequest, account: Simulator, other: Loopback, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    with Tunnel(account.port) as tunnel:
        # An environment makes a module of a task that would run inside the controller.
        listed = [
            replace(task, environment={**task.environment, **request.param})
            for task in tasks(account, other, tunnel, as_module=bool(request.param))
        ]
        folder = tmp_path_factory.mktemp("secrets")
        done = play(folder, listed, SECRETS, driven_clock(folder))
    assert list(outcomes(done)) == [task.fails for task in listed], done.shown[-6000:]
    return done


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_of_the_options_is_written(written: Written, name: str) -> None:
    assert written.traces(SECRETS[name]) == []


def test_no_secret_that_the_service_returns_is_written(written: Written, account: Simulator) -> None:
    sent = b"".join(exchange.body for exchange in account.requests).decode()
    places = set(re.findall(rf"{_WIRE}[\w-]+", sent))
    assert len(places) >= 15, "the service has not returned the secrets"
    assert {secret for secret in places if written.traces(secret)} == set()
    assert written.traces(_WIRE) == []


@pytest.mark.parametrize("secret", [_SIGNATURE, _PAGE])
def test_no_secret_in_an_error_page_or_text_is_written(written: Written, secret: str) -> None:
    assert written.traces(secret) == []


def test_identifiers_stay_readable(written: Written, account: Simulator) -> None:
    for identifier in (_UNKNOWN, account.url, "AADSTS7000215", "FileUploadAccessDenied", "task-1", "tvm-2", "pool-1"):
        assert identifier in written.shown


def test_the_service_is_shown_as_it_is_where_the_user_wants_that_but_no_credential(
    account: Simulator, tmp_path: Path
) -> None:
    own = {
        "account_endpoint": account.url,
        "account_name": account.account,
        "ca_path": account.ca_path,
        "redact": "none",
    }
    listed = [
        Task(module, {**own, **names, "account_key": "{{ account_key }}"}, {}, fails=False)
        for module, names in _MODULES.items()
    ]
    done = play(tmp_path, listed, SECRETS, {})
    assert list(outcomes(done)) == [False] * len(listed)
    for place in (
        "task-environment",
        "task-command",
        "task-word",
        "task-plain",
        "run-options",
        "task-file",
        "task-output",
        "preparation-failure",
        "preparation-file",
    ):
        assert f"{_WIRE}-{place}" in done.shown
    assert done.traces(SECRETS["account_key"]) == []


@pytest.mark.parametrize("wrong", ["", "wrong_"])
def test_no_secret_of_the_environment_is_written(account: Simulator, tmp_path: Path, wrong: str) -> None:
    environment = {
        "AZURE_BATCH_ENDPOINT": account.url,
        "AZURE_BATCH_ACCOUNT": account.account,
        "AZURE_AUTHORITY_HOST": str(account.authority),
        "REQUESTS_CA_BUNDLE": str(account.ca_path),
    }
    principal = {
        "AZURE_CLIENT_ID": account.client_id,
        "AZURE_TENANT": account.tenant,
        "AZURE_SECRET": SECRETS[f"{wrong}client_secret"],
    }
    for more in ({"AZURE_BATCH_ACCESS_KEY": SECRETS[f"{wrong or 'account_'}key"]}, principal):
        done = ad_hoc(
            tmp_path,
            "batch_task_info",
            {"job_id": "job-1", "disable_instance_discovery": True},
            {**environment, **more},
        )
        assert (done.status != 0) == bool(wrong), done.shown
        for secret in SECRETS.values():
            assert done.traces(secret) == []
        assert done.traces(_WIRE) == []


def test_no_secret_of_the_credentials_file_is_written(account: Simulator, tmp_path: Path) -> None:
    (tmp_path / ".azure").mkdir()
    environment = {"HOME": str(tmp_path), "AZURE_BATCH_ENDPOINT": account.url}
    for line in (
        f"account_key={SECRETS['wrong_key']}",
        f"account_key {SECRETS['wrong_key']}",
        "[" + SECRETS["wrong_key"],
    ):
        (tmp_path / ".azure" / "credentials").write_text(f"[default]\n{line}\n", encoding="utf-8")
        options = {
            "job_id": "job-1",
            "auth_source": "credential_file",
            "ca_path": account.ca_path,
            "account_name": "simulated",
        }
        done = ad_hoc(tmp_path, "batch_job_info", options, environment)
        assert done.status != 0
        assert done.traces(SECRETS["wrong_key"]) == []


@pytest.mark.parametrize("environment", [{}, {"BATCHOPS_TEST": "1"}], ids=["in the controller", "as a module"])
def test_a_secret_in_the_option_beside_its_own_is_not_written(
    account: Simulator, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Of these options Ansible knows no secret, and shows all of them at -vvv."""
    own = {"account_endpoint": account.url, "ca_path": account.ca_path, "job_id": "job-1"}
    principal = {**own, "client_id": "c", "tenant": "t"}
    secrets = {
        "key": base64.b64encode(b"a key of 64 bytes in place of the name of the account, or so....").decode(),
        "jwt": "eyJ0eXAiOiJKV1Qi.eyJzdWIiOiJoIn0.c2lnbmF0dXJl",
        "client_secret": "abc8Q~0f-the_application.0f-the.tenant01",
        "certificate": "TUlJRXZnSUJBREFOQmdrcWhraUc5dzBC",
        "misspelled": "an0ther~secret",
    }
    given = [
        {**own, "account_name": "{{ key }}", "account_key": "simulated"},
        {**own, "account_endpoint": "AccountEndpoint=https://a.example;AccountKey={{ key }}"},
        {**own, "account_endpoint": "https://a.example/?sig={{ misspelled }}"},
        {**principal, "oidc_token_file_path": "{{ jwt }}"},
        {**principal, "client_id": "{{ client_secret }}", "secret": "c", "authority_host": "127.0.0.1:9"},
        {
            **principal,
            "x509_certificate_path": "-----BEGIN PRIVATE KEY-----\n{{ certificate }}\n-----END PRIVATE KEY-----\n",
        },
        {**own, "acount_key": "{{ misspelled }}"},
        {**own, "access_key": ["{{ misspelled }}"]},
    ]
    listed = [Task("batch_job_info", {**options, "retries": 0}, environment, fails=True) for options in given]
    done = play(tmp_path, listed, secrets, {})
    assert list(outcomes(done)) == [True] * len(given), done.shown[-3000:]
    for name, secret in secrets.items():
        assert done.traces(secret) == [], name


@pytest.mark.parametrize("environment", [{}, {"BATCHOPS_TEST": "1"}], ids=["in the controller", "as a module"])
def test_a_query_over_masked_values_warns_and_an_expression_that_needs_them_is_judged(
    account: Simulator, tmp_path: Path, environment: dict[str, str]
) -> None:
    own = {"account_endpoint": account.url, "account_name": account.account, "ca_path": account.ca_path}
    given = {**own, "job_id": "job-1", "account_key": "{{ account_key }}"}
    value = "tasks[0].environment_settings[?name=='MODE'] | [0].value"
    listed = [
        Task("batch_task_info", {**given, "query": value}, environment, fails=False),
        Task(
            "batch_task_info", {**given, "expression": f"starts_with({value}, 'hunter2-task-pl')"}, environment, False
        ),
        Task("batch_task_info", {**given, "expression": f"abs({value})"}, environment, fails=True),
    ]
    done = play(tmp_path, listed, SECRETS, {})
    assert list(outcomes(done)) == [False, False, True], done.shown[-3000:]
    # Warnings go to the other stream, broken into lines.
    warned = " ".join(done.places["stderr"].split())
    assert "query: it is over values that are masked (environment_settings.value)" in warned
    assert '"verdict": "satisfied"' in done.shown
    assert done.traces(f"{_WIRE}-task-plain") == []


@pytest.mark.parametrize("redact", [True, False])
def test_yes_and_no_are_refused_with_the_three_words(account: Simulator, tmp_path: Path, redact: bool) -> None:
    own = {"account_endpoint": account.url, "account_name": account.account, "job_id": "job-1", "redact": redact}
    listed = [Task("batch_job_info", own, environment, fails=True) for environment in ({}, {"BATCHOPS_TEST": "1"})]
    done = play(tmp_path, listed, SECRETS, {})
    assert list(outcomes(done)) == [True, True]
    assert done.shown.count("strict, patterns, none") >= 2
