# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for all tests."""

from __future__ import annotations

import gc
import os


def pytest_configure() -> None:
    """A proxy of the caller's machine must not decide a test, nor that of a process which a test starts."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]


def pytest_collection_finish() -> None:
    """Tests are many objects that live until the end. Searching them for garbage again and again took a tenth of the time."""
    gc.freeze()
