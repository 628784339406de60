# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says in a sentence how a connection broke, and whether the next one may do better."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import TransportError
from ansible_collections.batchops.azure.plugins.module_utils._base.within import Overdue
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

_NO_PROXY = "the proxy that the environment names is not one of the form http://host:port"

_BUNDLE = "the bundle of authorities that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names"


def transport_error(error: Exception, base: str, connect: float, seconds: float, proxies: Any = None) -> TransportError:
    """`connect` and `seconds` are what there was for connecting, and for all of it."""
    sentence, allowed = _too_long(error, base, connect, seconds, proxies) or (_why(error, base), None)
    problem = TransportError(sentence)
    problem.allowed = allowed
    problem.absent = nobody_there(error)
    # A certificate that is not accepted now, a file of them that cannot be read, a service without TLS or a proxy that is none is no better in a second.
    lasting = "CERTIFICATE_VERIFY_FAILED", "CA certificate", "X509", "WRONG_VERSION_NUMBER"
    problem.transient = not (_NO_PROXY in sentence or any(word in str(error) for word in lasting))
    return problem


def overdue(base: str, seconds: float, proxies: Any) -> TransportError:
    """For a request whose time was over, whatever it was about then: the tunnel, TLS, or the answer."""
    problem = TransportError(f"{_whom(base, proxies)} did not answer within {round(seconds, 3):g} s")
    problem.allowed = seconds
    return problem


def no_such_proxy(base: str) -> TransportError:
    """For a proxy that names no host: the next attempt would find the same one."""
    problem = TransportError(about_proxy(base))
    problem.transient = False
    return problem


def about_proxy(base: str) -> str:
    """The sentence about a proxy that cannot be used. Without its URL and the library's words: both may hold a password."""
    return f"{base}: {_NO_PROXY}"


def nobody_there(error: BaseException) -> bool:
    """Whether a name did not resolve, or nobody listened on its port."""
    return any(isinstance(cause, (socket.gaierror, ConnectionRefusedError)) for cause in causes(error))


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it was made of: each library has its own way to keep that."""
    seen: dict[int, BaseException] = {}
    left: list[BaseException] = [error]
    while left:
        one = left.pop(0)
        if id(one) in seen:
            continue
        seen[id(one)] = one
        yield one
        kept = (one.__cause__, one.__context__, *one.args, *(getattr(one, name, None) for name in _KEPT_AS))
        left.extend(value for value in kept if isinstance(value, BaseException))


# Errors of http.client, urllib3 and Python.
_QUOTING = frozenset(("BadStatusLine", "InvalidChunkLength", "UnknownProtocol", "ValueError"))
# By urllib3 and by azure-core.
_KEPT_AS = ("reason", "inner_exception")


def _whom(base: str, proxies: Any) -> str:
    """Who has not answered: where there is a proxy, it may be that."""
    from requests.utils import select_proxy

    return f"{base}, through the proxy of the environment," if select_proxy(base, proxies) else base


def _too_long(error: Exception, base: str, connect: float, seconds: float, proxies: Any) -> tuple[str, float] | None:
    """What took too long, and the time that was over, if any was."""
    made_of = list(causes(error))
    whom = _whom(base, proxies)
    if any(isinstance(cause, Overdue) for cause in made_of):
        name = "the host name was not resolved within "
        if whom != base:
            name = "the name of the proxy of the environment was not resolved within "
        return f"{base}: {name}{round(connect, 3):g} s", connect
    if any("ConnectTimeout" in type(cause).__name__ for cause in made_of):
        return f"{whom} took no connection within {round(connect, 3):g} s", connect
    if "Timeout" in type(error).__name__ or "timed out" in str(error):
        return f"{whom} did not answer within {round(seconds, 3):g} s", seconds
    return None


def _why(error: Exception, base: str) -> str:
    """One sentence for what `requests` and `urllib3` say in nested representations."""
    text = str(error)
    name = type(error).__name__
    made_of = list(causes(error))
    inner = _innermost(error)
    unresolved = any(isinstance(cause, socket.gaierror) for cause in made_of)
    for applies, sentence in (
        # First, and without the library's words: they quote the beginning of a password that holds a / or #.
        (is_about_proxy(made_of, base), _NO_PROXY),
        ("ProxyError" in name, f"the proxy of the environment did not answer ({inner})"),
        (unresolved, "the host name does not resolve; check account_endpoint"),
        ("refused" in text, "the connection was refused"),
        (
            "NO_CERTIFICATE_OR_CRL_FOUND" in text or "NO_START_LINE" in text,
            f"{_BUNDLE} holds no certificate",
        ),
        ("suitable TLS CA certificate bundle" in text, f"{_BUNDLE} is not there"),
        (
            "CERTIFICATE_VERIFY_FAILED" in text,
            f"its TLS certificate was not accepted ({inner}); ca_path names a private CA",
        ),
        ("SSLError" in text or "SSLError" in name, f"it does not speak TLS as expected ({inner})"),
    ):
        if applies:
            return f"{base}: {sentence}"
    return f"{base}: the connection broke ({inner})"


def is_about_proxy(made_of: list[BaseException], base: str) -> bool:
    """Whether the URL of a proxy cannot be used: `base`, which was asked through it, was checked before."""
    kinds = {type(cause).__name__ for cause in made_of}
    if kinds & {"InvalidProxyURL", "InvalidSchema", "ProxySchemeUnknown"}:
        return True
    # Of all headers only the one with its password may hold other letters; the error quotes them.
    if any(isinstance(cause, UnicodeEncodeError) and cause.encoding == "latin-1" for cause in made_of):
        return True
    return bool(kinds & {"InvalidURL", "LocationParseError"}) and base.partition("://")[2] not in str(made_of[0])


def _innermost(error: BaseException) -> str:
    """The last cause's own words: the outer ones repeat it with the addresses of objects."""
    while True:
        inner = next((value for value in reversed(error.args) if isinstance(value, BaseException)), None)
        inner = inner or getattr(error, "reason", None)
        if not isinstance(inner, BaseException):
            break
        error = inner
    # They quote what came in place of an answer, which may be the middle of another one, with whatever that holds.
    return "what came back is no HTTP" if type(error).__name__ in _QUOTING else mask_words(str(error))
