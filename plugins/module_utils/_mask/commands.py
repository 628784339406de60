# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Passwords behind options whose name says nothing: `-p` is a port to one program, and a password to the next.

A text is gone through once, from left to right: programs, what ends a command, and options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_APART, _ATTACHED, _EITHER = r"\s{1,9}", "(?=[^\\s-])", r"\s{0,9}"
# After a user's name.
_USER = r"""[\s=]{0,9}["']?[^\s:"']{1,100}:"""
_PERCENT = r"""[\s=]{0,9}["']?[^\s%"']{1,100}%"""


class _Option(NamedTuple):
    """`gap` is what stands between the option and the password."""

    name: str
    gap: re.Pattern[str]


def _options(names: str, gap: str) -> tuple[_Option, ...]:
    return tuple(_Option(name, re.compile(gap)) for name in names.split())


_SMALL_P, _LARGE_P = _options("-p", _APART), _options("-P", _EITHER)
_LOGIN = (*_SMALL_P, *_options("-p", _ATTACHED))
_PROGRAMS: dict[str, tuple[_Option, ...]] = {
    **dict.fromkeys(("az", "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"), _SMALL_P),
    # Of docker, podman, helm, oras and their like; `docker run -p` publishes a port.
    "login": _LOGIN,
    **dict.fromkeys(("sqlcmd", "bcp", "osql", "isql", "ipmitool", "unzip", "zip"), _LARGE_P),
    **dict.fromkeys(("mosquitto_pub", "mosquitto_sub"), _LARGE_P),
    **dict.fromkeys(
        (
            *("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlsh", "mysqlshow", "mysqlcheck"),
            *("mariadb", "mariadb-dump", "mariadb-admin", "7z", "7za", "7zz"),
        ),
        _options("-p", _ATTACHED),
    ),
    **dict.fromkeys(("sshpass", "psexec", "psexec64", "winexe"), _options("-p", _EITHER)),
    "curl": _options("-u --user --proxy-user -U", _USER),
    "redis-cli": _options("-a", _APART),
    **dict.fromkeys(("ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami"), _options("-w", _APART)),
    "ssh-keygen": _options("-N", _APART),
    **dict.fromkeys(("smbclient", "rpcclient"), _options("-U", _PERCENT)),
    **dict.fromkeys(("xfreerdp", "mstsc"), _options("/p:", "")),
    "convertto-securestring": _options("-String", _APART),
}

NAMES = tuple(_PROGRAMS)
_SCAN = re.compile(
    # A line goes on in the next one where a shell, cmd or PowerShell is told so.
    r"(?P<end>(?<![\\^`])(?<![\\^`]\r)\n|[|;&])"
    + rf"|(?<![\w.-])(?P<program>{'|'.join(map(re.escape, NAMES))})(?:\.exe)?(?=[\s\"'])"
    + r"|(?<![^\s\"'(\[,])(?P<option>--user|--proxy-user|-String|/p:|-[pPuUawN])",
    re.IGNORECASE,
)
# Quoted, or up to a blank.
_PASSWORD = re.compile(r"""\\*(?:"[^"]*"?|'[^']*'?|[^\s"'|;&]+)+""")
_REST = re.compile(r"""[^\s"']+""")
_QUOTED = {quote: re.compile(rf"[^{quote}\n]+") for quote in "\"'"}


def mask_commands(text: str, mask: str) -> str:
    """The text without passwords behind the options of programs that are known."""
    pieces: list[str] = []
    kept_from = position = 0
    programs: set[str] = set()
    while True:
        found = _SCAN.search(text, position)
        if found is None:
            return "".join((*pieces, text[kept_from:]))
        position = found.end()
        if found.lastgroup == "end":
            programs = set()
        elif found.lastgroup == "program":
            programs.add(found["program"].lower())
        else:
            options = {
                option: None for name in programs for option in _PROGRAMS[name] if option.name == found["option"]
            }
            if span := _span(text, position, options):
                pieces += (text[kept_from : span[0]], mask)
                kept_from = position = span[1]


def _span(text: str, position: int, options: Iterable[_Option]) -> tuple[int, int] | None:
    """Where the password is that follows an option; None where none does."""
    for option in options:
        gap = option.gap.match(text, position)
        value = gap and _value(text, position, gap.end(), option.gap.pattern in (_USER, _PERCENT))
        if value and not text.startswith("-", value.start()):
            return value.span()
    return None


def _value(text: str, opened: int, start: int, behind_user: bool) -> re.Match[str] | None:
    if not behind_user:
        return _PASSWORD.match(text, start)
    # The quote is before the user's name, and ends behind the password.
    before = text[opened:start].lstrip(" \t\r\n=")
    return (_QUOTED[before[0]] if before[:1] in _QUOTED else _REST).match(text, start)
