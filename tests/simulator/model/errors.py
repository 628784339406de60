# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one error that a bad scenario raises."""

from __future__ import annotations


class ScenarioError(ValueError):
    """A scenario that is missing or wrong. Its text is one sentence that names the file and the key."""
