# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be known here of a credential that the service refused: read from the token, the clock and the names, unverified."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import CLOUDS, Endpoint
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_text

# Tokens may name the Batch service by its application instead of its address.
_BATCH_APPLICATION = "ddbf3205-c6bd-46ae-8127-60eb93363864"
_TENANT = re.compile(r"""authorization_uri="?https://[^/"\s]+/([0-9A-Za-z.-]{1,255})""")
# The service refuses a signature whose date is further away.
_CLOCK_SECONDS = 15 * 60
# Of a claim, no more is shown: who made the token may have written anything into it.
_LONGEST_CLAIM = 120


def hint_of(endpoint: Endpoint, sent: Mapping[str, str], status: int, received: Mapping[str, str]) -> str:
    """Why who asks was refused, from the headers sent and received; empty where nothing can be known here."""
    scheme, _space, credential = sent.get("Authorization", "").partition(" ")
    if scheme == "SharedKey":
        return _of_key(endpoint, credential.partition(":")[0], received)
    if scheme == "Bearer" and status == 401:
        return _of_token(endpoint, claims_of(credential), received.get("WWW-Authenticate", ""))
    return ""


def claims_of(token: str) -> dict[str, Any]:
    """What a JSON web token says of itself. Nothing where it is none: it may be a token of another form, or junk."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _of_token(endpoint: Endpoint, claims: Mapping[str, Any], challenge: str) -> str:
    now = time.time()
    ended, begins = _seconds(claims.get("exp")), _seconds(claims.get("nbf"))
    if ended is not None and ended <= now:
        return (
            f"the token expired {_span(now - ended)} ago, at {_utc(ended)} by the clock of this machine; get a new one"
        )
    if begins is not None and begins > now + _CLOCK_SECONDS:
        return f"the token is not valid before {_utc(begins)}; check the clock of this machine"
    wanted = endpoint.cloud.scope.removesuffix("/.default")
    audiences = _texts(claims.get("aud"))
    if audiences and not {wanted, _BATCH_APPLICATION} & set(audiences):
        return f"the token is for {', '.join(map(_shown, audiences))}, not for {wanted}; get one for that audience"
    tenant = _TENANT.search(challenge)
    own = _texts(claims.get("tid"))
    if tenant and own and _is_id(tenant[1]) and tenant[1].lower() != own[0].lower():
        return f"the token is of tenant {_shown(own[0])}, and the account of tenant {tenant[1]}; sign in there"
    return ""


def _of_key(endpoint: Endpoint, account: str, headers: Mapping[str, str]) -> str:
    off = _clock_is_off(headers)
    if off:
        return off
    host = urlsplit(endpoint.base).hostname or ""
    name = host.partition(".")[0]
    known = any(host.endswith(cloud.suffix) for cloud in CLOUDS)
    if known and name.lower() != account.lower():
        return f"check account_name, which is {account} where the endpoint is that of {name}, then account_key"
    return f"check account_key and account_name; the key is not one of account {account}, or it has been renewed"


def _clock_is_off(headers: Mapping[str, str]) -> str:
    """A signature that is too old, or not yet valid, is refused like a wrong one."""
    try:
        off = time.time() - parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""
    if abs(off) <= _CLOCK_SECONDS:
        return ""
    return f"check the clock of this machine, which is {_span(abs(off))} {'ahead of' if off > 0 else 'behind'} the service's"


def _seconds(claim: Any) -> float | None:
    """Seconds since 1970, as far as a claim is a time of these centuries."""
    if isinstance(claim, bool) or not isinstance(claim, (int, float)) or not 0 <= claim < 32503680000:
        return None
    return float(claim)


def _texts(claim: Any) -> list[str]:
    return [text for text in (claim if isinstance(claim, list) else [claim]) if isinstance(text, str) and text]


def _is_id(tenant: str) -> bool:
    """Whether it is an id and not a domain or `common`, with which a token's id cannot be compared."""
    return bool(re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", tenant))


def _shown(claim: str) -> str:
    plain = "".join(character if character.isprintable() else "?" for character in claim[:_LONGEST_CLAIM])
    return mask_text(plain)


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _span(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}" + ("s" if count > 1 else "")
    return f"{int(seconds)} s"
