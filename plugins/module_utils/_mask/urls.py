# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `strict` shows of a URL: neither a user's password nor the values of its query."""

from __future__ import annotations

import re

from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK, mask_text

_NAME = re.compile(r"[\w.+-]{1,64}")
_URL = re.compile(r"""(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s"'<>]+""")
# Of a shared access signature what an operator has to compare, if it looks as the service writes it.
_READABLE = {
    "sv": re.compile(r"\d{4}-\d\d-\d\d"),
    "sp": re.compile(r"[a-z]{1,16}"),
    "se": re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d(?::|%3[Aa])\d\d(?:(?::|%3[Aa])\d\d)?(?:\.\d{1,7})?Z)?"),
}


def mask_url(url: str) -> str:
    """Without the user and without the values of the query; their names stay."""
    address, mark, query = re.split(r"([?#])", url, maxsplit=1) if re.search(r"[?#]", url) else (url, "", "")
    masked = mask_text(_without_user(address))
    if not query:
        return masked + mark
    return masked + mark + (_query(query) if mark == "?" else MASK)


def mask_urls(text: str) -> str:
    """A text in which the URLs are shown as those in a place of their own."""
    return _URL.sub(lambda match: mask_url(match[0]), text)


def _without_user(address: str) -> str:
    scheme, mark, rest = address.rpartition("//") if address.startswith("//") else address.partition("//")
    host = rest.partition("/")[0]
    port = host.rpartition("]")[2].partition(":")[2]
    password = "" if port.isdigit() else port
    if "@" in host or (password and "@" in rest):
        return f"{scheme}{mark}{MASK}{rest[rest.rindex('@') :]}"
    # A password with a ? or # in it: its user stands where the host would.
    return f"{scheme}{mark}{MASK}{rest[len(host) :]}" if password else address


def _query(query: str) -> str:
    parameters = [parameter.partition("=") for parameter in query.split("&")]
    signed = any(name.lower() == "sig" for name, _is, _value in parameters)
    return "&".join(_parameter(*parameter, signed) for parameter in parameters)


def _parameter(name: str, equals: str, value: str, signed: bool) -> str:
    if not equals:
        return MASK if name else ""
    known = _READABLE.get(name.lower()) if signed else None
    if not value or (known and known.fullmatch(value)):
        return f"{name}={value}"
    return f"{name if _NAME.fullmatch(name) else MASK}={MASK}"
