# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token that somebody kept until it had expired. How it is refused tells nothing unless it really has."""

from __future__ import annotations

import base64
import json
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError

_OPTION = "--expired-token"


def expired_token_of(text: str, now: float) -> ReadyToken:
    """What signs with it. Raises OptionError, without the token, where it says nothing of its end or has not come to it."""
    try:
        claims: Any = json.loads(base64.urlsafe_b64decode(text.strip().split(".")[1] + "=="))
        expires = float(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        # Not chained: a message of theirs may repeat the token.
        raise OptionError(_OPTION, "holds no token of Entra ID, which says when it expires") from None
    if expires >= now:
        raise OptionError(_OPTION, f"the token is good for {expires - now:.0f} more seconds; keep it until then")
    return ReadyToken(text)
