# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A credential goes to the account and nobody else, wherever an answer points. A stranger listens, and hears nothing."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.tests.integration.login_host import LoginHost
from ansible_collections.batchops.azure.tests.integration.signing_in import WAYS, login_failure, principal
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import JOBS, RESOURCES

_KEY = {"account_key": base64.b64encode(b"the key of the account").decode(), "account_name": "simulated"}
_CREDENTIALS = ({"access_token": "a-token-of-the-test"}, {**_KEY, "access_token": None})
_JOB = {"id": "job-1", "state": "active", "jobPreparationTask": {"id": "prepares"}}
# What each module reads in pages, and what it reads beside that.
_LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "jobs": ("/jobs", {}),
    "tasks": ("/jobs/job-1/tasks", {"job_id": "job-1"}),
    "nodes": ("/pools/pool-1/nodes", {"pool_id": "pool-1"}),
    "pools": ("/pools", {}),
    "preparation": ("/jobs/job-1/jobpreparationandreleasetaskstatus", {"job_id": "job-1"}),
}


@pytest.fixture
def service(home: object) -> Iterator[Loopback]:
    with Loopback() as loopback:
        loopback.say("/jobs/job-1", _JOB)
        yield loopback


@pytest.fixture
def stranger() -> Iterator[Loopback]:
    """Listens beside the account, under http. Its answer would be as good as the account's."""
    with Loopback() as loopback:
        yield loopback
        assert loopback.requests == [], "somebody else was sent a request"


def elsewhere(service: Loopback, stranger: Loopback) -> list[str]:
    """Addresses that are not the account's, however alike they look."""
    own, other = service.url, stranger.url
    own_host, other_host = own.removeprefix("http://"), other.removeprefix("http://")
    return [
        f"{other}/next",
        f"http://localhost:{other_host.rpartition(':')[2]}/next",
        f"http://localhost:{own_host.rpartition(':')[2]}/next",
        f"https://{own_host}/next",
        f"{own}@{other_host}/next",
        f"http://{other_host}\\@{own_host}/next",
        f"http://me:secret@{own_host}/next",
        f"//{other_host}/next",
        f" {other}/next",
        f"ftp://{own_host}/next",
        "/next",
        "next?page=2",
    ]


@pytest.mark.parametrize("credential", _CREDENTIALS, ids=["token", "key"])
@pytest.mark.parametrize("what", RESOURCES)
def test_a_link_to_elsewhere_is_refused(
    service: Loopback, stranger: Loopback, what: str, credential: dict[str, Any]
) -> None:
    path, names = _LISTS[what]
    for link in elsewhere(service, stranger):
        service.requests.clear()
        service.say(path, page(link=link))
        with pytest.raises(BatchError, match=r"pointed to another host for the next page|is not a URL"):
            ask(service, RESOURCES[what], **names, **credential)
        assert "/next" not in service.paths


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("credential", _CREDENTIALS, ids=["token", "key"])
def test_a_redirect_is_never_followed(
    service: Loopback, stranger: Loopback, status: int, credential: dict[str, Any]
) -> None:
    for target in (*elsewhere(service, stranger), f"{service.url}/next", ""):
        service.requests.clear()
        service.say("/jobs/job-1", Answer(b"", status, {"Location": target}))
        with pytest.raises(BatchError, match="a read is never redirected"):
            ask(service, JOBS, job_id="job-1", **credential)
        assert service.paths == ["/jobs/job-1"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda other: Answer({}, 200, {"Refresh": f"0; url={other}/next"}),
        lambda other: Answer({}, 201, {"Location": f"{other}/next"}),
        lambda other: refusal(
            401, "AuthenticationFailed", **{"WWW_Authenticate": f'Bearer authorization_uri="{other}"'}
        ),
        lambda other: refusal(407, "Proxy", **{"Proxy_Authenticate": "Basic", "Location": f"{other}/next"}),
        lambda other: refusal(503, "ServerBusy", **{"Location": f"{other}/next", "Content_Location": f"{other}/next"}),
        lambda other: Answer(
            f'<meta http-equiv="refresh" content="0; url={other}/next">', 200, {"Content-Type": "text/html"}
        ),
    ],
)
def test_no_header_leads_away(service: Loopback, stranger: Loopback, answer: Callable[[str], Answer]) -> None:
    service.say("/jobs/job-1", answer(stranger.url))
    try:
        ask(service, JOBS, job_id="job-1", task_counts=False)
    except BatchError as error:
        assert "a-token" not in str(error)
    assert set(service.paths) == {"/jobs/job-1"}


def test_a_link_on_the_account_itself_is_followed(service: Loopback, stranger: Loopback) -> None:
    """Without this, the tests above could pass because no link is followed at all."""
    service.say("/jobs", page({"id": "a", "state": "active"}, link=f"{service.url}/next"))
    service.say("/next", page({"id": "b", "state": "active"}))
    assert [job["id"] for job in ask(service, JOBS, task_counts=False)["jobs"]] == ["a", "b"]
    assert {request.headers["authorization"] for request in service.requests} == {"Bearer a-token-for-tests"}


