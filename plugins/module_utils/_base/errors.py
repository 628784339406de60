# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one family of errors. Raised where the fact is known, printed in one place (_run.py).

Nobody outside this collection should import it.
"""

from __future__ import annotations

from typing import Any


def failure_with(code: str, message: str) -> dict[str, Any]:
    """The `failure` of a result where it is not the service that said no, with the same keys."""
    nothing = dict.fromkeys(("status", "request_id", "client_request_id", "url"))
    return {**nothing, "code": code, "message": message, "values": []}


class BatchError(Exception):
    """Anything that keeps a module from answering. Its text is one sentence for the operator."""

    # What a task can ask for; a subclass inherits it. Those of the service are its own.
    code = "Failed"
    # Whether the same read may well succeed a little later. A wait survives that; one read sends a request again for some of them only.
    transient = False
    # Seconds after which it was given up; None where something else went wrong.
    allowed: float | None = None
    # Whether only the deadline of a wait ended it: nothing is known to be wrong then. `before` is what went wrong before that.
    cut_off = False
    before: BatchError | None = None
    # Whether nobody was there: no such host, or no one who listens on it.
    absent = False
    # How long the other side asked to be left alone, as it says in Retry-After.
    retry_after: str | None = None

    def adds(self, words: str) -> None:
        """Puts words behind the sentence."""
        self.args = (f"{self}{words}",)

    def as_failure(self) -> dict[str, Any]:
        """The facts of this error, always with the same keys."""
        return failure_with(self.code, str(self))

    def as_result(self) -> dict[str, Any]:
        """What a module prints of this error."""
        # Only for those who need it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._base.printable import shown

        return shown({"msg": str(self), "failure": self.as_failure()})


class OptionError(BatchError):
    """An option that cannot be meant as given. Raised before any request is sent."""

    code = "InvalidOption"

    def __init__(self, option: str, sentence: str) -> None:
        super().__init__(f"{option}: {sentence}")
        self.option = option


class LibraryError(BatchError):
    """A Python library that this call needs is not installed on the host that runs the module."""

    code = "LibraryMissing"

    def __init__(self, library: str, why: str, python: str) -> None:
        super().__init__(
            f"The Python library {library} is needed {why}, but {python} cannot import it. Install it with: {python} -m pip install {library}"
        )


class LoginError(BatchError):
    """No token was obtained. The text keeps the identity provider's error code.

    Transient where nobody refused: that is tried again like a request, and a wait survives it.
    """

    code = "SignInFailed"


class TransportError(BatchError):
    """No usable answer arrived: refused, reset, timed out, cut off."""

    code = "ConnectionFailed"
    transient = True


class AnswerError(BatchError):
    """An answer arrived that the Batch service would not give: HTML, no JSON, an empty body, a repeated page."""

    code = "InvalidAnswer"
    transient = True


class ForeignLinkError(BatchError):
    """The service pointed to another host. A credential never goes there, and trying again does not help."""

    code = "ForeignLink"


class ServiceError(BatchError):
    """The service said no. Carries the facts of its error body, with codes such as JobNotFound.

    `about` is the object that it does not have, in words: the service says only what kind of thing it is.
    """

    RETRIED = frozenset((408, 429, 500, 502, 503, 504))
    # All requests shall slow down.
    BUSY = frozenset((429, 503))

    def __init__(self, failure: dict[str, Any], about: str | None = None) -> None:
        super().__init__(_sentence(failure, f"{about}: " if about else ""))
        self.failure = failure
        # Empty where something else answered in its place, such as a gateway.
        self.code = failure["code"] or ""
        # Whether the credential was renewed since, so that asking once more makes sense.
        self.renewed = False
        self.transient = failure["status"] in self.RETRIED

    @property
    def status(self) -> int:
        return int(self.failure["status"])

    def explain(self, hint: str) -> None:
        """Puts what is known here before the words of the service, which may be long."""
        self.args = (_sentence(self.failure, f"{hint}. The service says: "),)

    def as_failure(self) -> dict[str, Any]:
        return {**self.failure, "code": self.code or AnswerError.code}


def _sentence(failure: dict[str, Any], before: str) -> str:
    """`before` stands in front of the words of the service."""
    text = f"{failure['code'] or 'HTTP error'} ({failure['status']}): {before}{failure['message']}"
    details = "; ".join(f"{value['key']}: {value['value']}" for value in failure["values"])
    parts = [text, details, f"request id {failure['request_id']}" if failure["request_id"] else "", failure["url"]]
    return " - ".join(part for part in parts if part)
