# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks what must not be seen: the service returns signatures, passwords and environment values in its bodies."""

from __future__ import annotations

import re
from functools import cache

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

_WORD = r"(?:pass(?:word|wd|phrase)|pwd|secret|token|(?:api|access|account|shared|private|storage)[_-]?key|sharedaccesssignature|sas)"
# Quoted, also in JSON inside of JSON, or up to what ends a value in a URL, a connection string or on a command line.
_VALUE = r"""\\*(?:"[^"]*"?|'[^']*'?|[^\s"'&;,]+)+"""
# A user's name and the password behind it, in quotes or up to a blank.
_USER = r"""[\s=]{0,3}(?P<quote>["'])?[^\s:"']{1,100}:)(?(quote)(?:(?!(?P=quote))[^\n])+|[^\s"']+)"""

# Every repetition is bounded or cannot overlap with what follows it: command lines of 32 KB are masked in one go.
# The words before each pattern are what it cannot match without, in lower case. To look for them costs a tenth of the pattern,
# and most strings of a large answer hold none.
_SIGNATURE = re.compile(
    r"""(?P<keep>(?:(?<![A-Za-z])|(?<=%[0-9A-F]{2})|(?<=%25[0-9A-F]{2}))sig(?:=|%(?:25){0,3}3D))(?:%(?!(?:25){0,3}26)[0-9A-F]{2}|[^&\s"'<>;,\\%])+""",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans("\u017f\u0131\u0130", "sii")
_WORDS = ("key", "pass", "pwd", "secret", "token", "sas", "sig")


@cache
def _secrets_in_text() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Words without which a pattern cannot match, and the pattern. Made when a text first may hold a secret: it takes milliseconds."""
    return (
        # A shared access signature, plain or percent-encoded inside another URL; it ends at the next parameter.
        (("sig",), _SIGNATURE),
        # Connection strings, assignments, JSON.
        (
            _WORDS,
            re.compile(rf"""(?P<keep>{_WORD}[\w-]{{0,20}}\\*["']?\s{{0,3}}[=:]\s{{0,3}}){_VALUE}""", re.IGNORECASE),
        ),
        (("key",), re.compile(rf"""(?P<keep>(?<![A-Za-z])key\s?=\s?){_VALUE}""", re.IGNORECASE)),
        # An option with its value behind a blank.
        (
            _WORDS,
            re.compile(
                rf"""(?P<keep>(?<![\w-])--?[\w-]{{0,40}}?(?:{_WORD}[\w-]{{0,20}}|key)\s{{1,9}})(?!-){_VALUE}""",
                re.IGNORECASE,
            ),
        ),
        (
            ("authorization",),
            re.compile(
                r"""(?P<keep>Authorization["']?\s?[:=]\s?["']?(?:Bearer|SharedKey|Basic)\s)[^\s"']+""", re.IGNORECASE
            ),
        ),
        (("sharedkey",), re.compile(r"(?P<keep>\bSharedKey )[\w-]+:[\w+/=]+")),
        (("bearer",), re.compile(r"(?P<keep>\bBearer )(?=[\w.~+/=-]{0,40}\d)[\w.~+/=-]{12,}", re.IGNORECASE)),
        # A password behind a user's name, or right behind an option of one letter.
        (("curl",), re.compile(rf"(?P<keep>\bcurl\b[^\n|]{{0,400}}?\s(?:-u|--user){_USER}")),
        (("curl",), re.compile(rf"(?P<keep>--proxy-user{_USER}")),
        (("mysql",), re.compile(rf"(?P<keep>\bmysql\w{{0,20}}\s(?:[^\n|;&]{{0,400}}?\s)?-p){_VALUE}")),
        (("sshpass",), re.compile(rf"(?P<keep>\bsshpass\s{{1,9}}-p\s{{0,9}}){_VALUE}")),
        (("cookie",), re.compile(r"""(?P<keep>\bCookie["']?\s?[:=]\s?["']?)[^\r\n"']+""", re.IGNORECASE)),
        # A JSON web token wherever it stands.
        (("eyj",), re.compile(r"(?P<keep>)(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?")),
        # A private key over several lines, and what is left of one whose beginning was cut off.
        (
            ("private key-----",),
            re.compile(
                r"(?P<keep>-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----\s?)(?!REDACTED)(?:(?!-----)[\s\S])+"
            ),
        ),
        (
            ("private key-----",),
            re.compile(
                r"(?P<keep>)^(?:[A-Za-z0-9+/=]{1,76}\r?\n)+(?=-----END (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----)",
                re.MULTILINE,
            ),
        ),
        # Credentials before the host of a URL.
        (("@",), re.compile(r"""(?P<keep>://)[^/\s"'<>@]+(?:@[^/\s"'<>@]+)*(?=@)""")),
    )


def mask_text(text: str) -> str:
    """The text without the secrets that can be told by their looks."""
    small = _small(text)
    # One step a word, because every string of an answer comes through here.
    if not (
        "key" in small
        or "sig" in small
        or "sas" in small
        or "token" in small
        or "pass" in small
        or "secret" in small
        or "pwd" in small
        or "@" in small
        or "eyj" in small
        or "bearer" in small
        or "authorization" in small
        or "curl" in small
        or "mysql" in small
        or "cookie" in small
    ):
        return text
    for words, pattern in _secrets_in_text():
        if any(word in small for word in words):
            text = pattern.sub(lambda match: match.group("keep") + MASK, text)
    return text


def _small(text: str) -> str:
    """In lower case, as a pattern sees it that ignores case: it takes three letters of other alphabets for s and i."""
    return text.lower() if text.isascii() else text.translate(_LOOKALIKES).lower()


def has_signature(text: str) -> bool:
    """Whether there is a shared access signature in it."""
    return "sig" in _small(text) and _SIGNATURE.search(text) is not None


def is_secret_name(name: str) -> bool:
    """Whether an environment variable of that name holds a credential, as far as its name tells."""
    return _SECRET_NAME.search(name) is not None
