# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was judged: the verdict in a headline, its reasons, its checks, and what failed with the end of its output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.plugin_utils._html_report.text import output
from ansible_collections.batchops.azure.plugins.plugin_utils._report import denial_of
from markupsafe import Markup

Facts = Mapping[str, Any]
_HEADLINES = {
    "satisfied": "Satisfied: all that was asked for is so.",
    "pending": "Not satisfied yet.",
    "failed": "Failed: what was asked for can no longer be.",
    "not judged": "Nothing was judged: this is only what was read.",
    "failed to judge": "It could not be judged.",
}
_OUTPUTS, MOST_FAILURES = 20, 100


class Verdict(NamedTuple):
    word: str
    headline: str
    reasons: list[str]
    tolerated: list[str]


class Check(NamedTuple):
    name: str
    condition: str
    verdict: str
    numbers: str


class Failure(NamedTuple):
    sentence: str
    place: str
    blocks: int
    outputs: list[tuple[str, Markup]]
    note: str


def verdict_of(found: Facts) -> Verdict:
    """Of a result of a module, or of what the filters of the roles make of one. Without a verdict nothing is satisfied."""
    word, reasons = found.get("verdict"), [str(reason) for reason in found.get("reasons") or ()]
    tolerated = [str(reason) for reason in found.get("tolerated") or ()]
    denied = denial_of(found)
    if denied or word not in ("satisfied", "pending", "failed"):
        broken = bool(word or any(found.get(name) for name in ("failed", "unreachable", "failure", "msg")))
        word = "failed to judge" if broken else "not judged"
        reasons = reasons or [str(found["msg"])] if found.get("msg") else reasons
    reasons = [*reasons, denied] if denied else reasons
    said = [] if denied else str(found.get("message") or "").splitlines()
    headline = said[0] if said else _HEADLINES[word]
    return Verdict("failed" if word == "failed to judge" else word, headline, reasons, tolerated)


def checks_of(found: Facts) -> list[Check]:
    return [
        Check(
            str(check.get("name") or ""),
            str(check.get("condition") or ""),
            str(check.get("verdict") or "not known"),
            _numbers(check.get("summary")),
        )
        for check in found.get("checks") or ()
        if isinstance(check, Mapping)
    ]


def failures_of(results: Iterable[Facts]) -> list[Failure]:
    """Each once, those with output of theirs first as they are ordered: by what blocks most."""
    failures: dict[tuple[Any, ...], Failure] = {}
    for failure in results:
        # As texts: whatever stands there, a page is made of it.
        key = tuple(str(failure.get(name)) for name in ("kind", "job_id", "task_id", "pool_id", "node_id"))
        if key not in failures and len(failures) < MOST_FAILURES:
            failures[key] = _failure(failure, len(failures) < _OUTPUTS)
    return list(failures.values())


def _failure(failure: Facts, with_output: bool) -> Failure:
    names = {"job_id": "job", "task_id": "task", "pool_id": "pool", "node_id": "node"}
    place = ", ".join(f"{word} {failure[name]}" for name, word in names.items() if failure.get(name))
    tails = {"stderr.txt": failure.get("stderr_tail"), "stdout.txt": failure.get("stdout_tail")}
    written = {name: str(tail) for name, tail in tails.items() if tail}
    note, blocks = str(failure.get("tail_error") or ""), failure.get("blocks")
    if written and not with_output:
        note = "its output is left out here, to keep the page small"
    elif not written and not note and any(tail == "" for tail in tails.values()):
        note = "it has written nothing"
    return Failure(
        str(failure.get("sentence") or failure.get("reason") or "failed"),
        place,
        blocks if isinstance(blocks, int) else 0,
        [(name, output(tail)) for name, tail in written.items()] if with_output else [],
        note,
    )


def _numbers(summary: Any) -> str:
    """A summary by its states: `2 completed, 1 running`."""
    states = summary.get("by_state") if isinstance(summary, Mapping) else None
    if not isinstance(states, Mapping):
        return ""
    words = [f"{number} {state}" for state, number in states.items() if number]
    failed = summary.get("failed")
    return ", ".join([*words, *([f"{failed} failed"] if failed else [])]) or "none"
