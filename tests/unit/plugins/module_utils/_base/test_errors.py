# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one family of errors: what each prints, and which may pass."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import (
    AnswerError,
    BatchError,
    ForeignLinkError,
    LibraryError,
    LoginError,
    OptionError,
    ServiceError,
    TransportError,
)


def service_error(**more: Any) -> ServiceError:
    failure = {"status": 404, "code": "JobNotFound", "message": "Gone.", "values": [], "request_id": None, "url": ""}
    return ServiceError({**failure, **more})


def all_kinds(of: type[BatchError]) -> set[type[BatchError]]:
    return {of}.union(*map(all_kinds, of.__subclasses__()))


def test_an_error_prints_its_sentence_and_its_facts() -> None:
    nothing = {"status": None, "values": [], "request_id": None, "client_request_id": None, "url": None}
    for error in (BatchError("It is so."), LoginError("It is so.")):
        failure = {**nothing, "code": error.code, "message": "It is so."}
        assert error.as_result() == {"msg": "It is so.", "failure": failure}


def test_each_kind_of_error_has_a_code_that_can_be_asked_for() -> None:
    """Its own, or that of what it is a kind of. A refusal of the service has the service's."""
    kinds = {kind for kind in all_kinds(BatchError) if kind.__module__.endswith("._base.errors")} - {
        BatchError,
        ServiceError,
    }
    assert {kind.__name__: kind.code for kind in kinds if kind.__base__ is BatchError} == {
        "OptionError": "InvalidOption",
        "LibraryError": "LibraryMissing",
        "LoginError": "SignInFailed",
        "TransportError": "ConnectionFailed",
        "AnswerError": "InvalidAnswer",
        "ForeignLinkError": "ForeignLink",
    }
    assert all(kind.code != BatchError.code for kind in kinds)


def test_what_answers_in_place_of_the_service_has_a_code_too() -> None:
    gateway = service_error(code=None, status=502)
    assert (gateway.code, gateway.failure["code"]) == ("", None)
    assert gateway.as_failure() == {**gateway.failure, "code": "InvalidAnswer"}


def test_a_wrong_option_is_named() -> None:
    error = OptionError("limit", "is 0")
    assert (error.option, error.as_result()["msg"], error.code) == ("limit", "limit: is 0", "InvalidOption")


def test_a_missing_library_is_named_with_the_python_and_the_cure() -> None:
    text = str(LibraryError("jmespath", "for the option query", "/usr/bin/python3"))
    assert "jmespath is needed for the option query" in text
    assert text.endswith("/usr/bin/python3 -m pip install jmespath")


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (OptionError("limit", "is 0"), False),
        (LibraryError("requests", "for all", "python"), False),
        (LoginError("no"), False),
        (ForeignLinkError("there"), False),
        (TransportError("reset"), True),
        (AnswerError("HTML"), True),
        (service_error(status=404), False),
        (service_error(status=503), True),
    ],
)
def test_some_errors_may_pass(error: BatchError, transient: bool) -> None:
    assert isinstance(error, BatchError)
    assert error.transient is transient


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "JobNotFound (404): Gone."),
        ({"code": None, "status": 502}, "HTTP error (502): Gone."),
        ({"request_id": "r-1", "url": "https://x/jobs"}, "JobNotFound (404): Gone. - request id r-1 - https://x/jobs"),
        (
            {"values": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]},
            "JobNotFound (404): Gone. - a: 1; b: 2",
        ),
    ],
)
def test_a_refusal_prints_what_is_there(more: dict[str, Any], sentence: str) -> None:
    error = service_error(**more)
    assert error.as_result() == {"msg": sentence, "failure": error.as_failure()}


@pytest.mark.parametrize(("code", "text"), [("JobNotFound", "JobNotFound"), (None, "")])
def test_a_code_is_a_text(code: str | None, text: str) -> None:
    assert service_error(code=code).code == text
