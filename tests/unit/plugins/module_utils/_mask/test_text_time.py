# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking takes time in proportion to a text, whatever it is made of: hostile texts are doubled, for each pattern.

Twice the text may take three times the processor time; what grows with the square takes four times at each doubling.
"""

from __future__ import annotations

import functools
import gc
import sys
import time
from collections.abc import Callable

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base import printable
from ansible_collections.batchops.azure.plugins.module_utils._http import refusal
from ansible_collections.batchops.azure.plugins.module_utils._mask import (
    by_place,
    commands,
    patterns,
    text,
    urls,
    words,
)
from ansible_collections.batchops.azure.plugins.module_utils._mask.names import is_secret_name
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import snake_case

# Whatever a pattern may begin with, go on with or wait for, again and again.
PIECES = [
    *("sig=", "sig", "%", "%25", "%2525", "sig%3D%", "s\u0131g="),
    *("Authorization: ", "Authorization", "Authorization: Digest ", 'Authorization\\"', "SharedKey a:", "SharedKey "),
    *("Bearer ", "Bearer a", "bearer", "Cookie: ", "cookie", 'Cookie"', "ConvertTo-SecureString ", "?code=", "code="),
    *(
        "eyJ",
        "eyJaaaaaa.",
        "eyJaaaaaa",
        "-eyJ",
        "==",
        "A",
        "a",
        "A/",
        "1",
        "_",
        "ghp_",
        "xoxb-",
        "sk-",
        "sk-1",
        "hf_",
        "8Q~",
        "aaa8Q~",
    ),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "PRIVATE KEY-----",
        "PRIVATE KEY-----\n",
        "A\n",
        "A\r\n",
        "A" * 76 + "\n",
    ),
    *("-----END PRIVATE KEY-----", "A\n-----END PRIVATE KEY-----", "\n-----END PRIVATE KEY-----\n", "-", "--", "-----"),
    *(
        "://",
        "://a",
        "://a:",
        "://a:b",
        "://a@",
        "@",
        "a@",
        "://@",
        "a:",
        "http://a?",
        "http://",
        "a://",
        "http://a:b?",
    ),
    *("<a", "<a ", "<a>", "<", "<password>", "<password ", "<style", "<script>", "</style>", ">"),
    *(
        "password",
        "password=",
        "password ",
        "--password ",
        "--password",
        "-password",
        "a.",
        "a-",
        "a.password",
        "secret.",
    ),
    *(
        "password:",
        "password\\",
        "password\\\\\\",
        'password"',
        "password={",
        "={",
        "password='",
        "password=\\",
        "key=",
        "key ",
    ),
    *(
        "\\",
        '"',
        "'",
        "\\'",
        "{",
        "}",
        "&",
        ";",
        "|",
        " ",
        "\t",
        "\n",
        " \n",
        "\r",
        "\x1b[",
        "\x1b]",
        "\x1b",
        "\u202e",
        "\u2028",
    ),
    *(
        "curl ",
        "curl -u ",
        "curl -u a:",
        "curl -u 'a:",
        "-u ",
        "az -p ",
        "az ",
        " -p",
        "mysql -p",
        "mysql ",
        "login ",
        "/p:",
    ),
    *(
        "RequestId:",
        "RequestId:a Time:",
        "Time:",
        "Time:a",
        "aB",
        "AB",
        "Ab",
        "a_",
        "a1",
        "a=",
        "sv=1&",
        "?",
        "#",
        "a" * 65,
    ),
]
SHORT, DOUBLINGS, GREATEST = 4_000, 3, 3.0
# Seconds of processor time under which nobody waits, and a clock cannot tell.
SHORTEST = 0.02


def _known(text: str) -> object:
    return patterns.mask_known(text, text.lower(), "REDACTED")


TARGETS: dict[str, Callable[[str], object]] = {
    **{
        f"pattern {number}: {'/'.join(words)}": lambda text, pattern=pattern: pattern.sub("REDACTED", text)
        for number, (words, pattern) in enumerate(patterns.PATTERNS)
    },
    "names": lambda text: patterns._mask_named(text, "REDACTED"),
    "elements": lambda text: patterns._ELEMENT.sub("REDACTED", text),
    "ends of keys": lambda text: patterns._mask_end_of_keys(text, "REDACTED"),
    "commands": lambda text: commands.mask_commands(text, "REDACTED"),
    "all patterns": _known,
    # Neither cut nor remembered.
    "mask_words": words._visible_and_masked.__wrapped__,
    "whether it may hold a secret": text.may_hold_secret,
    "signature": text.mask_signature,
    "a name": is_secret_name.__wrapped__,
    "name of a fact": snake_case.__wrapped__,
    "a command line": by_place.mask_command,
    "a URL": urls.mask_url,
    "URLs in a text": urls.mask_urls,
    "a line": printable.on_one_line,
    "a text": printable.visible,
    "a refusal": lambda text: refusal.failure_of(404, {}, f'{{"code": "X", "message": {_quoted(text)}}}'.encode(), "u"),
    "a page": lambda text: refusal.excerpt(text.encode("utf-8", "replace")),
    "facts": lambda text: Facts("patterns").of({"commandLine": text, "x": [text], "tags": {"a": text}}),
}


def _quoted(text: str) -> str:
    import json

    return json.dumps(text)


def forget() -> None:
    """All that the collection remembers of texts: the second run of a text takes as long as the first."""
    for module in [module for name, module in sys.modules.items() if ".batchops.azure.plugins." in name]:
        for found in vars(module).values():
            if isinstance(found, functools._lru_cache_wrapper):
                found.cache_clear()


def seconds(work: Callable[[str], object], text: str) -> float:
    """Of this thread alone, without the search for garbage: other work, and what other tests have left, does not count."""
    forget()
    gc.disable()
    try:
        began = time.thread_time()
        work(text)
        return time.thread_time() - began
    finally:
        gc.enable()


def doubles(work: Callable[[str], object], piece: str) -> float:
    """By how much the time grows when the text is doubled."""
    short = piece * (SHORT // len(piece))
    long = short * 2**DOUBLINGS
    # The rare case is a text that takes a while at all.
    if seconds(work, long) < SHORTEST:
        return 1.0
    growth = min(seconds(work, long) for _run in range(3)) / max(min(seconds(work, short) for _run in range(3)), 1e-5)
    return float(growth ** (1 / DOUBLINGS))


@pytest.mark.parametrize("name", TARGETS)
def test_twice_the_text_takes_about_twice_the_time(name: str) -> None:
    for piece in PIECES:
        # What another process has done to a processor's cache does not come back three times.
        assert any(doubles(TARGETS[name], piece) < GREATEST for _attempt in range(3)), f"{name} over {piece!r}"


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("PRIVATE KEY-----", "A\n", ""),
        ("", "A\n", "PRIVATE KEY-----"),
        ("", " ", ""),
        ("", " ", "RequestId:x"),
        ("RequestId:", "Time:", " x"),
        ("password", " ", ""),
        ("", "A", ""),
        ("", "secret", ""),
    ],
)
def test_what_took_up_to_half_a_minute_grows_with_the_text(before: str, piece: str, after: str) -> None:
    """More than a fact of 32 KB: an error's message, a name, a text."""
    work = [
        words._visible_and_masked.__wrapped__,
        snake_case.__wrapped__,
        TARGETS["a refusal"],
        TARGETS["facts"],
        by_place.mask_command,
    ]
    for does in work:
        framed = functools.partial(_framed, does, before, after)
        assert any(doubles(framed, piece) < GREATEST for _attempt in range(3)), f"{does} over {piece!r}"


def _framed(does: Callable[[str], object], before: str, after: str, middle: str) -> object:
    return does(before + middle + after)
