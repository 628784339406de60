# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The query of a request: which parameters an operation takes, and what their values must be."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from ..wire.versions import VERSIONS
from .errors import ServiceError, invalid_value

SKIP_TOKEN = "$skiptoken"
_ALWAYS = frozenset({"api-version", "timeout"})


@dataclass(frozen=True)
class Parameters:
    """The parameters that an operation takes besides api-version and timeout."""

    filter: bool = False
    select: bool = False
    expand: bool = False
    pages: bool = False
    continues: bool = False
    recursive: bool = False
    most: int = 1000

    def names(self) -> frozenset[str]:
        """Return the allowed names in lower case: the service minds no case here, clients have used several."""
        allowed = {
            "$filter": self.filter,
            "$select": self.select,
            "$expand": self.expand,
            "maxresults": self.pages,
            SKIP_TOKEN: self.pages or self.continues,
            "recursive": self.recursive,
        }
        return _ALWAYS | {name for name, taken in allowed.items() if taken}


@dataclass(frozen=True)
class Query:
    """The parameters of one request, checked."""

    version: str
    filter: str | None
    select: str | None
    expand: bool
    page_size: int
    recursive: bool
    token: str | None


def split_query(raw: str) -> list[tuple[str, str]]:
    """Return names and values, decoded, in order. A plus sign is a plus sign: this is no form."""
    pairs = [part.partition("=") for part in raw.split("&") if part]
    return [(unquote(name), unquote(value)) for name, _equals, value in pairs]


def read_version(raw: str) -> str:
    """Return the api-version of a request, which comes before all else."""
    given = {name.lower(): value for name, value in split_query(raw)}
    version = given.get("api-version")
    if not version:
        text = "A query parameter that's mandatory for this request is not specified."
        raise ServiceError(400, "MissingRequiredQueryParameter", text, [("QueryParameterName", "api-version")])
    if version not in VERSIONS:
        text = "The api-version specified in the request URI is not supported."
        raise ServiceError(400, "UnsupportedRequestVersion", text, [("QueryParameterValue", version)])
    return version


def read_query(raw: str, parameters: Parameters) -> Query:
    """Check the parameters of a request. Raises ServiceError with status 400."""
    version = read_version(raw)
    given: dict[str, str] = {}
    for name, value in split_query(raw):
        if name.lower() not in parameters.names():
            text = "One of the query parameters specified in the request URI is not supported."
            values = [("QueryParameterName", name), ("QueryParameterValue", value)]
            raise ServiceError(400, "UnsupportedQueryParameter", text, values)
        if name.lower() in given:
            raise invalid_value(name, value, "The parameter is specified more than once")
        given[name.lower()] = value
    _check_timeout(given.get("timeout"))
    return Query(
        version=version,
        filter=given.get("$filter"),
        select=given.get("$select"),
        expand=_expands(given.get("$expand")),
        page_size=_page_size(given.get("maxresults"), parameters.most),
        recursive=_truth("recursive", given.get("recursive")),
        token=given.get(SKIP_TOKEN),
    )


def _page_size(text: str | None, most: int) -> int:
    if text is None:
        return most
    try:
        size = int(text)
    except ValueError:
        raise invalid_value("maxresults", text, "MaxResults must be a number") from None
    if size < 1:
        raise invalid_value("maxresults", text, "MaxResults cannot be less than 1")
    if size > most:
        raise invalid_value("maxresults", text, f"MaxResults cannot be greater than {most}")
    return size


def _check_timeout(text: str | None) -> None:
    """More than 30 seconds means 30, so only nonsense is refused."""
    if text is not None and not text.isdigit():
        raise invalid_value("timeout", text, "Timeout must be a number of seconds")


def _expands(text: str | None) -> bool:
    if text not in (None, "stats"):
        raise invalid_value("$expand", str(text), "Only stats can be expanded")
    return text == "stats"


def _truth(name: str, text: str | None) -> bool:
    if text is not None and text.lower() not in ("true", "false"):
        raise invalid_value(name, text, "The value must be true or false")
    return (text or "").lower() == "true"
