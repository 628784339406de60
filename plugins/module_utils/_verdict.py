# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a condition comes to: a verdict, and sentences that name what is missing or wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SATISFIED = "satisfied"
PENDING = "pending"
FAILED = "failed"

# More than an operator reads. Lists of ids in the summary are complete.
_MOST_REASONS = 20


@dataclass
class Judgement:
    """`failed` holds what makes the condition impossible, `missing` what may still come true."""

    failed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.failed:
            return FAILED
        return PENDING if self.missing else SATISFIED

    @property
    def settled(self) -> bool:
        """Whether nothing is left to wait for."""
        return not self.missing

    def add(self, other: Judgement) -> None:
        self.failed += other.failed
        self.missing += other.missing

    def as_result(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "reasons": shorten(self.failed + self.missing),
        }


def shorten(reasons: list[str]) -> list[str]:
    """The first reasons, and how many more there are."""
    if len(reasons) <= _MOST_REASONS:
        return reasons
    return [*reasons[:_MOST_REASONS], f"and {len(reasons) - _MOST_REASONS} more"]


def name_some(ids: Iterable[str], most: int = 5) -> str:
    """A few ids for a sentence: `tvm-1, tvm-2 and 10 more`."""
    ids = list(ids)
    named = ", ".join(ids[:most])
    return named if len(ids) <= most else f"{named} and {len(ids) - most} more"
