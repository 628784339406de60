# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a name tells that its value is a credential: of settings, options, headers, parameters and XML elements.

Names are taken apart into words (`dbPassword2` is db, password), because letters alone do not tell: a monkey has no key.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Between letters of which one begins a word. Each alternative looks one letter back and two ahead: linear.
_BORDERS = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# One of these words is enough, wherever it stands.
_ANYWHERE = frozenset(
    "password passwd passphrase passcode passwords pswd pwd pw secret secrets credential credentials cred creds sas sig dsn"
    " signature jwt connstr webhook pfx cookie".split()
)
# These tell of a value as the last word only: AUTH_MODE and PASS_COUNT are no secrets, tokens are counted.
_LAST = frozenset("pass token key auth pat bearer".split())
# Words run together, as their ends; and what ends so and means something else.
_ENDS = ("password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "credentials", "pass", "sas")
_HARMLESS = frozenset("bypass compass overpass underpass trespass surpass encompass texas arkansas kansas".split())
_ENDS_OF_KEYS = tuple(
    f"{whose}key"
    for whose in (
        "api access account private shared storage master primary secondary instrumentation encryption signing"
        " subscription function functions host admin secret ssh license client service auth app batch cosmos db search"
        " registry"
    ).split()
)
# Beginnings of words run together, and of names of several words without a border between them.
_INSIDE = ("connectionstring", "connstr", "sharedaccesssignature", "accesskey", "accountkey", "apikey", "privatekey")
_BEGINS = ("password", "passwd", "secret")
# What follows the telling word and leaves it telling.
_AFTER = frozenset("value base encoded hex id primary secondary b new old current".split())
# Not the secret itself but where it is, what it is called, or how it is used.
_ABOUT = frozenset(
    "file files path dir directory folder name names length type types expiry expires expiration ttl count size policy user"
    " username stdin prompt vault check mode timeout version algorithm rotation scope".split()
)
_ADDRESS = frozenset("url uri endpoint host server".split())
# Kinds of keys that open nothing.
_PUBLIC = frozenset("public partition sort foreign row cache group primarykeycolumn routing".split())


@lru_cache(maxsize=1000)
def is_secret_name(name: str) -> bool:
    """Whether what has that name is a credential, as far as the name tells."""
    words = [word.lower() for word in _BORDERS.split(name[-200:]) if word]
    # What holds a value is no name.
    if not words or "=" in name or words[-1] in _ABOUT:
        return False
    if words[-1] in _ADDRESS and not {"sas", "webhook", "dsn", "signed"}.intersection(words):
        return False
    return any(_telling(words, position) for position in range(len(words))) or _run_together(words)


def _telling(words: list[str], position: int) -> bool:
    word, after = words[position], words[position + 1 :]
    if word in _ANYWHERE or word.startswith(_BEGINS):
        return True
    if word in _LAST:
        return _AFTER.issuperset(after) and not (word == "key" and _PUBLIC.intersection(words[:position]))
    if word.endswith(_ENDS_OF_KEYS):
        return True
    return word.endswith(_ENDS) and word not in _HARMLESS


def _run_together(words: list[str]) -> bool:
    whole = "".join(words)
    return any(telling in whole for telling in _INSIDE) or "authconfig" in whole
