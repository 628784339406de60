# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The memory of processes that are started meanwhile, and of theirs; what two of them share counts once."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ansible_collections.batchops.azure.tests.benchmark.family import Family

# It takes 60 MB, has a child that shares all of it, and ends with its input. In between, both are there to be looked at.
_PROGRAM = """
import os, sys
kept = bytearray(os.urandom(60_000_000))
reading, writing = os.pipe()
if os.fork() == 0:
    os.close(writing)
    os.read(reading, 1)
    os._exit(0)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says what processes share")
def test_what_a_program_and_its_child_share_counts_once() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as earlier:
        assert earlier.stdout and earlier.stdout.readline() == "ready\n"
        family = Family()
        with family:
            assert family.now() == 0
            with subprocess.Popen(
                [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as program:
                assert program.stdout and program.stdout.readline() == "ready\n"
                megabytes = family.now()
                program.communicate()
        earlier.communicate()
    assert 55 < megabytes < 100
    assert family.peak_megabytes >= 0
