# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is still searched for secrets once the deadline of a wait has passed. What is not searched is masked whole."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import LONGEST, may_hold_secret

# About a second of processor time for the most hostile of texts, and a third of it for others.
MOST_CHARACTERS = 1_000_000
# What a text costs besides its characters: many short ones take longer than a few long ones.
_EACH = 50
# To see that a text needs no pattern takes a tenth of the time, which is nothing for a short one.
_SHORT, _TENTH = 100, 10


class Allowance:
    """Before the deadline everything is covered; after it so many characters, and short texts that need no pattern."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._left = MOST_CHARACTERS
        # How many texts were not covered.
        self.refused = 0

    def covers(self, text: str) -> bool:
        """Whether there is time to search the text. Asked once for each."""
        if self._deadline.allows(0):
            return True
        characters = min(len(text), LONGEST)
        if not may_hold_secret(text[:LONGEST]):
            return characters < _SHORT or self._covers(characters // _TENTH)
        # URLs are searched, and then the text around them.
        return self._covers(2 * characters if "://" in text else characters)

    def covers_name(self, name: str) -> bool:
        """Whether there is time to tell whether it is the name of a secret, which takes the same for each name."""
        return self._deadline.allows(0) or self._covers(len(name))

    def _covers(self, characters: int) -> bool:
        if self._left > 0:
            self._left -= _EACH + characters
            return True
        self.refused += 1
        return False
