# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is still searched for secrets once the deadline of a wait has passed. What is not searched is masked whole."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import LONGEST, may_hold_secret

# About a second of processor time for the most hostile of texts, and a tenth of it for others.
MOST_CHARACTERS = 1_000_000
# What a text costs that has no characters: many short ones take longer than a few long ones.
_EACH = 50


class Allowance:
    """Before the deadline everything is covered; after it so many characters, and what needs no pattern."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._left = MOST_CHARACTERS
        # How many texts were not covered.
        self.refused = 0

    def covers(self, text: str) -> bool:
        """Whether there is time to search the text. Asked once for each."""
        if self._deadline.allows(0) or not may_hold_secret(text):
            return True
        self._left -= _EACH + min(len(text), LONGEST)
        if self._left >= 0:
            return True
        self.refused += 1
        return False
