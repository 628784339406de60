# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says in a sentence how a connection broke, and whether the next one may do better."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._errors import TransportError
from ansible_collections.batchops.azure.plugins.module_utils._redact import mask_text


def transport_error(error: Exception, base: str, connect: float, seconds: float) -> TransportError:
    """`connect` and `seconds` are what there was for connecting, and for all of it."""
    problem = TransportError(_why(error, base, connect, seconds))
    # A certificate that is not accepted now, a file of them that cannot be read, or a service without TLS is no better in a second.
    lasting = "CERTIFICATE_VERIFY_FAILED", "CA certificate", "X509", "WRONG_VERSION_NUMBER"
    problem.transient = not any(word in str(error) for word in lasting)
    return problem


def _why(error: Exception, base: str, connect: float, seconds: float) -> str:
    """One sentence for what `requests` and `urllib3` say in nested representations."""
    text = str(error)
    name = type(error).__name__
    if "ConnectTimeout" in name:
        return f"{base} took no connection within {connect:g} s"
    if "Timeout" in name or "timed out" in text:
        return f"{base} did not answer within {seconds:g} s"
    inner = _innermost(error)
    for words, sentence in (
        (("ProxyError",), f"the proxy of the environment did not answer ({inner})"),
        (
            ("NameResolution", "getaddrinfo", "Name or service not known"),
            "the host name does not resolve; check account_endpoint",
        ),
        (("refused",), "the connection was refused"),
        (
            ("NO_CERTIFICATE_OR_CRL_FOUND", "NO_START_LINE"),
            "the bundle of authorities that REQUESTS_CA_BUNDLE names holds no certificate",
        ),
        (
            ("CERTIFICATE_VERIFY_FAILED",),
            f"its TLS certificate was not accepted ({inner}); ca_path names a private CA",
        ),
        (("SSLError",), f"it does not speak TLS as expected ({inner})"),
    ):
        if any(word in text or word in name for word in words):
            return f"{base}: {sentence}"
    return f"{base}: the connection broke ({inner})"


def _innermost(error: BaseException) -> str:
    """The last cause's own words: the outer ones repeat it with the addresses of objects."""
    while True:
        inner = next((value for value in reversed(error.args) if isinstance(value, BaseException)), None)
        inner = inner or getattr(error, "reason", None)
        if not isinstance(inner, BaseException):
            return mask_text(str(error))
        error = inner
