# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the Azure CLI: a command `az` that says what it was told to say, and writes down how it was called."""

from __future__ import annotations

import json
import time
from pathlib import Path

_SCRIPT = """#!/bin/sh
echo "$*" >> '{folder}/az.calls'
number=0
while read -r _; do number=$((number + 1)); done < '{folder}/az.calls'
[ -e '{folder}'/az.$number ] || number=last
. '{folder}'/az.$number
"""


class AzureCli:
    """The command in one folder. The last answer is given again and again."""

    def __init__(self, folder: Path, *answers: str) -> None:
        self._calls = folder / "az.calls"
        for number, answer in enumerate(answers, 1):
            (folder / f"az.{number}").write_text(answer, encoding="utf-8")
        (folder / "az.last").write_text(answers[-1], encoding="utf-8")
        command = folder / "az"
        command.write_text(_SCRIPT.format(folder=folder), encoding="utf-8")
        command.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """The arguments of every call so far."""
        return self._calls.read_text(encoding="utf-8").splitlines() if self._calls.exists() else []


def prints(text: str) -> str:
    """What the command does: prints a text that holds no single quote."""
    return f"printf '%s\\n' '{text}'\n"


def prints_token(token: str, seconds_left: float = 3600) -> str:
    """Prints a token, as `az account get-access-token` does."""
    expires = int(time.time() + seconds_left)
    return prints(json.dumps({"accessToken": token, "expires_on": expires, "tokenType": "Bearer"}))


def complains(text: str, status: int = 1) -> str:
    """Ends with an error."""
    return f"printf '%s\\n' '{text}' >&2\nexit {status}\n"
