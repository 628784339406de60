# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one family of errors. Raised where the fact is known, printed in one place (_run.py).

Nobody outside this collection should import it.
"""

from __future__ import annotations

from typing import Any


class BatchError(Exception):
    """Anything that keeps a module from answering. Its text is one sentence for the operator."""

    # Whether the same request may well succeed a little later.
    transient = False

    def as_result(self) -> dict[str, Any]:
        """What a module prints of this error."""
        # Only for those who need it: what a module pulls in is compiled at every task.
        from ansible_collections.batchops.azure.plugins.module_utils._printable import on_one_line

        return {"msg": on_one_line(str(self))}


class OptionError(BatchError):
    """An option that cannot be meant as given. Raised before any request is sent."""

    def __init__(self, option: str, sentence: str) -> None:
        super().__init__(f"{option}: {sentence}")
        self.option = option


class LibraryError(BatchError):
    """A Python library that this call needs is not installed on the host that runs the module."""

    def __init__(self, library: str, why: str, python: str) -> None:
        super().__init__(
            f"The Python library {library} is needed {why}, but {python} cannot import it. Install it with: {python} -m pip install {library}"
        )


class LoginError(BatchError):
    """No token was obtained. The text keeps the identity provider's error code.

    Transient where nobody refused: a wait survives that, a single read does not wait for it.
    """


class TransportError(BatchError):
    """No usable answer arrived: refused, reset, timed out, cut off."""

    transient = True


class AnswerError(BatchError):
    """An answer arrived that the Batch service would not give: HTML, no JSON, an empty body, a repeated page."""

    transient = True


class ForeignLinkError(BatchError):
    """The service pointed to another host. A credential never goes there, and trying again does not help."""


class ServiceError(BatchError):
    """The service said no. Carries the facts of its error body; see WIRE codes such as JobNotFound."""

    RETRIED = frozenset((408, 429, 500, 502, 503, 504))

    def __init__(self, failure: dict[str, Any]) -> None:
        super().__init__(_sentence(failure))
        self.failure = failure
        self.retry_after: str | None = None
        # Whether the credential was renewed since, so that asking once more makes sense.
        self.renewed = False
        self.transient = failure["status"] in self.RETRIED

    @property
    def code(self) -> str:
        return self.failure["code"] or ""

    @property
    def status(self) -> int:
        return int(self.failure["status"])

    def as_result(self) -> dict[str, Any]:
        return {**super().as_result(), "failure": self.failure}


def _sentence(failure: dict[str, Any]) -> str:
    text = f"{failure['code'] or 'HTTP error'} ({failure['status']}): {failure['message']}"
    details = "; ".join(f"{value['key']}: {value['value']}" for value in failure["values"])
    parts = [text, details, f"request id {failure['request_id']}" if failure["request_id"] else "", failure["url"]]
    return " - ".join(part for part in parts if part)
