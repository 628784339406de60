# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Passwords behind options whose name says nothing. Many more lines are in the test of what is told by looks."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.commands import mask_commands


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("az login -u me -p hunter2", "az login -u me -p ***"),
        ("docker login -phunter2 host", "docker login -p*** host"),
        ("docker run -p 8080:80 image", "docker run -p 8080:80 image"),
        ("sqlcmd -P hunter2 && ssh -p 22 host", "sqlcmd -P *** && ssh -p 22 host"),
        ("curl -u me:hunter2 https://x", "curl -u me:*** https://x"),
        ("echo nothing", "echo nothing"),
    ],
)
def test_the_program_says_what_an_option_means(line: str, shown: str) -> None:
    assert mask_commands(line, "***") == shown
