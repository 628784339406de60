# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One number for what was seen: the same in any order, and another one whenever two things change places."""

from __future__ import annotations

from itertools import permutations

from ansible_collections.batchops.azure.plugins.module_utils._base.digest import digest, digest_of_all


def test_the_order_does_not_matter_and_the_number_does() -> None:
    things = [("a", "idle"), ("b", "running"), ("c", "idle")]
    assert len({digest_of_all(order) for order in permutations(things)}) == 1
    assert digest_of_all(things) != digest_of_all(things[:2])
    assert digest_of_all(things) != digest_of_all([*things, things[0]])


def test_two_that_change_places_are_seen_always() -> None:
    """With hashes of tuples, nearly every third such change is not."""
    for number in range(2_000):
        one, other = f"tvm-{number}", f"tvm-{number + 1}"
        before = digest_of_all([(one, "idle"), (other, "starting")])
        assert before != digest_of_all([(other, "idle"), (one, "starting")])


def test_what_is_absent_is_not_what_is_empty() -> None:
    assert len({digest(None), digest(""), digest(0), digest(False), digest(())}) == 5
