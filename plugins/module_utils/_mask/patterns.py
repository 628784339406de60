# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be told to be a secret by its looks. Loaded when a text first may hold one.

Everything here takes time in proportion to the text, whatever it is made of; a test doubles hostile text for each pattern.
So a pattern begins at something that cannot lie inside of what another try has gone over, or each repetition is bounded.
"""

from __future__ import annotations

import re

from ansible_collections.batchops.azure.plugins.module_utils._mask.commands import NAMES, mask_commands
from ansible_collections.batchops.azure.plugins.module_utils._mask.names import is_secret_name

# Quoted, also in JSON inside of JSON, or up to what ends a value in a URL, a connection string or on a command line.
_VALUE = r"""\\*(?:\{[^}\n"']{1,200}\}|"[^"]*"?|'[^']*'?|[^\s"'&;,]+)+"""

SIGNATURE = re.compile(
    r"""(?P<keep>(?:(?<![A-Za-z])|(?<=%[0-9A-F]{2})|(?<=%25[0-9A-F]{2}))sig(?:=|%(?:25){0,3}3D))(?:%(?!(?:25){0,3}26)[0-9A-F]{2}|[^&\s"'<>;,\\%])+""",
    re.IGNORECASE,
)
# A name and what comes before its value. One try for each word: it goes over the word once, and back.
_NAMED = re.compile(
    r"""(?<![\w.-])(?:(?P<option>--?)(?P<optional>\w[\w.-]*)\s{1,9}(?!-)"""
    r"""|(?P<name>[\w.-]+)(?P<quote>\\{0,8}["']?)\]?\s{0,3}(?P<is>:=|=>|==?|:|%3D)\s{0,3})(?=[^\s&;,])""",
    re.IGNORECASE,
)
_VALUE_ALONE = re.compile(_VALUE)
# Too common before a colon, in prose and in the service's own words.
_WEAK = frozenset(("key", "auth", "pat", "bearer", "pass"))
_ELEMENT = re.compile(r"<(?P<name>[A-Za-z_][\w:.-]*)(?:\s[^<>]{0,200})?>(?P<value>[^<]+)")
_PEM_END = re.compile(r"-----END (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----")
_PEM_LINE = re.compile(r"[A-Za-z0-9+/=]{1,76}\r?")

# The words before each pattern are what it cannot match without, in lower case. To look for them costs a tenth of the pattern.
_COOKIE = re.compile(r"""(?P<keep>\bCookie["']?\s?[:=]\s?["']?)[^\r\n"']*[^\s"']""", re.IGNORECASE)
PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    # A shared access signature, plain or percent-encoded inside another URL; it ends at the next parameter.
    (("sig",), SIGNATURE),
    (
        ("authorization",),
        re.compile(
            r"""(?P<keep>Authorization\\{0,8}["']?\s?[:=]\s?\\{0,8}["']?(?:Digest|AWS4-HMAC-SHA256|Negotiate|NTLM)\s)[^\r\n"']+""",
            re.IGNORECASE,
        ),
    ),
    (
        ("authorization",),
        re.compile(
            r"""(?P<keep>Authorization\\{0,8}["']?\s?[:=]\s?\\{0,8}["']?(?:Bearer|SharedKey|SharedKeyLite|Basic|Token|ApiKey)\s)[^\s"'\\]+""",
            re.IGNORECASE,
        ),
    ),
    (("sharedkey",), re.compile(r"(?P<keep>\bSharedKey(?:Lite)? )[\w-]{1,64}:[\w+/=]+")),
    (("bearer",), re.compile(r"(?P<keep>\bBearer )(?=[\w.~+/=-]{0,40}\d)[\w.~+/=-]{12,}", re.IGNORECASE)),
    (
        ("convertto-securestring",),
        re.compile(rf"(?P<keep>ConvertTo-SecureString\s{{1,9}})(?!-){_VALUE}", re.IGNORECASE),
    ),
    # The key of a function.
    (("code=",), re.compile(r"""(?P<keep>[?&]code=)[^\s"'&<>]+""", re.IGNORECASE)),
    (("cookie",), _COOKIE),
    # A JSON web token wherever it stands.
    (("eyj",), re.compile(r"(?P<keep>)(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?")),
    # Keys of storage accounts and of Batch accounts, and what those who hand out tokens let them begin with.
    (("==",), re.compile(r"(?P<keep>)(?<![\w+/=-])[A-Za-z0-9+/]{86}==")),
    (
        tuple("ghp_ gho_ ghs_ ghu_ ghr_ _pat_ glpat- xox akia aiza npm_ hf_ sk-".split()),
        re.compile(
            r"(?P<keep>)(?<![\w-])(?:gh[pousr]_[A-Za-z0-9]{20,}|(?:github|dckr)_pat_\w{16,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}"
            r"|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|(?:npm|hf)_[A-Za-z0-9]{30,}|sk-(?=[\w-]{0,40}\d)[\w-]{20,})"
        ),
    ),
    # A client secret of Entra ID.
    (("q~",), re.compile(r"(?P<keep>)(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])")),
    # A private key over several lines.
    (
        ("private key-----",),
        re.compile(r"(?P<keep>-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----\s?)(?!\s?REDACTED)(?:(?!-----)[\s\S])+"),
    ),
    # Credentials before the host of a URL; also where the password holds what should have been encoded.
    (
        ("@",),
        re.compile(
            r"""(?P<keep>://)(?:[^/\s"'<>@:]{1,100}:(?!\d{1,5}[/?#])[^\s"'<>@]{1,200}(?=@)|[^/\s"'<>@]+)(?:@[^/\s"'<>@]+)*(?=@)"""
        ),
    ),
)
_NAME_WORDS = tuple("pass pwd pw secret token key sas sig auth pat dsn conn cred jwt cookie pfx webhook pswd".split())


