# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of the documentation that no test here runs, and why. Each is skipped with these words."""

from __future__ import annotations

import re

NOT_RUN = (
    (r"az login", "signs in to a real account"),
    (r"(export|unset) AZURE_\w+", "the test gives the account"),
    (r"python3 -m pip install", "installs; the session `installed` of ./dev check uses an empty environment"),
    (
        r"ansible-galaxy collection (build|install)",
        "tests/integration/test_installed.py builds and installs the collection",
    ),
    (
        r"\./dev (demo|test|check|docs|bench)",
        "sets up an environment of its own, or runs this very test; .ci/run and ./dev check do",
    ),
    (r"git clone|cd ", "there is a checkout"),
    (
        r"ansible-rulebook ",
        "takes Java; tests/integration/test_rulebook.py runs it in the session `rulebook` of ./dev check",
    ),
    (
        r"ansible-builder ",
        "takes a container engine; the session `execution-environment` of ./dev check makes what it would build from",
    ),
)


def why_not(command: str) -> str | None:
    """The reason why the command is not run; None if it is."""
    return next((reason for pattern, reason in NOT_RUN if re.match(pattern, command)), None)
