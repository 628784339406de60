# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look has seen as one number, by which a wait knows whether anything has changed. It is not the same in another process."""

from __future__ import annotations

from collections.abc import Iterable


def digest(*parts: object) -> int:
    """Of what is known of one thing.

    By way of a text: the hashes of two tuples are so much alike that they often have the same sum when two ids change their states.
    """
    return hash(repr(parts))


def digest_of_all(things: Iterable[object]) -> int:
    """Of many things in any order, in no more memory than one of them needs."""
    return sum(map(digest, things))
