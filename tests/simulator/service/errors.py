# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors as the service answers them."""

from __future__ import annotations

from collections.abc import Sequence

INVALID_VALUE = "Value for one of the query parameters specified in the request URI is invalid."


class ServiceError(Exception):
    """One error answer: its status, code, message and values."""

    def __init__(
        self,
        status: int,
        code: str,
        text: str,
        values: Sequence[tuple[str, str]] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {text}")
        self.status = status
        self.code = code
        self.text = text
        self.values = list(values)
        self.headers = list(headers)


def invalid_value(name: str, value: str, reason: str) -> ServiceError:
    """Return the answer to a query parameter whose value is wrong."""
    values = [("QueryParameterName", name), ("QueryParameterValue", value), ("Reason", reason)]
    return ServiceError(400, "InvalidQueryParameterValue", INVALID_VALUE, values)


def not_found(kind: str) -> ServiceError:
    """Return the answer for a job, job schedule, task, pool, node or file that is not there."""
    return ServiceError(404, f"{kind.title().replace(' ', '')}NotFound", f"The specified {kind} does not exist.")