def test_a_netrc_of_the_user_does_not_replace_the_credential(service: Loopback, home: Any) -> None:
    (home / ".netrc").write_text("default login me password hunter2\n", encoding="utf-8")
    (home / ".netrc").chmod(0o600)
    ask(service, JOBS, job_id="job-1", task_counts=False)
    assert [request.headers["authorization"] for request in service.requests] == ["Bearer a-token-for-tests"]


@pytest.mark.filterwarnings("ignore:UsernamePasswordCredential is deprecated")
@pytest.mark.parametrize("entry", ["default", "machine 127.0.0.1"])
@pytest.mark.parametrize("way", WAYS)
def test_what_netrc_holds_is_not_for_the_sign_in_host_either(
    account: Simulator, home: Path, way: str, entry: str
) -> None:
    (home / ".netrc").write_text(f"{entry} login me password hunter2\n", encoding="utf-8")
    (home / ".netrc").chmod(0o600)
    with LoginHost() as host:
        host.issues(account.tenant, lambda request: Answer({"error": "invalid_client"}, 401))
        login_failure(account, **WAYS[way](account, home), authority_host=host.url.removeprefix("https://"))
        assert host.requests
        assert [one.path for one in host.requests if "authorization" in one.headers] == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_login_that_is_redirected_does_not_take_the_secret_along(
    account: Simulator, stranger: Loopback, status: int
) -> None:
    with LoginHost() as host:
        host.issues(account.tenant, lambda request: Answer(b"", status, {"Location": f"{stranger.url}/token"}))
        authority = host.url.removeprefix("https://")
        sentence = login_failure(account, **principal(account, authority_host=authority))
    assert sentence.startswith("Signing in with a service principal's secret from the options failed: ")
    assert account.secret not in sentence


@pytest.mark.parametrize(
    "body", [b"", b"<html>no</html>", b"[]", b"null", b"{}", b'{"access_token": 7, "expires_in": "x"}']
)
@pytest.mark.parametrize("status", [200, 400, 404])
def test_a_login_host_that_answers_nonsense_is_named(account: Simulator, status: int, body: bytes) -> None:
    with LoginHost() as host:
        host.issues(account.tenant, lambda request: Answer(body, status))
        authority = host.url.removeprefix("https://")
        sentence = login_failure(account, **principal(account, authority_host=authority))
    assert sentence.startswith("Signing in with a service principal's secret from the options failed: ")
    assert account.secret not in sentence


def test_a_sign_in_host_that_points_to_another_one_does_not_hand_the_secret_on(account: Simulator) -> None:
    with LoginHost() as host, LoginHost() as other:
        host.issues(account.tenant, lambda request: Answer({}))
        base = f"{host.url}/{account.tenant}"
        names = {"issuer": f"{base}/v2.0", "authorization_endpoint": f"{base}/oauth2/v2.0/authorize"}
        names["token_endpoint"] = f"{other.url}/{account.tenant}/oauth2/v2.0/token"
        host.say(f"/{account.tenant}/v2.0/.well-known/openid-configuration", names)
        sentence = login_failure(account, **principal(account, authority_host=host.url.removeprefix("https://")))
        assert other.requests == []
    assert "the sign-in host points to another one, to which no credential is sent" in sentence


@pytest.mark.parametrize("secret", ["a~secret.of-the-environment", "a+secret/of the=environment"])
def test_a_secret_of_the_environment_that_a_login_host_repeats_is_masked(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str
) -> None:
    """Ansible masks those of the options only, and its log takes what libraries warn of."""
    monkeypatch.setenv("AZURE_CLIENT_ID", account.client_id)
    monkeypatch.setenv("AZURE_TENANT", account.tenant)
    monkeypatch.setenv("AZURE_SECRET", secret)
    words = f"AADSTS7000215: {secret} is wrong, and so is {quote(secret, safe='')}."
    log = logging.FileHandler(tmp_path / "log", delay=False)
    monkeypatch.setattr(logging.getLogger(), "handlers", [log])
    with LoginHost() as host:
        refused = Answer({"error": "invalid_client", "error_description": words}, 401)
        host.issues(account.tenant, lambda request: refused)
        sentence = login_failure(account, authority_host=host.url.removeprefix("https://"))
    assert "AADSTS7000215: REDACTED is wrong, and so is REDACTED." in sentence
    log.close()
    assert (tmp_path / "log").read_text(encoding="utf-8") == ""


def test_what_a_login_host_answers_is_not_logged_whole(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It may hold a token. Where nobody listens Python prints what is logged, with a traceback."""
    log = logging.FileHandler(tmp_path / "log", delay=False)
    monkeypatch.setattr(logging.getLogger(), "handlers", [log])
    with LoginHost() as host:
        cut_off = Answer(b'{"access_token": "hunter2", "expires_in": 3600')
        host.issues(account.tenant, lambda request: cut_off)
        sentence = login_failure(account, **principal(account, authority_host=host.url.removeprefix("https://")))
    assert sentence.endswith("(what answered is not understood; it may not be a sign-in host)")
    assert (tmp_path / "log").read_text(encoding="utf-8") == ""
