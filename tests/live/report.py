# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report: what differs, which questions are settled, and what was not looked at. No id, no value, no address stands in it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from itertools import groupby

from .comparing import Difference, skew_of
from .observed import Observations
from .playing import FAILED, NOT_POSSIBLE, PASSED, Outcome
from .questions import QUESTIONS
from .shapes import merged


def report(
    seen: Observations,
    found: list[Difference],
    missed: list[str],
    outcomes: list[Outcome],
    api_version: str,
) -> str:
    """The whole report, as Markdown."""
    statuses = ", ".join(f"{count}x {status}" for status, count in sorted(seen.statuses.items()))
    return "\n".join(
        [
            "# What a real account answers",
            "",
            f"{seen.requests} requests at api-version {api_version}, all of them GET: {statuses}.",
            f"Signed in with {'Shared Key' if seen.by_shared_key else 'Entra ID'}.",
            "",
            *_differences(found),
            *_questions(seen),
            *_played(outcomes),
            *_lists(seen),
            *_times(seen),
            *_missed(missed),
            "",
        ]
    )


def _differences(found: list[Difference]) -> Iterator[str]:
    yield "## What differs from the simulator"
    yield ""
    if not found:
        yield "Nothing of what was seen."
    # Those of one kind in one table, otherwise in the order in which they were found.
    for about, group in groupby(sorted(found, key=_about), key=_about):
        yield from _table(
            (about, "account", "simulator"),
            ((difference.place, difference.account, difference.simulator) for difference in group),
        )
    yield ""


def _about(difference: Difference) -> str:
    return difference.about


def _questions(seen: Observations) -> Iterator[str]:
    yield "## Open questions"
    yield ""
    for question in QUESTIONS:
        answer = question.answer(seen)
        yield f"- **{question.asked}** {'Settled' if answer.settled else 'Not settled'}: {answer.how}."
        yield f"  The collection goes by: {question.assumed}."
        if not answer.settled:
            yield f"  It would take {question.would_settle}."
    yield ""


def _played(outcomes: list[Outcome]) -> Iterator[str]:
    yield "## The integration targets"
    yield ""
    states = [outcome.state for outcome in outcomes]
    counted = ", ".join(f"{states.count(state)} {state}" for state in (PASSED, FAILED, NOT_POSSIBLE))
    yield f"{len(outcomes)} targets: {counted}. What a target asserts of its scenario was left out."
    yield ""
    yield from _table(("target", "outcome", "why"), outcomes)
    yield ""


def _lists(seen: Observations) -> Iterator[str]:
    yield "## How lists go on"
    yield ""
    foreign = sum(not link.same_host for link in seen.links)
    moved = sum(not link.same_path for link in seen.links)
    yield f"{len(seen.links)} links to a next page: {foreign} to another host, {moved} to another path."
    yield ""


def _times(seen: Observations) -> Iterator[str]:
    yield "## Times"
    yield ""
    skew = skew_of(seen)
    yield ("The service told no time." if skew is None else f"The service's clock minus this machine's: {skew:+.1f} s.")
    digits = merged(seen.shapes.values()).times
    yield (
        "Digits of a second's fraction: "
        + (", ".join(f"{count} ({digits[count]}x)" for count in sorted(digits)) or "no times were seen")
        + "."
    )
    yield ""
    yield from _table(
        ("operation", "requests", "median, ms", "longest, ms"),
        (
            (operation, str(len(took)), f"{1000 * statistics.median(took):.0f}", f"{1000 * max(took):.0f}")
            for operation, took in seen.seconds.items()
        ),
    )
    yield ""


def _missed(missed: list[str]) -> Iterator[str]:
    yield "## Not seen"
    yield ""
    yield (
        f"The account gave no occasion for: {', '.join(missed)}."
        if missed
        else "Everything that the simulator has was seen."
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        # What is asserted may have the character that ends a cell.
        cells = [cell.replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
    yield ""
