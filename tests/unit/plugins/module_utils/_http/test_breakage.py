# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a connection broke, in a sentence, and whether the next one may do better."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.within import Overdue
from ansible_collections.batchops.azure.plugins.module_utils._http.breakage import (
    causes,
    no_such_proxy,
    nobody_there,
    overdue,
    transport_error,
)

BASE = "https://a.example"


def made_of(outer: Exception, inner: BaseException) -> Exception:
    outer.__cause__ = inner
    return outer


class ConnectTimeout(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "words", "allowed"),
    [
        (made_of(OSError("x"), Overdue()), "the host name was not resolved within 3 s", 3),
        (ConnectTimeout("x"), "took no connection within 3 s", 3),
        (OSError("Read timed out"), "did not answer within 7 s", 7),
        (
            made_of(OSError("x"), socket.gaierror(-2, "no")),
            "the host name does not resolve; check account_endpoint",
            None,
        ),
        (OSError("Connection refused"), "the connection was refused", None),
        (OSError("CERTIFICATE_VERIFY_FAILED"), "its TLS certificate was not accepted", None),
        (OSError("reset by peer"), "the connection broke (reset by peer)", None),
    ],
)
def test_each_way_has_its_sentence_and_the_time_that_was_over(
    error: Exception, words: str, allowed: float | None
) -> None:
    problem = transport_error(error, BASE, 3, 7)
    assert words in str(problem)
    assert problem.allowed == allowed


@pytest.mark.parametrize(
    ("words", "passes"), [("CERTIFICATE_VERIFY_FAILED", False), ("WRONG_VERSION_NUMBER", False), ("reset", True)]
)
def test_what_is_no_better_in_a_second_is_not_tried_again(words: str, passes: bool) -> None:
    assert transport_error(OSError(words), BASE, 3, 7).transient is passes


def test_nobody_is_there_where_a_name_does_not_resolve_or_a_port_is_closed() -> None:
    assert nobody_there(made_of(OSError("x"), ConnectionRefusedError()))
    assert nobody_there(OSError("x", socket.gaierror(-2, "no")))
    assert not nobody_there(OSError("reset"))


def test_causes_that_go_round_in_a_circle_are_seen_once() -> None:
    one, other = OSError("one"), OSError("other")
    one.__cause__, other.__cause__ = other, one
    assert list(causes(one)) == [one, other]


def test_what_is_overdue_names_the_proxy_where_one_was_asked() -> None:
    assert str(overdue(BASE, 7, {})) == f"{BASE} did not answer within 7 s"
    assert "through the proxy of the environment" in str(overdue(BASE, 7, {"https": "http://proxy.example"}))


@pytest.mark.parametrize(("seconds", "words"), [(3.99996, "4 s"), (0.02, "0.02 s"), (1000, "1000 s")])
def test_what_is_left_of_a_deadline_is_told_in_few_digits(seconds: float, words: str) -> None:
    assert str(overdue(BASE, seconds, {})).endswith(f"did not answer within {words}")


def test_a_proxy_that_names_no_host_is_not_looked_for_again() -> None:
    problem = no_such_proxy(BASE)
    assert str(problem) == f"{BASE}: the proxy that the environment names is not one of the form http://host:port"
    assert not problem.transient


def test_words_from_far_away_are_cut() -> None:
    """The reason of a proxy that refuses may have 64 KB."""
    assert len(str(transport_error(OSError("Tunnel connection failed: 407 " + "no " * 20_000), BASE, 3, 7))) < 2_100


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (made_of(OSError("x"), Overdue()), "the name of the proxy of the environment was not resolved within 3 s"),
        (ConnectTimeout("x"), "through the proxy of the environment, took no connection within 3 s"),
        (OSError("Read timed out"), "through the proxy of the environment, did not answer within 7 s"),
    ],
)
def test_where_a_proxy_was_asked_the_host_is_not_accused_of_taking_too_long(error: Exception, words: str) -> None:
    assert words in str(transport_error(error, BASE, 3, 7, {"https": "http://proxy.example"}))


def test_a_password_of_a_proxy_that_no_header_can_hold_is_not_quoted() -> None:
    with pytest.raises(UnicodeEncodeError) as unfit:
        "hunt\u20acr2".encode("latin-1")
    problem = transport_error(unfit.value, BASE, 3, 7)
    assert str(problem) == f"{BASE}: the proxy that the environment names is not one of the form http://host:port"
    assert not problem.transient


def test_a_bundle_of_authorities_that_is_not_there_is_named_by_its_variables() -> None:
    problem = transport_error(
        OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /x"), BASE, 3, 7
    )
    assert "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there" in str(problem)
    assert not problem.transient
