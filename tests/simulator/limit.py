# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""So many requests a second, and no more: a bucket of tokens that is full at first."""

from __future__ import annotations


class Limit:
    """Takes ``rate`` requests a second, and as many as come in one second at once. Who is refused takes nothing."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._most = max(rate, 1.0)
        self._tokens = self._most
        self._since = 0.0

    def takes(self, now: float) -> bool:
        """Tell whether a request at that time, in seconds, is taken."""
        self._tokens = min(self._most, self._tokens + max(0.0, now - self._since) * self._rate)
        self._since = now
        # What adds up to a token but for rounding is one.
        if self._tokens < 1 - 1e-9:
            return False
        self._tokens -= 1
        return True
