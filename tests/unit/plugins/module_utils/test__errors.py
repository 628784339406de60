# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one family of errors: what each prints, and which may pass."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._errors import (
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


def test_an_error_prints_its_sentence() -> None:
    assert BatchError("It is so.").as_result() == {"msg": "It is so."}


def test_a_wrong_option_is_named() -> None:
    error = OptionError("limit", "is 0")
    assert (error.option, error.as_result()) == ("limit", {"msg": "limit: is 0"})


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
    assert error.as_result() == {"msg": sentence, "failure": error.failure}


@pytest.mark.parametrize(("code", "text"), [("JobNotFound", "JobNotFound"), (None, "")])
def test_a_code_is_a_text(code: str | None, text: str) -> None:
    assert service_error(code=code).code == text
