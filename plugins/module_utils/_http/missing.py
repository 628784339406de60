# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a 404 is about, in words: the service itself says only what kind of thing does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

_KINDS = {"jobs": "job", "tasks": "task", "pools": "pool", "nodes": "node", "jobschedules": "job schedule"}


def missing_object(failure: Mapping[str, Any]) -> str | None:
    """The object that a code such as JobNotFound speaks of, with what it belongs to; None where that is not told."""
    if failure["status"] != 404:
        return None
    parts = [unquote(part) for part in urlsplit(failure["url"]).path.split("/") if part]
    named = [(_KINDS[kind], value) for kind, value in zip(parts[::2], parts[1::2]) if kind in _KINDS]
    codes = [f"{kind.replace(' ', '')}notfound" for kind, _value in named]
    code = str(failure["code"]).lower()
    until = named[: codes.index(code) + 1] if code in codes else []
    return " of ".join(f"{kind} {value}" for kind, value in reversed(until)) or None
