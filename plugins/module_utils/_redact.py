# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks what must not be seen: the service returns signatures, passwords and environment values in its bodies."""

from __future__ import annotations

import re

MASK = "REDACTED"

# Properties whose whole value is a secret, in any object of any api-version.
SECRET_PROPERTIES = frozenset(
    "accountKey containerRegistryPassword password protectedSettings sasKey sasToken sshPrivateKey".split()
)

_SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)?($|_)|pwd|secret|token|credential|api_?key|access_?key|account_?key|private_?key|shared_?key"
    r"|(^|_)(key|sas|auth|pat|dsn)($|_)|connection_?string|signature",
    re.IGNORECASE,
)

# A cheap look before the expensive one: most strings of a large answer hold none of these.
_HINT = re.compile(r"sig|key|pass|pwd|secret|token|bearer|eyj|://[^/\s]*@", re.IGNORECASE)

_SECRETS_IN_TEXT = (
    # A shared access signature, in a URL or percent-encoded inside another one.
    re.compile(r"(?P<keep>\bsig(?:=|%3D))[^&\s\"'<>;,]+", re.IGNORECASE),
    # Connection strings and assignments on command lines.
    re.compile(
        r"(?P<keep>[\w-]*(?:accountkey|account[_-]key|access[_-]?key|api[_-]?key|accesskey|sharedaccesskey|sharedaccesssignature"
        r"|password|passwd|passphrase|pwd|secret|token|sas)[\w-]*\s*[=:]\s*)(?P<quote>[\"']?)[^\s\"'&;]+",
        re.IGNORECASE,
    ),
    # The same as an option with its value behind a blank.
    re.compile(
        r"(?P<keep>--?(?:[\w-]*(?:password|passwd|secret|token|api-key|access-key|account-key|sas|pwd)) +)[\"']?[^\s\"'-][^\s\"']*",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>\b(?:Bearer|SharedKey) )[A-Za-z0-9._~+/:=-]{8,}", re.IGNORECASE),
    # A JSON web token wherever it stands.
    re.compile(r"(?P<keep>)\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?"),
    # Credentials before the host of a URL.
    re.compile(r"(?P<keep>://)[^/\s@\"']+(?=@)"),
)


def mask_text(text: str) -> str:
    """The text without the secrets that can be told by their looks."""
    if not _HINT.search(text):
        return text
    for pattern in _SECRETS_IN_TEXT:
        text = pattern.sub(lambda match: match.group("keep") + MASK, text)
    return text


def is_secret_name(name: str) -> bool:
    """Whether an environment variable of that name holds a credential, as far as its name tells."""
    return _SECRET_NAME.search(name) is not None
