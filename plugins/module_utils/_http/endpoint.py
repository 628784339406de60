# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account's endpoint: checked before any request, because credentials are sent to it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, OptionError


class Cloud(NamedTuple):
    """Where an Azure cloud logs in. The scope has two slashes: the Batch audience itself ends in one."""

    name: str
    suffix: str
    scope: str
    authority: str


CLOUDS = (
    Cloud("AzureCloud", ".batch.azure.com", "https://batch.core.windows.net//.default", "login.microsoftonline.com"),
    Cloud(
        "AzureUSGovernment",
        ".batch.usgovcloudapi.net",
        "https://batch.core.usgovcloudapi.net//.default",
        "login.microsoftonline.us",
    ),
    Cloud(
        "AzureChinaCloud",
        ".batch.chinacloudapi.cn",
        "https://batch.chinacloudapi.cn//.default",
        "login.chinacloudapi.cn",
    ),
)

_ENDPOINT_FORM = "give a host such as account.region.batch.azure.com or https://account.region.batch.azure.com"
_API_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[0-9]+\.[0-9]+)?")
LONGEST_ACCOUNT = 64
_ACCOUNT = re.compile(rf"[A-Za-z0-9-]{{1,{LONGEST_ACCOUNT}}}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


class Endpoint(NamedTuple):
    """`base` is scheme, host and port: the only place a credential may go to."""

    base: str
    account: str
    api_version: str
    cloud: Cloud

    def url(self, *segments: str) -> str:
        return "/".join((self.base, *map(quoted, segments)))


def quoted(text: str) -> str:
    """A text in a URL. An option was checked before; an id of an answer may hold half a character."""
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        raise AnswerError(f"{text!a}, which the service named, holds a character that no URL can") from error


def parse_endpoint(params: Mapping[str, Any]) -> Endpoint:
    given = params["account_endpoint"]
    if not given:
        raise OptionError("account_endpoint", f"is missing; {_ENDPOINT_FORM}, or set AZURE_BATCH_ENDPOINT")
    base = _base("account_endpoint", given, _ENDPOINT_FORM)
    version = params["api_version"] or ""
    if not _API_VERSION.fullmatch(version):
        raise OptionError(
            "api_version",
            f"{version!r} is not an api-version of the Batch service; give one such as 2025-06-01 or 2024-07-01.20.0",
        )
    host = urlsplit(base).hostname or ""
    account = params["account_name"] or ("" if _is_address(host) else host.split(".", 1)[0])
    if account and not _ACCOUNT.fullmatch(account):
        # Not repeated where it is too long for a name: it may be the key.
        given = repr(account) if len(account) <= LONGEST_ACCOUNT else f"a text of {len(account)} characters"
        raise OptionError(
            "account_name", f"{given} is not the name of a Batch account; give its letters and digits only"
        )
    cloud = _cloud(params["cloud_environment"], host)
    # Another scope than the cloud's is for a cloud that is not known here.
    return Endpoint(base, account, version, cloud._replace(scope=params.get("token_scope") or cloud.scope))


def parse_authority(given: str) -> str:
    """The host to sign in at, as a URL. Secrets are sent there, so it is checked like the endpoint."""
    return _base("authority_host", given, "give a host such as login.microsoftonline.com")


def _base(option: str, given: str, form: str) -> str:
    """Scheme, host and port of what the user gave; never repeats what may be a password."""
    if "@" in given:
        raise OptionError(option, f"holds credentials before an '@'; they have options of their own, {form}")
    scheme, separator, rest = given.partition("://")
    if not separator:
        scheme, rest = "https", given
    scheme = scheme.lower()
    if scheme not in ("http", "https"):
        raise OptionError(option, f"the scheme {scheme!r} is not https; {form}")
    rest = rest.removesuffix("/")
    if any(mark in rest for mark in "/?#\\"):
        raise OptionError(option, f"holds a path or a query; {form}")
    return f"{scheme}://{_checked_host(option, scheme, rest, form)}"


def _checked_host(option: str, scheme: str, rest: str, form: str) -> str:
    host, port = rest.lower(), ""
    match = re.fullmatch(r"(.*):([0-9]{1,5})", rest)
    if match:
        host, port = match.group(1).lower(), match.group(2)
    if (
        not _HOST.fullmatch(host)
        or (host.startswith("[") and not _is_ipv6(host[1:-1]))
        or (port and not 0 < int(port) < 65536)
    ):
        raise OptionError(option, f"{rest!r} is not a host name, with or without a port; {form}")
    if scheme == "http" and not is_loopback(host.strip("[]")):
        raise OptionError(option, f"plain http is only for a loopback address, not for {host}; {form}")
    default = {"http": "80", "https": "443"}[scheme]
    return host + (f":{port}" if port and port != default else "")


def _cloud(name: str | None, host: str) -> Cloud:
    if name:
        for cloud in CLOUDS:
            if cloud.name.lower() == name.lower():
                return cloud
        raise OptionError(
            "cloud_environment", f"{name!r} is not known; give one of {', '.join(cloud.name for cloud in CLOUDS)}"
        )
    for cloud in CLOUDS:
        if host.endswith(cloud.suffix):
            return cloud
    return CLOUDS[0]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and host != "localhost" and ipaddress.ip_address(host).is_loopback)
