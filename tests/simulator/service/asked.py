# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request as it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """Method, path and query still percent-encoded, headers by their names in lower case.

    ``base`` is the scheme, host and port that were asked, and ``now`` the scenario time of the request.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    base: str
    now: float

    @property
    def target(self) -> str:
        """Return path and query as they stand on the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path
