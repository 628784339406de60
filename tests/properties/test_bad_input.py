# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is answered and whatever is given, a call ends in facts or in a sentence, and never in a traceback."""

from __future__ import annotations

import gzip
import json
import os
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.tests.properties.bodies import RIGHT, nearly_right, texts, values
from ansible_collections.batchops.azure.tests.support.asking import validate
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback
from ansible_collections.batchops.azure.tests.support.modules import (
    GATE,
    JOBS,
    JUDGED,
    MODULES,
    NODES,
    POOLS,
    PREP,
    TASKS,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

# Five properties share the examples: 10,000 and more on demand, a thousand in `./dev test`.
EXAMPLES = int(os.environ.get("BATCHOPS_EXAMPLES", "1000"))
COUNTS: Counter[str] = Counter()

checked = settings(
    max_examples=max(1, EXAMPLES // 5),
    deadline=None,
    derandomize="BATCHOPS_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


class Answered(Answer):
    """Hangs up behind each answer, so that one whose length is wrong comes to an end."""

    def send(self, connection: socket.socket) -> bool:
        super().send(connection)
        return False


class Instant(Clock):
    """A pause takes no time of the test's."""

    def __init__(self) -> None:
        self._now = 1_000.0

    def monotonic(self) -> float:
        self._now += 0.001
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


@pytest.fixture(scope="module")
def service() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture(scope="module", autouse=True)
def shut_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing leaves the machine, whatever host an option names; no command, and nobody's credential."""
    with pytest.MonkeyPatch.context() as patch, socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        for name in list(os.environ):
            if name.startswith(("AZURE_", "AZ_BATCH_", "ANSIBLE_AZURE_")) or name.lower().endswith("_proxy"):
                patch.delenv(name)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setenv(name, f"http://127.0.0.1:{dead.getsockname()[1]}")
        patch.setenv("NO_PROXY", "127.0.0.1")
        empty = str(tmp_path_factory.mktemp("empty"))
        patch.setenv("HOME", empty)
        patch.setenv("PATH", empty)
        yield
    print("\nCalls with bad input:", ", ".join(f"{count} {outcome}" for outcome, count in COUNTS.most_common()))
    # Not where only a part of this file was asked for.
    if COUNTS.total() >= 500:
        assert {"facts", "ServiceError", "AnswerError", "TransportError", "OptionError"} <= set(COUNTS)


_WAIT = {"wait": True, "wait_timeout": 3.0, "wait_sleep": 1.0}
_CHECKS = [
    {"check": "jobs", "filter": "state ne 'deleting'"},
    {"check": "tasks", "job_id": "job-1", "subtasks": True},
    {"check": "preparation", "job_id": "job-1", "max_failed_nodes": 1},
    {"check": "nodes", "pool_id": "pool-1", "max_failed_nodes": 1},
    {"check": "pools", "pool_id": "pool-1", "image_supported_for": 30},
]
_CALLS: list[tuple[Resource, dict[str, Any]]] = [
    (JOBS, {}),
    (JOBS, {"job_id": "job-1", "condition": "succeeded", **_WAIT}),
    (JOBS, {"job_ids": ["job-1", "other-2"], "condition": "completed", "missing_ok": True}),
    (JOBS, {"details": "summary", "expression": "summary.total > `0`", "query": "summary"}),
    (TASKS, {"job_id": "job-1", "condition": "succeeded"}),
    (TASKS, {"job_id": "job-1", "task_id": "task-1", "condition": "started", **_WAIT}),
    (TASKS, {"job_ids": ["job-1", "other-2"], "subtasks": True, "condition": "completed"}),
    (TASKS, {"job_id": "job-1", "details": "summary", "select": ["id", "state"]}),
    (NODES, {"pool_id": "pool-1", "condition": "ready", "min_nodes": 1}),
    (NODES, {"pool_id": "pool-1", "node_ids": ["tvm-1"], "condition": "drained"}),
    (NODES, {"pool_ids": ["pool-1"], "condition": "idle", "expected_nodes": ["tvm-1"], **_WAIT}),
    (NODES, {"pool_id": "pool-1", "details": "summary", "redact": "none"}),
    (POOLS, {"condition": "sound", "image_supported_for": 30}),
    (POOLS, {"pool_id": "pool-1", "condition": "image_reached", "image_version": "1.2.3", **_WAIT}),
    (POOLS, {"pool_ids": ["pool-1"], "condition": "resized", "node_counts": True, "missing_ok": True}),
    (POOLS, {"node_counts": True, "details": "summary", "query": "summary"}),
    (PREP, {"job_id": "job-1", "condition": "prepared"}),
    (PREP, {"job_ids": ["job-1"], "condition": "released", "missing_ok": True, **_WAIT}),
    (PREP, {"job_id": "job-1", "details": "summary", "expected_nodes": ["tvm-1"], "condition": "prepared"}),
    (PREP, {"job_id": "job-1", "condition": "prepared", "expect_task_nodes": True, "ignore_removed_nodes": True}),
    (TASKS, {"job_id": "job-1", "condition": "completed", "diagnostics": True}),
    (GATE, {"checks": _CHECKS}),
    (GATE, {"checks": _CHECKS, "diagnostics": True, **_WAIT}),
]
calls = st.sampled_from(_CALLS)


def test_every_module_and_every_check_gets_bad_input() -> None:
    assert {resource.module for resource, _options in _CALLS} == set(MODULES)
    assert {check["check"] for check in _CHECKS} == set(JUDGED)


def ends_well(service: Loopback, module: Resource, options: Mapping[str, Any]) -> None:
    """Facts with a list and a summary that can be printed, or an error of the family that can."""
    base = {"account_endpoint": service.url, "account_name": "a", "access_token": "a-token", "retries": 0, "timeout": 5}
    validated = validate(module.arguments, **{**base, **options})
    refused = bool(validated.error_messages)
    COUNTS["refused by Ansible" if refused else outcome_of(module, validated.validated_parameters)] += 1
    service.requests.clear()


def outcome_of(module: Resource, params: Mapping[str, Any]) -> str:
    try:
        result = run(params, module, clock=Instant())
    except BatchError as error:
        assert str(error)
        json.dumps(error.as_result())
        return type(error).__name__
    assert isinstance(result["summary"], dict)
    assert isinstance(result["summary"]["total"], int)
    assert isinstance(result[module.reader.kind], list)
    assert all(isinstance(item, dict) for item in result[module.reader.kind])
    assert result.get("verdict", "pending") in {"pending", "satisfied", "failed"}
    json.dumps(result)
    return "failed wait" if result.get("failed") else "facts"


def say(service: Loopback, bodies: Mapping[str, Any]) -> None:
    for path, body in bodies.items():
        service.say(path, Answer(json.dumps(body)))


@checked
@given(nearly_right(), calls)
def test_bodies_that_are_nearly_right(
    service: Loopback, bodies: dict[str, Any], call: tuple[Resource, dict[str, Any]]
) -> None:
    say(service, bodies)
    ends_well(service, *call)


raw_bodies = st.one_of(
    st.binary(max_size=200),
    values.map(json.dumps).map(str.encode),
    st.builds(lambda value: json.dumps({"value": value}).encode(), values),
    st.builds(
        lambda code, text: json.dumps({"code": code, "message": text, "values": [text]}).encode(), values, values
    ),
    st.sampled_from(
        (b"", b"[" * 100_000, b'{"value": [', b"\xef\xbb\xbf{}", '{"value": []}'.encode("utf-16"), b"1" * 5000)
    ),
)
statuses = st.sampled_from(
    (200, 200, 200, 101, 199, 204, 206, 301, 304, 400, 401, 403, 404, 409, 429, 500, 503, 600, 999)
)


@checked
@given(raw_bodies, statuses, st.sampled_from(sorted(RIGHT)), calls)
def test_bodies_of_any_kind(
    service: Loopback, body: bytes, status: int, path: str, call: tuple[Resource, dict[str, Any]]
) -> None:
    say(service, RIGHT)
    service.say(path, Answered(body, status))
    ends_well(service, *call)


# Whatever a header may hold: no line ends, and nothing above one byte.
header_texts = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
numbers = st.integers().map(str) | st.floats().map(str) | st.sampled_from(("9" * 400, "1e9", "0x10", "+1", " 7 "))
_DATES = ("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 0001 00:00:00 +2359", "Mon, 99 Foo 2026 99:99:99", "0 0 0 0 0")
headers = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": header_texts | st.sampled_from(("", "application/json; charset=nonsense", "json", "text/html")),
        "Content-Encoding": header_texts | st.sampled_from(("gzip", "deflate", "br", "zstd", "gzip, gzip", "identity")),
        "Content-Length": numbers | header_texts,
        "Transfer-Encoding": st.sampled_from(("chunked", "gzip, chunked", "nonsense")),
        "Retry-After": numbers | header_texts | st.sampled_from(_DATES),
        "Location": header_texts | st.sampled_from(("http://[", "//", "https://a@b:c/?sig=hunter2")),
        "WWW-Authenticate": header_texts,
        "Set-Cookie": header_texts,
        "request-id": header_texts,
        "client-request-id": header_texts,
        "Connection": st.sampled_from(("close", "keep-alive", "upgrade")),
    },
)


@checked
@given(headers, statuses, st.booleans(), st.sampled_from(sorted(RIGHT)), calls)
def test_headers_of_any_kind(
    service: Loopback,
    given_headers: dict[str, str],
    status: int,
    compressed: bool,
    path: str,
    call: tuple[Resource, dict[str, Any]],
) -> None:
    say(service, RIGHT)
    body = json.dumps(RIGHT[path]).encode()
    service.say(path, Answered(gzip.compress(body) if compressed else body, status, given_headers))
    module, options = call
    # One retry, because only who tries again looks at Retry-After.
    ends_well(service, module, {**options, "retries": 1})


_ODD_LINKS = (
    "http://127.0.0.1:{port}/\r\nX: y",
    "http://127.0.0.1:{port}\t/jobs",
    "http://127.0.0.1:{port}/ü?x=\ud800",
    "http://127.0.0.1:{port}/%zz%",
    "http://127.0.0.1:{port}",
    "http://127.0.0.1:{port}?x",
    "HTTP://127.0.0.1:{port}/#x",
    "http://127.0.0.1:{port}/[",
    "http://127.0.0.1:{port}//",
    "http://127.0.0.1:0{port}/jobs",
)
links = st.one_of(
    values,
    texts,
    st.builds(lambda odd, text: odd + text, st.sampled_from(_ODD_LINKS), texts),
    texts.map(lambda text: "http://127.0.0.1:{port}/" + text),
)
_LISTS = [call for call in _CALLS if not {"task_id", "node_ids"} & set(call[1])]


@checked
@given(links, st.sampled_from(_LISTS), st.sampled_from((None, "account_key")))
def test_links_of_any_kind(
    service: Loopback, link: Any, call: tuple[Resource, dict[str, Any]], credential: str | None
) -> None:
    if isinstance(link, str):
        link = link.replace("{port}", service.url.rpartition(":")[2])
    say(service, {path: {**body, "odata.nextLink": link} if "value" in body else body for path, body in RIGHT.items()})
    module, options = call
    ends_well(service, module, {**options, **({credential: "a2V5", "access_token": None} if credential else {})})


def option_values(name: str, option: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What a user may write there: mostly of the right type, always of the right shape to be dangerous."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "str": texts,
        "path": texts,
        "int": st.integers() | st.integers(-2, 70),
        "float": st.floats() | st.floats(0.5, 9),
        "bool": st.booleans(),
        "list": st.lists(texts, max_size=4),
    }
    named = st.sampled_from(option["choices"]) if "choices" in option else kinds[option["type"]]
    if name == "auth_source":
        # A managed identity and the Azure CLI are asked for elsewhere: they would be looked for on the network here.
        return st.sampled_from(("auto", "shared_key", "access_token", "env", "credential_file"))
    if name == "tenant":
        # Refused before anybody is asked, so that no login host is needed.
        return texts.map(lambda text: f"{text} !")
    if name in ("query", "expression"):
        return texts | st.sampled_from(
            ("@", "[@]", "{a: @}", "summary", "jobs[0]", "summary.total > `0`", "`true`", "a(")
        )
    return named | values


@st.composite
def option_sets(draw: st.DrawFn) -> tuple[Resource, dict[str, Any]]:
    module, options = draw(calls)
    spec = {name: option for name, option in module.arguments.spec.items() if name != "ad_user"}
    names = draw(st.lists(st.sampled_from(sorted(spec)), max_size=4, unique=True))
    return module, {**options, **{name: draw(option_values(name, spec[name])) for name in names}}


@checked
@given(option_sets())
@example((JOBS, {"query": "@"}))
@example((JOBS, {"query": "{result: @}"}))
@example((JOBS, {"filter": "\ud800"}))
def test_options_of_any_kind(service: Loopback, options: tuple[Resource, dict[str, Any]]) -> None:
    say(service, RIGHT)
    ends_well(service, *options)


@pytest.mark.parametrize("file", ["garbage", "none", ".", "\x00", "~nobody-of-this-name/file"])
@pytest.mark.parametrize("option", ["ca_path", "x509_certificate_path", "oidc_token_file_path"])
def test_files_of_the_user_in_any_state(service: Loopback, tmp_path: Path, option: str, file: str) -> None:
    """Paths that options name and that hold no certificate and no token."""
    say(service, RIGHT)
    (tmp_path / "garbage").write_bytes(bytes(range(256)))
    given_path = str(tmp_path / file) if file.isalpha() or file == "." else file
    # A login is refused for its tenant, a connection for its certificates.
    whose = {"client_id": "c", "tenant": "no tenant!", "access_token": None, "thumbprint": "00"}
    others = {"account_endpoint": service.url.replace("http:", "https:")} if option == "ca_path" else whose
    ends_well(service, JOBS, {option: given_path, **others})