def mask_known(text: str, small: str, mask: str) -> str:
    """The text without the secrets that can be told by their looks; `small` is the same in lower case."""
    for words, pattern in PATTERNS:
        if any(word in small for word in words):
            text = pattern.sub(lambda match: match.group("keep") + mask, text)
    if "private key-----" in small:
        text = _mask_end_of_keys(text, mask)
    if any(name in small for name in NAMES):
        text = mask_commands(text, mask)
    if any(word in small for word in _NAME_WORDS):
        text = _mask_named(text, mask)
        if "<" in text:
            text = _ELEMENT.sub(lambda match: _masked_element(match, mask), text)
    if "cookie" in small:
        # Once more: of an empty value in quotes only that was masked, and more stood behind it.
        text = _COOKIE.sub(lambda match: match.group("keep") + mask, text)
    return text


def _mask_named(text: str, mask: str) -> str:
    """Assignments, connection strings, JSON, headers, options: whatever has a name that tells."""
    pieces: list[str] = []
    kept_from = position = 0
    while True:
        found = _NAMED.search(text, position)
        if found is None:
            return "".join((*pieces, text[kept_from:]))
        position = found.end()
        # What another pattern has masked has its end already.
        value = _VALUE_ALONE.match(text, position) if _tells(found) and not text.startswith(mask, position) else None
        if value:
            pieces += (text[kept_from:position], mask)
            kept_from = position = value.end()


def _tells(found: re.Match[str]) -> bool:
    if found["option"]:
        return is_secret_name(found["optional"]) and found["optional"].lower() not in ("auth", "cookie")
    name = found["name"].lstrip("-.")
    if found["is"] == ":" and name.lower() in _WEAK and not (name.lower() == "pass" and not found[0][-1:].isspace()):
        return False
    return is_secret_name(name)


def _masked_element(match: re.Match[str], mask: str) -> str:
    if not is_secret_name(match["name"]) or not match["value"].strip():
        return match[0]
    return match[0][: -len(match["value"])] + mask


def _mask_end_of_keys(text: str, mask: str) -> str:
    """What is left of a private key whose beginning was cut off: the lines before its end, each gone over once."""
    pieces: list[str] = []
    kept_from = 0
    for end in _PEM_END.finditer(text):
        start = end.start()
        while start > kept_from:
            line = max(text.rfind("\n", kept_from, start - 1) + 1, kept_from)
            if text[start - 1] != "\n" or not _PEM_LINE.fullmatch(text, line, start - 1):
                break
            start = line
        if start < end.start():
            pieces += (text[kept_from:start], mask)
            kept_from = end.start()
    return "".join((*pieces, text[kept_from:]))
