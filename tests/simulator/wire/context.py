# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every body depends on besides its object: the moment, the api-version and the address that was asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from ..world import World


@lru_cache(maxsize=65536)
def _encoded(segment: str) -> str:
    return quote(segment, safe=":")


@dataclass(frozen=True)
class Context:
    """One request's view of the world."""

    world: World
    now: float
    version: str
    base: str

    def time(self, seconds: float) -> str:
        """Write a scenario time as the wire does."""
        return self.world.moment(seconds)

    def ticks(self, seconds: float) -> int:
        """Return a scenario time in ticks of 100 nanoseconds since 1970."""
        return self.world.ticks(seconds)

    def url(self, *segments: str) -> str:
        """Return the absolute URL of a resource. Ids keep their colon, as the service writes it."""
        return "/".join([self.base, *map(_encoded, segments)])

    def etag(self, seconds: float) -> str:
        """Return the ETag of something that was last modified at this time."""
        return f"0x8D{self.ticks(seconds) & 0xFFFFFFFFFFFF:012X}"
