# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for get-pip.py, which ansible-test would download: the pip that Python brings along does the same."""

from __future__ import annotations

import subprocess
import sys

# ensurepip's pip does not know these two of get-pip's own options.
ARGUMENTS = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]

# In a process of its own: the module reads its own arguments otherwise, and pip is not importable in this process.
subprocess.run([sys.executable, "-m", "ensurepip"], check=True)
subprocess.run([sys.executable, "-m", "pip", "install", *ARGUMENTS], check=True)
