# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the credential that was sent out of what came back: who answers may repeat it, and neither a token nor a signature need look like one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK

# What is shorter would be found in other words.
_SHORTEST_CREDENTIAL = 8


def without_credential(content: bytes, headers: Any, sent: str) -> tuple[bytes, Any]:
    """Body and headers of an answer, without what was sent in Authorization."""
    # Behind the scheme, and of a Shared Key behind the name of the account.
    credential = sent.partition(" ")[2].rpartition(":")[2]
    if len(credential) < _SHORTEST_CREDENTIAL:
        return content, headers
    # In a URL, such as that of a redirect, it is written otherwise.
    for form in dict.fromkeys((credential, quote(credential, safe=""))):
        content = content.replace(form.encode("latin-1", "replace"), MASK.encode())
        if any(form in value for value in headers.values()):
            headers = type(headers)((name, value.replace(form, MASK)) for name, value in headers.items())
    return content, headers
